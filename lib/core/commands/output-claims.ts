/**
 * Why an output is on: a job has switched it on and not yet off. `until`: end of a pulse, epoch ms; `off`: the job has switched it off instead.
 * Such an entry does not hold the output; it is kept so that the job can undo it.
 */
export interface OutputClaim {
    moduleId: string;
    port: string;
    /** Node id of the job. */
    ownerId: string;
    /** What it is on for; of one owner unique. */
    key: string;
    /** When it was really switched, epoch ms. */
    at: number;
    until?: number;
    off?: boolean;
}

/**
 * Which jobs hold which output on. An output stays on as long as any job holds it, and goes off with the last pulse or event that ends. A plain
 * order to switch off ends all of them.
 */
export class OutputClaims {
    private readonly claims = new Map<string, OutputClaim>();

    put(claim: OutputClaim): void {
        this.claims.set(idOf(claim), claim);
    }

    has(ownerId: string, key: string): boolean {
        return this.claims.has(idOf({ ownerId, key }));
    }

    /** @returns what it was, if it was there */
    delete(ownerId: string, key: string): OutputClaim | undefined {
        const id = idOf({ ownerId, key });
        const claim = this.claims.get(id);
        this.claims.delete(id);
        return claim;
    }

    /** All entries of one output. */
    of(moduleId: string, port: string): OutputClaim[] {
        return [...this.claims.values()].filter((claim) => claim.moduleId === moduleId && claim.port === port);
    }

    owned(ownerId: string): OutputClaim[] {
        return [...this.claims.values()].filter((claim) => claim.ownerId === ownerId);
    }

    /** Whether any job holds the output on. @param now epoch ms */
    isHeld(moduleId: string, port: string, now: number): boolean {
        return this.of(moduleId, port).some(({ off, until }) => !off && (until === undefined || now < until));
    }
}

const idOf = ({ ownerId, key }: Pick<OutputClaim, 'ownerId' | 'key'>) => `${ownerId}\u0000${key}`;

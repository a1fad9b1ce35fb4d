/**
 * A reason why an output is on: a job has switched it on and has not switched it off yet. `until`: end of a pulse, epoch ms. `off`: the job
 * has switched the output off instead; such an entry does not hold the output on, it is kept so that the job can undo its action.
 */
export interface OutputClaim {
    moduleId: string;
    port: string;
    /** Node id of the job. */
    ownerId: string;
    /** Identifies the claim among those of the same job. */
    key: string;
    /** Time of the actual switching, epoch ms. */
    at: number;
    until?: number;
    off?: boolean;
}

/**
 * Which jobs hold which output on. An output stays on as long as any job holds it, and goes off with the last pulse or event that ends. A
 * plain command to switch off ends all claims.
 */
export class OutputClaims {
    private readonly claims = new Map<string, OutputClaim>();

    put(claim: OutputClaim): void {
        this.claims.set(idOf(claim), claim);
    }

    has(ownerId: string, key: string): boolean {
        return this.claims.has(idOf({ ownerId, key }));
    }

    /** @returns the deleted claim, if it existed */
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

/**
 * A reason why an output is on: a job has switched it on and has not switched it off yet. `until`: end of a pulse, epoch ms. `off`: the job
 * has switched the output off instead; such an entry does not hold the output on, it is kept so that the job can undo its action. A pulse
 * with `off` is one of an output that was on: it is on again at its end.
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

    /** Whether any job holds the output on. @param now epoch ms @param but a claim that does not count */
    isHeld(moduleId: string, port: string, now: number, but?: Named): boolean {
        return this.of(moduleId, port).some(
            (each) => !each.off && (each.until === undefined || now < each.until) && !isSame(each, but),
        );
    }

    /** Whether a pulse of an output that is on at rest keeps it off. @param but a claim that does not count */
    isPulsedOff(moduleId: string, port: string, now: number, but?: Named): boolean {
        return this.of(moduleId, port).some(
            (each) => each.off && each.until !== undefined && now < each.until && !isSame(each, but),
        );
    }
}

type Named = Pick<OutputClaim, 'ownerId' | 'key'>;

const isSame = (one: Named, other: Named | undefined) => other !== undefined && idOf(one) === idOf(other);

const idOf = ({ ownerId, key }: Named) => `${ownerId}\u0000${key}`;

import type { Clock } from '../../core/clock';

/**
 * Pause before a piece that was never read is requested again; doubles up to the longest: a card may detect sensors and modules
 * late.
 */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
/** A piece that was read before is requested in each round for this time, and then at the shortest pause. */
const RETRY_EACH_ROUND_MS = 60_000;

/**
 * `refused`: the piece does not exist; `failed`: the device answered that it cannot be read now; `silent`: no answer, which costs
 * a timeout.
 */
type Trouble = 'refused' | 'failed' | 'silent';

interface Refusal {
    since: number;
    times: number;
    /** Time of the last refusal. */
    at: number;
    again: number;
}

/** Pieces, by key, that a device has refused, and when to request each again. */
export class Refusals {
    /** Pieces that were read at least once. */
    private readonly known = new Set<string>();
    private readonly standing = new Map<string, Refusal>();
    /** Refusals of this round. */
    private fresh = new Map<string, Trouble>();
    /**
     * Pieces refused in rounds without any value: these refusals are not trusted, and the pieces are only left out until all
     * others were requested.
     */
    private postponed = new Set<string>();

    constructor(private readonly clock: Clock) {}

    has(key: string): boolean {
        return this.standing.has(key) || this.postponed.has(key);
    }

    isDue(key: string): boolean {
        const refusal = this.standing.get(key);
        return refusal !== undefined && !this.postponed.has(key) && refusal.again <= this.clock.monotonic();
    }

    /** Monotonic ms of the last refusal; -Infinity if there is none. */
    lastAt(key: string): number {
        return this.standing.get(key)?.at ?? -Infinity;
    }

    isKnown(key: string): boolean {
        return this.known.has(key);
    }

    isPostponed(key: string): boolean {
        return this.postponed.has(key);
    }

    /** Monotonic ms at which the next piece becomes due; Infinity if there is none. */
    nextDue(): number {
        const now = this.clock.monotonic();
        return Math.min(...[...this.standing.values()].map(({ again }) => again).filter((again) => again > now));
    }

    /** @returns whether the piece had been refused */
    answered(key: string): boolean {
        this.known.add(key);
        this.fresh.delete(key);
        return this.standing.delete(key);
    }

    refused(key: string, trouble: Trouble): void {
        this.fresh.set(key, trouble);
    }

    resume(): void {
        this.postponed.clear();
    }

    /** @returns whether anything has changed */
    endRound(heard: boolean): boolean {
        const { fresh } = this;
        this.fresh = new Map();
        const changed = fresh.size > 0 || (heard && this.postponed.size > 0);
        if (heard) this.postponed.clear();
        for (const [key, trouble] of fresh) {
            if (heard) this.record(key, trouble);
            else if (trouble === 'refused') this.postponed.add(key);
            else this.putLast(key);
        }
        return changed;
    }

    /** Records a refusal. Pieces that cost a timeout are requested again at once only after the first one. */
    private record(key: string, trouble: Trouble): void {
        const now = this.clock.monotonic();
        const { since, times } = this.standing.get(key) ?? { since: now, times: 0 };
        const doubled = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times, 10));
        const atOnce = trouble === 'silent' ? times === 0 : this.known.has(key) && now - since < RETRY_EACH_ROUND_MS;
        const waitMs = atOnce ? 0 : this.known.has(key) ? FIRST_RETRY_MS : doubled;
        this.standing.set(key, { since, times: times + 1, at: now, again: now + waitMs });
    }

    /** No other piece has answered either: this one is still requested, after the others. */
    private putLast(key: string): void {
        const now = this.clock.monotonic();
        const { since, times } = this.standing.get(key) ?? { since: now, times: 0 };
        this.standing.set(key, { since, times, at: now, again: now });
    }
}

import type { Clock } from '../../core/clock';

/** What was never read is asked for again after this, doubled each time up to the longest: a card learns sensors and modules late. */
const FIRST_AGAIN_MS = 10_000;
const LONGEST_AGAIN_MS = 600_000;
/** What has been read before is asked for in each round for so long, and then at the shortest of these. */
const AT_ONCE_FOR_MS = 60_000;

/** `refused`: it is not there; `failed`: an answer, but that it cannot be read now; `silent`: none, which costs a time limit. */
type Trouble = 'refused' | 'failed' | 'silent';

interface Refusal {
    since: number;
    times: number;
    /** The last one. */
    at: number;
    again: number;
}

/** Pieces, by key, that a device has refused, and when each is worth asking for again. */
export class Refusals {
    /** Read once, at least. */
    private readonly known = new Set<string>();
    private readonly standing = new Map<string, Refusal>();
    /** Of this round. */
    private fresh = new Map<string, Trouble>();
    /** Refused in rounds without a single value: not believed, and only left out until all else has been asked for. */
    private postponed = new Set<string>();

    constructor(private readonly clock: Clock) {}

    has(key: string): boolean {
        return this.standing.has(key) || this.postponed.has(key);
    }

    isDue(key: string): boolean {
        const refusal = this.standing.get(key);
        return refusal !== undefined && !this.postponed.has(key) && refusal.again <= this.clock.monotonic();
    }

    /** clock.monotonic() of the last refusal; -Infinity: none stands. */
    lastAt(key: string): number {
        return this.standing.get(key)?.at ?? -Infinity;
    }

    isKnown(key: string): boolean {
        return this.known.has(key);
    }

    isPostponed(key: string): boolean {
        return this.postponed.has(key);
    }

    /** clock.monotonic() at which the next one becomes due; Infinity: none. */
    nextDue(): number {
        const now = this.clock.monotonic();
        return Math.min(...[...this.standing.values()].map(({ again }) => again).filter((again) => again > now));
    }

    /** @returns whether it had been refused */
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

    /** @returns whether anything is different now */
    endRound(heard: boolean): boolean {
        const { fresh } = this;
        this.fresh = new Map();
        const changed = fresh.size > 0 || (heard && this.postponed.size > 0);
        if (heard) this.postponed.clear();
        for (const [key, trouble] of fresh) {
            if (heard) this.stand(key, trouble);
            else if (trouble === 'refused') this.postponed.add(key);
            else this.putLast(key);
        }
        return changed;
    }

    /** What costs a time limit each time is asked for at once only the first time. */
    private stand(key: string, trouble: Trouble): void {
        const now = this.clock.monotonic();
        const { since, times } = this.standing.get(key) ?? { since: now, times: 0 };
        const doubled = Math.min(LONGEST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** Math.min(times, 10));
        const atOnce = trouble === 'silent' ? times === 0 : this.known.has(key) && now - since < AT_ONCE_FOR_MS;
        const waitMs = atOnce ? 0 : this.known.has(key) ? FIRST_AGAIN_MS : doubled;
        this.standing.set(key, { since, times: times + 1, at: now, again: now + waitMs });
    }

    /** Nothing else has answered either: it goes on being asked for, after the others. */
    private putLast(key: string): void {
        const now = this.clock.monotonic();
        const { since, times } = this.standing.get(key) ?? { since: now, times: 0 };
        this.standing.set(key, { since, times, at: now, again: now });
    }
}

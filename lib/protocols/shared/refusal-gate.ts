import type { Clock } from '../../core/clock';

/** Refusals of one address belong to one burst while they are less than this apart. */
const BURST_MS = 60_000;
/** So many addresses are remembered; a flood with forged ones tells no more than these in a minute. */
const MOST_ADDRESSES = 200;
const SWEEP_MS = 1000;

/** Tells the first refusal of an address in a burst, and counts the others: who asks again and again must not flood the log. */
export class RefusalGate {
    private readonly seen = new Map<string, { at: number; untold: number }>();
    private sweptAt = -Infinity;

    constructor(private readonly clock: Clock) {}

    /** Undefined: do not tell this one. Else how many of this address went untold before it. */
    pass(address: string): number | undefined {
        const now = this.clock.monotonic();
        const known = this.seen.get(address);
        if (known && now - known.at < BURST_MS) {
            known.at = now;
            known.untold++;
            return undefined;
        }
        if (!known && this.seen.size >= MOST_ADDRESSES) {
            this.sweep(now);
            if (this.seen.size >= MOST_ADDRESSES) return undefined;
        }
        this.seen.set(address, { at: now, untold: 0 });
        return known?.untold ?? 0;
    }

    /** Once a second at most: a flood comes thousands of times. */
    private sweep(now: number): void {
        if (now - this.sweptAt < SWEEP_MS) return;
        this.sweptAt = now;
        for (const [address, { at }] of this.seen) if (now - at >= BURST_MS) this.seen.delete(address);
    }
}

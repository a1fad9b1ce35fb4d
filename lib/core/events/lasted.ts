/** When an occurrence of an event began and ended by the wall clock, epoch ms, and how long it lasted by count. */
export interface Lasting {
    since: number;
    /** Absent: it lasts. */
    endedAt?: number;
    /**
     * Counted by the monotonic clock, ms; of one that lasts, so far. Absent: nobody counted, such as an earlier version, or for a simulated UPS that
     * lives faster than the wall clock.
     */
    lastedMs?: number;
}

/** What the wall clock and the count may differ by: the stamps of the two edges are not taken at the moment of the count. */
const TOLERANCE_MS = 5000;

/** How long it lasted, or has lasted so far, ms: the count, or else the wall clock. @param now epoch ms */
export function lastedMsOf({ since, endedAt, lastedMs }: Lasting, now: number): number {
    return Math.max(0, lastedMs ?? (endedAt ?? now) - since);
}

/**
 * By how much the wall clock has gone ahead of the count meanwhile, ms; below 0: it was set back. 0 if it is not known, or within some seconds.
 * A machine that was suspended shows as a clock that went ahead: the time asleep is not counted.
 * @param now epoch ms
 */
export function clockShiftMs({ since, endedAt, lastedMs }: Lasting, now: number): number {
    if (lastedMs === undefined) return 0;
    const shift = (endedAt ?? now) - since - lastedMs;
    return Math.abs(shift) > TOLERANCE_MS ? shift : 0;
}

/**
 * Time as the product sees it. Everything that waits, polls or counts takes a Clock, so that tests
 * (and simulated UPSs that run faster than life) decide how time passes.
 */
export interface Clock {
    /** Wall-clock time, epoch milliseconds: for stamps and for people. It may jump. */
    now(): number;
    /** Milliseconds that only ever grow, from an arbitrary origin: for every duration. */
    monotonic(): number;
    setTimeout(callback: () => void, ms: number): TimerHandle;
    clearTimeout(handle: TimerHandle | undefined): void;
    /** How many clock seconds pass in one real second; 1 but for simulated UPSs. */
    readonly speed: number;
}

/** Opaque to callers; what `setTimeout` of the same clock returned. */
export type TimerHandle = unknown;

/** Node's timers take a signed 32-bit count of milliseconds and fire at once above it. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own clock, optionally running `speed` times as fast for durations (stamps stay true). */
export class SystemClock implements Clock {
    constructor(readonly speed: number = 1) {
        if (!(speed > 0)) throw new RangeError(`clock speed must be above 0, got ${speed}`);
    }

    now(): number {
        return Date.now();
    }

    monotonic(): number {
        return performance.now() * this.speed;
    }

    setTimeout(callback: () => void, ms: number): TimerHandle {
        const handle: { timer?: NodeJS.Timeout } = {};
        const arm = (left: number) => {
            const step = Math.min(left, LONGEST_TIMEOUT_MS);
            handle.timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
        };
        arm(Math.max(0, ms / this.speed));
        return handle;
    }

    clearTimeout(handle: TimerHandle | undefined): void {
        clearTimeout((handle as { timer?: NodeJS.Timeout } | undefined)?.timer);
    }
}

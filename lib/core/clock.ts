/**
 * The source of time for everything that waits, polls or counts. Tests, and simulated UPSs that run faster than real time, pass in a clock
 * of their own.
 */
export interface Clock {
    /** Wall-clock time, epoch milliseconds: for stamps and for people. It may jump. */
    now(): number;
    /** Milliseconds that only ever grow, from an arbitrary origin: for every duration. */
    monotonic(): number;
    setTimeout(callback: () => void, ms: number): TimerHandle;
    clearTimeout(handle: TimerHandle | undefined): void;
    /**
     * The present boot of the machine, and the real ms since it. All processes of the machine get the same values. Undefined if the system
     * does not report it. For values that a later process reads, see `Moment`.
     */
    bootTime?(): BootTime | undefined;
    /** How many clock seconds pass in one real second: 1, except for simulated UPSs. */
    readonly speed: number;
}

export interface BootTime {
    id: string;
    ms: number;
}

/** The value that `setTimeout` of the same clock returned. Callers do not look into it. */
export type TimerHandle = unknown;

/** Node's timers take a signed 32-bit count of milliseconds and fire at once above it. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Converts real ms to clock ms. Time limits for a process or a network count in real time: a simulated UPS may run faster than real time,
 * the machine that simulates it does not.
 */
export function realMs(clock: Clock, ms: number): number {
    return ms * clock.speed;
}

/** The machine's own clock. Durations may pass `speed` times as fast; the wall-clock time stays real. */
export class SystemClock implements Clock {
    /** @param boot reads the boot of the machine; only the system knows it */
    constructor(
        readonly speed: number = 1,
        private readonly boot?: () => BootTime | undefined,
    ) {
        if (!(speed > 0)) throw new RangeError(`clock speed must be above 0, got ${speed}`);
    }

    now(): number {
        return Date.now();
    }

    monotonic(): number {
        return performance.now() * this.speed;
    }

    bootTime(): BootTime | undefined {
        return this.boot?.();
    }

    setTimeout(callback: () => void, ms: number): TimerHandle {
        const handle: { timer?: ReturnType<typeof setTimeout> } = {};
        const arm = (left: number) => {
            const step = Math.min(left, LONGEST_TIMEOUT_MS);
            handle.timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
        };
        arm(Math.max(0, ms / this.speed));
        return handle;
    }

    clearTimeout(handle: TimerHandle | undefined): void {
        clearTimeout((handle as { timer?: ReturnType<typeof setTimeout> } | undefined)?.timer);
    }
}

interface ScaledTimer {
    due: number;
    callback: () => void;
    handle: TimerHandle;
}

/** A clock whose speed can be changed while timers are pending: each timer keeps the clock time that it still had left. */
export class ScalableClock implements Clock {
    private factor = 1;
    private origin: number;
    private originElapsed = 0;
    private readonly timers = new Set<ScaledTimer>();

    constructor(private readonly base: Clock = new SystemClock()) {
        this.origin = base.monotonic();
    }

    get speed(): number {
        return this.factor;
    }

    /** @param factor clock seconds per real second, above 0. */
    setSpeed(factor: number): void {
        if (!(factor > 0)) throw new RangeError(`clock speed must be above 0, got ${factor}`);
        if (factor === this.factor) return;
        this.originElapsed = this.monotonic();
        this.origin = this.base.monotonic();
        this.factor = factor;
        for (const timer of this.timers) {
            this.base.clearTimeout(timer.handle);
            this.arm(timer);
        }
    }

    now(): number {
        return this.base.now();
    }

    bootTime(): BootTime | undefined {
        return this.base.bootTime?.();
    }

    monotonic(): number {
        return this.originElapsed + (this.base.monotonic() - this.origin) * this.factor;
    }

    setTimeout(callback: () => void, ms: number): TimerHandle {
        const timer: ScaledTimer = { due: this.monotonic() + ms, callback, handle: undefined };
        this.timers.add(timer);
        this.arm(timer);
        return timer;
    }

    clearTimeout(handle: TimerHandle | undefined): void {
        const timer = handle as ScaledTimer | undefined;
        if (!timer || !this.timers.delete(timer)) return;
        this.base.clearTimeout(timer.handle);
    }

    private arm(timer: ScaledTimer): void {
        timer.handle = this.base.setTimeout(
            () => {
                this.timers.delete(timer);
                timer.callback();
            },
            Math.max(0, timer.due - this.monotonic()) / this.factor,
        );
    }
}

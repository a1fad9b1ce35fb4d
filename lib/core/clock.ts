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
    /**
     * Which boot of the machine this is, and real ms since it, the same for every process of it; undefined where the system does not
     * tell. For what a later process must know, see `Moment`.
     */
    bootTime?(): BootTime | undefined;
    /** How many clock seconds pass in one real second; 1 but for simulated UPSs. */
    readonly speed: number;
}

export interface BootTime {
    id: string;
    ms: number;
}

/** Opaque to callers; what `setTimeout` of the same clock returned. */
export type TimerHandle = unknown;

/** Node's timers take a signed 32-bit count of milliseconds and fire at once above it. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * How many clock ms pass in so many real ms. Patience with a process or a network counts in real time: a simulated UPS lives faster than
 * life, the machine that runs it does not.
 */
export function realMs(clock: Clock, ms: number): number {
    return ms * clock.speed;
}

/** The machine's own clock, optionally running `speed` times as fast for durations (stamps stay true). */
export class SystemClock implements Clock {
    /** @param boot tells the boot of the machine; only the system knows it */
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

/** A clock whose speed can be changed while timers are pending: they keep the clock time that they still had to go. */
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

import type { BootTime, Clock, TimerHandle } from '../../lib/core/clock';

interface Timer {
    due: number;
    callback: () => void;
}

/** A clock that moves only when told. Wall time can be made to jump without moving any timer. */
export class FakeClock implements Clock {
    readonly speed = 1;
    private elapsed = 0;
    private timers: Timer[] = [];
    /** For tests of what outlives the process: which boot, and real ms since it. Undefined: the system does not tell. */
    boot: { id: string; origin: number } | undefined;

    constructor(private wall = Date.UTC(2026, 0, 15, 3, 0, 0)) {}

    bootTime(): BootTime | undefined {
        return this.boot && { id: this.boot.id, ms: this.elapsed + this.boot.origin };
    }

    now(): number {
        return this.wall;
    }

    monotonic(): number {
        return this.elapsed;
    }

    setTimeout(callback: () => void, ms: number): TimerHandle {
        const timer = { due: this.elapsed + Math.max(0, ms), callback };
        this.timers.push(timer);
        return timer;
    }

    clearTimeout(handle: TimerHandle | undefined): void {
        this.timers = this.timers.filter((timer) => timer !== handle);
    }

    /** How many timers are pending: 0 after a clean close. */
    get pending(): number {
        return this.timers.length;
    }

    /** NTP, or somebody, sets the machine's clock. */
    jumpWall(ms: number): void {
        this.wall += ms;
    }

    advanceSync(ms: number): void {
        const end = this.elapsed + ms;
        for (;;) {
            const next = this.nextDue(end);
            if (!next) break;
            this.moveTo(Math.max(next.due, this.elapsed));
            this.clearTimeout(next);
            next.callback();
        }
        this.moveTo(end);
    }

    /** The process stands still for so long, and then does late what has fallen due meanwhile. */
    stall(ms: number): void {
        this.moveTo(this.elapsed + ms);
        this.advanceSync(0);
    }

    /** As `advanceSync`, letting promises settle after every timer. */
    async advance(ms: number): Promise<void> {
        const end = this.elapsed + ms;
        await settle();
        for (;;) {
            const next = this.nextDue(end);
            if (!next) break;
            this.moveTo(Math.max(next.due, this.elapsed));
            this.clearTimeout(next);
            next.callback();
            await settle();
        }
        this.moveTo(Math.max(end, this.elapsed));
        await settle();
    }

    private nextDue(end: number): Timer | undefined {
        let first: Timer | undefined;
        // In the order in which they were set: of two that are due at once the first goes first.
        for (const timer of this.timers) if (timer.due <= end && timer.due < (first?.due ?? Infinity)) first = timer;
        return first;
    }

    private moveTo(elapsed: number): void {
        this.wall += elapsed - this.elapsed;
        this.elapsed = elapsed;
    }
}

async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

import type { Clock, TimerHandle } from '../../lib/core/clock';

interface Timer {
    due: number;
    callback: () => void;
}

/** A clock whose timers run when they are told to, so that years pass in a minute. */
export class VirtualClock implements Clock {
    readonly speed = 1;
    private elapsed = 0;
    private readonly timers = new Set<Timer>();

    /** @param wall epoch ms */
    constructor(private wall: number) {}

    /** Time passes in which nothing gets its turn. */
    pass(ms: number): void {
        this.wall += ms;
        this.elapsed += ms;
    }

    now(): number {
        return this.wall;
    }

    monotonic(): number {
        return this.elapsed;
    }

    setTimeout(callback: () => void, ms: number): TimerHandle {
        const timer = { due: this.elapsed + Math.max(0, ms), callback };
        this.timers.add(timer);
        return timer;
    }

    clearTimeout(handle: TimerHandle | undefined): void {
        this.timers.delete(handle as Timer);
    }

    /** Runs what is due within `ms`, one after the other. @param took gets the real ms that each timer has held up the process */
    runTimers(ms: number, took: (ms: number) => void, now: () => number): void {
        const end = this.elapsed + ms;
        for (;;) {
            const due = [...this.timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
            if (!due) break;
            this.pass(Math.max(0, due.due - this.elapsed));
            this.timers.delete(due);
            const before = now();
            due.callback();
            took(now() - before);
        }
        this.pass(end - this.elapsed);
    }
}

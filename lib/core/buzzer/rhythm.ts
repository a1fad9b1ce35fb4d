import type { Clock, TimerHandle } from '../clock';
import type { BuzzerPattern } from './pattern';

/** Plays a pattern: reports each change to on or off, and off when it is stopped. */
export class Rhythm {
    private timer: TimerHandle;
    private on = false;
    private running = false;

    constructor(
        private readonly clock: Clock,
        private readonly pattern: BuzzerPattern,
        private readonly beat: (on: boolean) => void,
    ) {}

    start(): void {
        if (this.running) return;
        this.running = true;
        this.step(0, this.clock.monotonic());
    }

    /** Idempotent. */
    stop(): void {
        this.running = false;
        this.clock.clearTimeout(this.timer);
        this.tell(false);
    }

    /** The next step counts from the time at which this step was due, so that the rhythm does not drift. */
    private step(index: number, due: number): void {
        this.tell(index % 2 === 0);
        if (this.pattern.length === 1) return;
        const next = due + (this.pattern[index] ?? 0);
        this.timer = this.clock.setTimeout(
            () => this.step((index + 1) % this.pattern.length, Math.max(next, this.clock.monotonic() - 1000)),
            next - this.clock.monotonic(),
        );
    }

    private tell(on: boolean): void {
        if (on === this.on) return;
        this.on = on;
        this.beat(on);
    }
}

import type { Clock, TimerHandle } from '../../core/clock';

/** Waits that end early, without an error, when their owner stops. */
export class Pauses {
    private readonly waiting = new Map<() => void, TimerHandle>();
    private over = false;

    constructor(private readonly clock: Clock) {}

    /** Milliseconds of the clock. */
    wait(ms: number): Promise<void> {
        if (this.over) return Promise.resolve();
        return new Promise((resolve) => {
            const end = () => {
                this.clock.clearTimeout(this.waiting.get(end));
                this.waiting.delete(end);
                resolve();
            };
            this.waiting.set(end, this.clock.setTimeout(end, ms));
        });
    }

    /** Ends all, now and for good. Idempotent. */
    end(): void {
        this.over = true;
        for (const end of [...this.waiting.keys()]) end();
    }
}

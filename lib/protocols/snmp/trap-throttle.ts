import type { Clock, TimerHandle } from '../../core/clock';

/** A storm of traps causes at most one poll in this time. */
const QUIET_MS = 50;

/** Passes the first hint at once; hints within the next QUIET_MS become one more hint at its end. */
export class TrapThrottle {
    private last = -Infinity;
    private timer?: TimerHandle;
    private destroyed = false;

    constructor(
        private readonly clock: Clock,
        private readonly pass: () => void,
    ) {}

    hint(): void {
        if (this.destroyed || this.timer !== undefined) return;
        const wait = this.last + QUIET_MS - this.clock.monotonic();
        if (wait <= 0) this.open();
        else this.timer = this.clock.setTimeout(() => this.open(), wait);
    }

    destroy(): void {
        this.destroyed = true;
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }

    private open(): void {
        this.timer = undefined;
        this.last = this.clock.monotonic();
        this.pass();
    }
}

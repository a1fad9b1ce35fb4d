import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';

/** A horn must not howl on, nor be silent, because its module did not hear the last order. */
const AGAIN_MS = 5000;

/**
 * An output of a relay module that beats. Only the latest beat waits while an order is under way: a slow module skips beats, and never
 * lags behind. Until the next beat, what was not accepted is asked for again.
 */
export class RelayBuzzer {
    private wanted: boolean | undefined;
    private busy = false;
    private failed = false;
    private closed = false;
    private timer: TimerHandle;

    /**
     * @param order asks the module; rejects when it did not accept
     * @param onError told once until an order was accepted again
     */
    constructor(
        private readonly clock: Clock,
        private readonly order: (on: boolean) => Promise<unknown>,
        private readonly onError: (error: unknown) => void,
    ) {}

    set(on: boolean): void {
        this.clock.clearTimeout(this.timer);
        this.wanted = on;
        // What is not asked for at once, a module that is about to close does not take any more.
        if (!this.busy) void this.carryOut();
    }

    /** What was asked for is still asked for; nothing is tried anew. */
    close(): void {
        this.closed = true;
        this.clock.clearTimeout(this.timer);
        // Off that waits for an order under way would come after the module has closed.
        if (this.wanted !== false) return;
        this.wanted = undefined;
        this.order(false).catch((error: unknown) => this.refused(false, error));
    }

    private async carryOut(): Promise<void> {
        this.busy = true;
        while (this.wanted !== undefined) {
            const on = this.wanted;
            this.wanted = undefined;
            try {
                await this.order(on);
                this.failed = false;
            } catch (error) {
                this.refused(on, error);
            }
        }
        this.busy = false;
    }

    private refused(on: boolean, error: unknown): void {
        if (this.closed && error instanceof UpsError && error.code === 'interrupted') return;
        if (!this.failed) this.onError(error);
        this.failed = true;
        if (this.wanted === undefined && !this.closed) {
            this.timer = this.clock.setTimeout(() => this.set(on), AGAIN_MS);
        }
    }
}

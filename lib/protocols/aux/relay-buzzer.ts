import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';

/** Clock ms until an order that failed is repeated: the horn must neither stay on nor stay silent. */
const REPEAT_MS = 5000;

/**
 * An output of a relay module that beats. While an order is in progress, only the latest beat waits: a slow module skips beats
 * and does not lag behind. An order that failed is repeated until the next beat.
 */
export class RelayBuzzer {
    private wanted: boolean | undefined;
    private busy = false;
    private failed = false;
    private closed = false;
    private timer: TimerHandle;

    /**
     * @param order switches the output; rejects if the module did not accept
     * @param onError called once, and again only after an order was accepted
     */
    constructor(
        private readonly clock: Clock,
        private readonly order: (on: boolean) => Promise<unknown>,
        private readonly onError: (error: unknown) => void,
    ) {}

    set(on: boolean): void {
        this.clock.clearTimeout(this.timer);
        this.wanted = on;
        // Orders at once if possible: a closing module refuses later orders.
        if (!this.busy) void this.carryOut();
    }

    /** Ends the repetition; an order in progress continues. */
    close(): void {
        this.closed = true;
        this.clock.clearTimeout(this.timer);
        // "Off" must be ordered now: after the order in progress, the module may be closed.
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
            this.timer = this.clock.setTimeout(() => this.set(on), REPEAT_MS);
        }
    }
}

import type { Clock } from '../../core/clock';

const BURST = 20;
const REFILL_MS = 5000;

/** Lets a few reports through and counts the rest: a stranger who floods the port must not flood the event log. */
export class RefusalLogLimiter {
    private tokens = BURST;
    private refilledAt: number;
    private unreported = 0;

    constructor(private readonly clock: Clock) {
        this.refilledAt = clock.monotonic();
    }

    /** Undefined: do not report this one. Else how many went unreported before it. */
    pass(): number | undefined {
        const refills = Math.floor((this.clock.monotonic() - this.refilledAt) / REFILL_MS);
        if (refills > 0) {
            this.tokens = Math.min(BURST, this.tokens + refills);
            this.refilledAt += refills * REFILL_MS;
        }
        if (this.tokens === 0) {
            this.unreported++;
            return undefined;
        }
        this.tokens--;
        const unreported = this.unreported;
        this.unreported = 0;
        return unreported;
    }
}

import type { Clock } from '../../core/clock';
import { backOff, ALARM_RETRY_MS, EARLIEST_RETRY_MS, HOLD_RETRY_MS } from './back-off';
import type { MailError } from './transport';

/** Whether the server of an account accepts mails at present, and if not, when to try again. */
export class AccountHealth {
    /** Error of the last attempt; undefined if it succeeded. */
    lastError?: MailError;
    private failures = 0;
    private holdUntil = -Infinity;
    private lastAttempt = -Infinity;

    constructor(private readonly clock: Clock) {}

    /** Monotonic ms of the next allowed attempt. */
    get heldUntil(): number {
        return this.holdUntil;
    }

    get held(): boolean {
        return this.holdUntil > this.clock.monotonic();
    }

    attempting(): void {
        this.lastAttempt = this.clock.monotonic();
    }

    succeeded(): void {
        this.lastError = undefined;
        this.failures = 0;
        this.holdUntil = -Infinity;
    }

    /** @param alarmWaits the queue holds a mail of level alarm */
    failed(error: MailError, alarmWaits: boolean): void {
        this.lastError = error;
        if (error.scope === 'mail') {
            this.failures = 0;
            this.holdUntil = -Infinity;
            return;
        }
        const usual = backOff(++this.failures);
        const soon = error.temporary && alarmWaits ? Math.min(usual, ALARM_RETRY_MS) : usual;
        this.holdUntil = this.clock.monotonic() + (error.hold ? Math.max(usual, HOLD_RETRY_MS) : soon);
    }

    /**
     * A new mail brings the next attempt forward: the server may be back. An error that a person has to fix first is not retried
     * earlier.
     */
    retrySooner(): void {
        if (this.lastError?.hold) return;
        this.holdUntil = Math.min(this.holdUntil, this.lastAttempt + EARLIEST_RETRY_MS);
    }
}

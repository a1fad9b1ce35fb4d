import type { Clock } from '../../core/clock';
import { backOff, ALARM_RETRY_MS, EARLIEST_RETRY_MS, HOLD_RETRY_MS } from './back-off';
import type { MailError } from './transport';

/** Whether an account gets mails through at present, and if not, when it is worth trying again. */
export class AccountHealth {
    /** Of the last attempt, if it failed. */
    lastError?: MailError;
    private failures = 0;
    private holdUntil = -Infinity;
    private lastAttempt = -Infinity;

    constructor(private readonly clock: Clock) {}

    /** Monotonic ms before which nothing is to be sent. */
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

    /** @param alarmWaits an alarm is among the mails that wait */
    failed(error: MailError, alarmWaits: boolean): void {
        this.lastError = error;
        if (error.scope === 'mail') {
            this.failures = 0;
            this.holdUntil = -Infinity;
            return;
        }
        const usual = backOff(++this.failures);
        const soon = error.passing && alarmWaits ? Math.min(usual, ALARM_RETRY_MS) : usual;
        this.holdUntil = this.clock.monotonic() + (error.hold ? Math.max(usual, HOLD_RETRY_MS) : soon);
    }

    /** A new mail is a reason to look whether the server is back, though not where a person has to act first. */
    hurry(): void {
        if (this.lastError?.hold) return;
        this.holdUntil = Math.min(this.holdUntil, this.lastAttempt + EARLIEST_RETRY_MS);
    }
}

import type { Clock } from '../../core/clock';
import { backOff, EARLIEST_RETRY_MS, LOGIN_RETRY_MS } from './back-off';
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

    failed(error: MailError): void {
        this.lastError = error;
        if (error.scope === 'mail') {
            this.failures = 0;
            this.holdUntil = -Infinity;
            return;
        }
        const wait = backOff(++this.failures);
        this.holdUntil = this.clock.monotonic() + (error.login ? Math.max(wait, LOGIN_RETRY_MS) : wait);
    }

    /** A new mail is a reason to look whether the server is back, though not for one that refused the log-in. */
    hurry(): void {
        if (this.lastError?.login) return;
        this.holdUntil = Math.min(this.holdUntil, this.lastAttempt + EARLIEST_RETRY_MS);
    }
}

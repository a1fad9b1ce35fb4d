import type { Clock } from '../../core/clock';
import { asUpsError, type UpsError } from '../../core/errors';
import { wait } from '../../core/abortable-wait';
import { sendSyslog, type SyslogTarget } from './sender';

const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** After a boot, the clock is set within minutes or not at all. */
const CLOCK_PATIENCE_MS = 600_000;

export interface RetryOptions {
    retries: number;
    /** For the Test button: does not wait for the clock to be set. */
    skipClockWait?: boolean;
    clock: Clock;
    signal: AbortSignal;
    /** Default: `sendSyslog`. */
    send?: typeof sendSyslog;
}

/**
 * Sends messages with retries. If our own clock may be the reason for an invalid certificate, it retries for ten minutes. A
 * refused certificate is not retried.
 * @returns the number of attempts, and the last error if all failed
 * @throws UpsError interrupted
 */
export async function sendWithRetries(
    target: SyslogTarget,
    messages: Buffer | readonly Buffer[],
    { retries, skipClockWait, clock, signal, send = sendSyslog }: RetryOptions,
): Promise<{ attempts: number; error?: UpsError }> {
    const begun = clock.monotonic();
    for (let attempts = 1; ; attempts++) {
        try {
            await send(target, messages, clock, signal);
            return { attempts };
        } catch (failure) {
            const error = asUpsError(failure, 'host-unreachable', { host: target.host });
            if (error.code === 'interrupted') throw error;
            const ofClock = error.code === 'certificate-time' && !skipClockWait;
            const waits = ofClock && clock.monotonic() - begun < CLOCK_PATIENCE_MS;
            if (error.code === 'certificate-refused' || (attempts > retries && !waits)) return { attempts, error };
            await wait(clock, Math.min(PAUSE_MS * attempts, LONGEST_PAUSE_MS), signal);
        }
    }
}

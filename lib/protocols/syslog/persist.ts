import type { Clock } from '../../core/clock';
import { asUpsError, type UpsError } from '../../core/errors';
import { wait } from '../../core/abortable-wait';
import { sendSyslog, type SyslogTarget } from './sender';

const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** After a boot a clock is set within minutes, or not at all. */
const CLOCK_PATIENCE_MS = 600_000;

export interface Tries {
    retries: number;
    /** For a test: nobody waits for a clock. */
    impatient?: boolean;
    clock: Clock;
    signal: AbortSignal;
    /** Default: `sendSyslog`. */
    send?: typeof sendSyslog;
}

/**
 * Sends, and tries again: as often as told; and where our own clock may be the reason why a certificate is not valid, for ten minutes. A certificate
 * that is refused does not get better within seconds.
 * @returns how often it was tried, and the last failure if there was no success
 * @throws UpsError interrupted
 */
export async function sendPersistently(
    target: SyslogTarget,
    messages: Buffer | readonly Buffer[],
    { retries, impatient, clock, signal, send = sendSyslog }: Tries,
): Promise<{ attempts: number; error?: UpsError }> {
    const begun = clock.monotonic();
    for (let attempts = 1; ; attempts++) {
        try {
            await send(target, messages, clock, signal);
            return { attempts };
        } catch (failure) {
            const error = asUpsError(failure, 'host-unreachable', { host: target.host });
            if (error.code === 'interrupted') throw error;
            const ofClock = error.code === 'certificate-time' && !impatient;
            const waits = ofClock && clock.monotonic() - begun < CLOCK_PATIENCE_MS;
            if (error.code === 'certificate-refused' || (attempts > retries && !waits)) return { attempts, error };
            await wait(clock, Math.min(PAUSE_MS * attempts, LONGEST_PAUSE_MS), signal);
        }
    }
}

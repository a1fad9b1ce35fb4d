import type { Clock } from '../clock';
import { UpsError, asUpsError, type UpsErrorCode } from '../errors';

/** After these failures every further try would fail, too: a person must change a setting, a job or the device. */
const FINAL: ReadonlySet<UpsErrorCode> = new Set([
    'not-supported',
    'out-of-range',
    'config-missing',
    'config-invalid',
    'setting-refused',
]);

/**
 * After these failures it is certain that the device has not accepted the command. After a silence it may have: perhaps only the reply was
 * lost.
 */
const NOT_TAKEN: ReadonlySet<UpsErrorCode> = new Set([
    ...FINAL,
    'no-device',
    'ups-silent',
    'device-refused',
    'access-denied',
]);

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

export interface KeepTryingOptions {
    clock: Clock;
    /** Stops the tries; its reason is thrown if it is an UpsError. */
    signal: AbortSignal;
    /** Greatest number of tries; default: unlimited. */
    tries?: number;
    /** Clock ms after which no further try begins; default: unlimited. */
    patienceMs?: number;
    /** Default: see `isFinal`. */
    final?(error: UpsError): boolean;
    /** Called when a try has failed and another one follows in `pauseMs`. */
    failed?(error: UpsError, attempts: number, pauseMs: number): void;
}

/** Whether every further try of the same command would fail, too. */
export function isFinal({ code }: UpsError): boolean {
    return FINAL.has(code);
}

/** Whether it is certain after this failure that the device has not accepted the command. */
export function isNotTaken({ code }: UpsError): boolean {
    return NOT_TAKEN.has(code);
}

/**
 * Sends a command until the device accepts it: at once, then after 1, 2, 4, 8 s and from then on every 15 s. It tries again after a
 * silence, a lost reply or a temporary refusal, and throws a final refusal at once. A running try is never interrupted: its outcome counts.
 * @throws UpsError the final refusal; the last failure when the time is over; the reason of the abort
 * @returns the value of the successful try, and the number of tries
 */
export async function keepTrying<T>(
    attempt: (number: number) => Promise<T>,
    options: KeepTryingOptions,
): Promise<{ value: T; attempts: number }> {
    const { clock, signal, tries = Infinity, patienceMs = Infinity, final = isFinal, failed } = options;
    const end = clock.monotonic() + patienceMs;
    let pauseMs = FIRST_PAUSE_MS;
    for (let attempts = 1; ; attempts++) {
        if (signal.aborted) throw whyAborted(signal);
        try {
            return { value: await attempt(attempts), attempts };
        } catch (error) {
            if (signal.aborted) throw whyAborted(signal);
            const failure = asUpsError(error, 'command-failed');
            if (final(failure) || attempts >= tries || clock.monotonic() + pauseMs > end) throw failure;
            failed?.(failure, attempts, pauseMs);
        }
        await pause(clock, pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
}

/** The reason of an aborted signal: its own UpsError, or `interrupted` when the node closes. */
export function whyAborted({ reason }: AbortSignal): UpsError {
    return reason instanceof UpsError ? reason : new UpsError('interrupted');
}

/** Waits `ms` clock ms. It ends early, without an error, when the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        const finish = () => {
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', finish);
            resolve();
        };
        const timer = clock.setTimeout(finish, Math.max(0, ms));
        signal.addEventListener('abort', finish);
        if (signal.aborted) finish();
    });
}

import type { Clock } from '../clock';
import { UpsError, asUpsError, type UpsErrorCode } from '../errors';

/** Failures that no further try can cure: a person must change a setting, a job or the device. */
const FINAL: ReadonlySet<UpsErrorCode> = new Set(['not-supported', 'out-of-range', 'config-missing', 'config-invalid']);

/** After these failures the device has certainly not got the order. After a silence it may have it: perhaps only the reply was lost. */
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
    /** Ends the tries; its reason is thrown if it is an UpsError. */
    signal: AbortSignal;
    /** How often at most; default: without end. */
    tries?: number;
    /** ms after which no further try begins; default: as long as the signal lets it. */
    patienceMs?: number;
    /** Default: see `isFinal`. */
    final?(error: UpsError): boolean;
    /** A try has failed, and another one follows in `pauseMs`. */
    failed?(error: UpsError, attempts: number, pauseMs: number): void;
}

/** Whether every further try of the same order would fail, too. */
export function isFinal({ code }: UpsError): boolean {
    return FINAL.has(code);
}

/** Whether this failure means that the device has certainly not accepted the order. */
export function isNotTaken({ code }: UpsError): boolean {
    return NOT_TAKEN.has(code);
}

/**
 * Gives an order until the device accepts it: at once, then after 1, 2, 4, 8 and from then on every 15 s. It tries again after a silence, a
 * lost reply or a temporary refusal, and throws a final refusal at once. It never breaks off a running try: the outcome of that try counts.
 * @throws UpsError the final refusal, the last failure when the patience is over, or why the signal was aborted
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

/** Why a signal was aborted: its own reason, or that the node closes. */
export function whyAborted({ reason }: AbortSignal): UpsError {
    return reason instanceof UpsError ? reason : new UpsError('interrupted');
}

/** Ends early, without an error, when the signal is aborted. */
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

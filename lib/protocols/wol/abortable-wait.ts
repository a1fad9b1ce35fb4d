import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';

/**
 * Waits `ms` of `clock`; `signal` ends the wait at once. @throws the signal's reason if it is an UpsError, else UpsError
 * interrupted
 */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const stop = () => {
            clock.clearTimeout(timer);
            reject(reasonOf(signal));
        };
        const timer = clock.setTimeout(() => {
            signal.removeEventListener('abort', stop);
            resolve();
        }, ms);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
    });
}

/** @throws like `wait` if the signal has aborted */
export function check(signal: AbortSignal): void {
    if (signal.aborted) throw reasonOf(signal);
}

function reasonOf(signal: AbortSignal): UpsError {
    return signal.reason instanceof UpsError ? signal.reason : new UpsError('interrupted');
}

import type { Clock } from './clock';
import { UpsError } from './errors';

/** Waits `ms` clock ms. @throws UpsError interrupted, when the node closes, or when the state that the job acts on ends meanwhile */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const finish = () => {
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', finish);
            if (signal.aborted) reject(new UpsError('interrupted'));
            else resolve();
        };
        const timer = clock.setTimeout(finish, Math.max(0, ms));
        signal.addEventListener('abort', finish);
        if (signal.aborted) finish();
    });
}

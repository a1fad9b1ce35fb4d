import type { Clock, TimerHandle } from './clock';
import type { DriverState, UpsDriver } from './driver';
import { UpsError, type UpsErrorCode } from './errors';
import type { PartialStatus } from './status/status';

/** Longest wait for the reason of a silence, ms. */
const EXPLAIN_MS = 4000;

export interface ReadOnceOptions {
    clock: Clock;
    timeoutMs: number;
    /** The name of the device, for people. */
    place: string;
    signal: AbortSignal;
}

/**
 * Takes one reading with a driver that nothing else uses: starts it, waits for a reading, and stops it again.
 * @throws UpsError the failure of the driver; device-silent when the time is over; interrupted
 */
export async function readOnce(driver: UpsDriver, options: ReadOnceOptions): Promise<PartialStatus> {
    try {
        return await awaitReading((status, state) => driver.start({ status, state }), options);
    } finally {
        await driver.stop();
    }
}

/**
 * Waits for the first reading that `listen` receives.
 * @throws as readOnce
 */
export function awaitReading<Reading = PartialStatus>(
    listen: (status: (reading: Reading) => void, state: (state: DriverState) => void) => void,
    { clock, timeoutMs, place, signal }: ReadOnceOptions,
): Promise<Reading> {
    return new Promise((resolve, reject) => {
        let failure: UpsError | undefined;
        let explaining: TimerHandle;
        const end = () => {
            clock.clearTimeout(limit);
            clock.clearTimeout(explaining);
            signal.removeEventListener('abort', aborted);
        };
        const fail = (error: UpsError) => {
            end();
            reject(error);
        };
        const aborted = () => fail(new UpsError('interrupted'));
        const late = () => fail(failure ?? new UpsError('device-silent', { host: place, why: 'timeout' }));
        const limit = clock.setTimeout(late, timeoutMs);
        signal.addEventListener('abort', aborted);
        if (signal.aborted) return aborted();
        const status = (reading: Reading) => {
            end();
            resolve(reading);
        };
        const state = (told: DriverState) => {
            if (told.state !== 'waiting') return;
            const { code, reason, data } = told;
            failure = new UpsError(code as UpsErrorCode, { reason, ...data });
            if (failure.data.why !== 'timeout') return fail(failure);
            explaining ??= clock.setTimeout(late, EXPLAIN_MS);
        };
        listen(status, state);
    });
}

import type { UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';
import { countdownOf, type Countdown } from './countdown';
import { isFinal, whyAborted } from './keep-trying';

/**
 * Waits for the next reading of the device; the estimates of a silent outage do not count. It waits at most until the unit would call it silent.
 * @throws UpsError no-device, or why the signal was aborted
 */
export function freshReading(unit: UpsUnit, signal: AbortSignal): Promise<void> {
    const { clock } = unit;
    const asked = clock.monotonic();
    return new Promise((resolve, reject) => {
        const finish = (error?: UpsError) => {
            unsubscribe();
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', aborted);
            if (error) reject(error);
            else resolve();
        };
        const aborted = () => finish(whyAborted(signal));
        const unsubscribe = unit.onStatus(() => {
            if (clock.monotonic() - (unit.ageSeconds ?? Infinity) * 1000 >= asked) finish();
        });
        const timer = clock.setTimeout(() => finish(unit.absence), unit.staleMs);
        signal.addEventListener('abort', aborted);
        if (signal.aborted) aborted();
    });
}

/** The present state of the device's own shutdown. @throws UpsError no-device, device-silent, … */
export async function readCountdown(unit: UpsUnit, signal: AbortSignal): Promise<Countdown> {
    await freshReading(unit, signal);
    const left = await unit.shutdownCountdown();
    return countdownOf(unit.status(), left);
}

/**
 * Whether every further try would fail, too. not-supported is final only if every path to the UPS answers now: a path that is silent may
 * support the command.
 */
export function isFinalFor(unit: UpsUnit, error: UpsError): boolean {
    if (error.code !== 'not-supported') return isFinal(error);
    return unit.pathViews.every(({ state, trouble }) => state === 'ready' && trouble === undefined);
}

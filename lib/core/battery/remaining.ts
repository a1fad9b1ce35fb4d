import type { RuntimeChoice } from '../events/source';

/**
 * The remaining runtime, in seconds, for timings of mode `remaining`; undefined if none is known.
 *
 * `deviceMinutes` is the value that the device reported `deviceAgeSeconds` ago (pass 0 on mains, where the runtime does not decrease); that
 * age is subtracted. `derivedMinutes` is `BatteryModel.estimate(now)`, which counts down by itself. If the chosen value is not known, the
 * other one is used: a shutdown at the second-best estimate is better than a shutdown that waits for ever.
 */
export function remainingSeconds(
    choice: RuntimeChoice,
    deviceMinutes: number | undefined,
    derivedMinutes: number | undefined,
    deviceAgeSeconds: number,
): number | undefined {
    const device =
        deviceMinutes === undefined ? undefined : Math.max(0, deviceMinutes * 60 - Math.max(0, deviceAgeSeconds));
    const derived = derivedMinutes === undefined ? undefined : derivedMinutes * 60;
    if (device === undefined) return derived;
    if (derived === undefined) return device;
    if (choice === 'device') return device;
    if (choice === 'derived') return derived;
    return Math.min(device, derived);
}

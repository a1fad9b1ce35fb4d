import type { RuntimeChoice } from '../events/source';

/**
 * The remaining runtime, in seconds, that `remaining` timings go by; `undefined` when none is known.
 *
 * `deviceMinutes` is what the device said `deviceAgeSeconds` ago (pass 0 on mains, where runtime is not being used up):
 * it is counted down by that age. `derivedMinutes` is `BatteryModel.estimate(now)`, which counts down by itself.
 * If the chosen one is not known the other stands in, because a shutdown that waits for a value that never comes is worse
 * than one that goes by the second-best estimate.
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

import type { PartialStatus } from '../status/status';

/** Values of the battery of which less than nothing is a way of saying "not known". */
const NEVER_NEGATIVE = ['secondsOnBattery', 'minutesRemaining', 'chargePercent'] as const;

/**
 * A reading without figures that are none, and without groups that are not there. Sentinels end at the edge of each protocol; what slips
 * through there must not reach the battery model, where one NaN would be the runtime for good, nor be a runtime of -1 min that shuts
 * everything down.
 */
export function saneReading(reading: PartialStatus): PartialStatus {
    const sane = finite(reading) as PartialStatus;
    for (const name of NEVER_NEGATIVE) if (sane.battery && sane.battery[name]! < 0) delete sane.battery[name];
    return sane;
}

function finite(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(finite);
    if (typeof value !== 'object' || value === null) return value;
    const says = (each: unknown) =>
        typeof each === 'number' ? Number.isFinite(each) : each !== undefined && each !== null;
    const kept = Object.entries(value).filter(([, each]) => says(each));
    return Object.fromEntries(kept.map(([name, each]) => [name, finite(each)]));
}

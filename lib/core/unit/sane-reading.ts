import type { PartialStatus } from '../status/status';

/** Battery values that some devices send as a negative number when they do not know them. */
const NEVER_NEGATIVE = ['secondsOnBattery', 'minutesRemaining', 'chargePercent'] as const;

/**
 * Removes impossible numbers and missing groups from a reading. Each protocol removes the sentinels of its devices; this is the second line
 * of defence. In the battery model a single NaN would spoil the runtime for ever, and a runtime of -1 min would shut everything down.
 */
export function saneReading(reading: PartialStatus): PartialStatus {
    const sane = finite(reading) as PartialStatus;
    for (const name of NEVER_NEGATIVE) if (sane.battery && sane.battery[name]! < 0) delete sane.battery[name];
    return sane;
}

function finite(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(finite);
    if (typeof value !== 'object' || value === null) return value;
    const kept: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
        const each = (value as Record<string, unknown>)[name];
        if (says(each)) kept[name] = finite(each);
    }
    return kept;
}

function says(value: unknown): boolean {
    return typeof value === 'number' ? Number.isFinite(value) : value !== undefined && value !== null;
}

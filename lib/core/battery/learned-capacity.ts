import { type BatteryConfig, type Capacity, convert, type LoadLevel, nameplateCapacity } from './capacity';
import type { Observation } from './discharge-window';

/** A capacity that was learned from observed discharges; JSON, stored by the unit. */
export interface LearnedCapacity extends Capacity {
    /** How many percentage points of observed discharge it is based on. */
    points: number;
    /** The nameplate it was learned under, load times minutes; absent when there was none. */
    rated?: number;
}

/** The nameplate counts as much as this many observed percentage points. */
const NAMEPLATE_POINTS = 10;
/** The greatest weight of older observations, so that the ageing of a battery is noticed. */
const MOST_POINTS = 100;
/** A capacity outside of these multiples of the nameplate comes from a wrong reading. */
const LEAST_FACTOR = 0.2;
const MOST_FACTOR = 3;

/**
 * The capacity to calculate with at a load: the learned one, limited by the nameplate, or else that of the nameplate; undefined if there is
 * neither. A hold time without a configured load is taken for the present load.
 */
export function capacityAt(
    level: LoadLevel,
    learned: LearnedCapacity | undefined,
    config: BatteryConfig,
): Capacity | undefined {
    const rated = nameplateCapacity(level.basis, config);
    const known = learned && convert(learned, level.basis, config);
    if (!known) return rated ?? holdAtPresentLoad(level, config);
    return rated ? { ...known, loadMinutes: bounded(known.loadMinutes, rated.loadMinutes) } : known;
}

/** `learned` with one more observation, weighted by percentage points. The average is one of rates, because rates are what was observed. */
export function blend(
    learned: LearnedCapacity | undefined,
    observation: Observation,
    config: BatteryConfig,
): LearnedCapacity {
    const seen = observation.capacity;
    const rated = nameplateCapacity(seen.basis, config);
    const before = learned && convert(learned, seen.basis, config);
    const prior = before ?? rated;
    const weight = before && learned ? Math.min(learned.points, MOST_POINTS) : rated ? NAMEPLATE_POINTS : 0;
    const seenMinutes = rated ? bounded(seen.loadMinutes, rated.loadMinutes) : seen.loadMinutes;
    const points = weight + observation.points;
    const rate = ((prior ? weight / prior.loadMinutes : 0) + observation.points / seenMinutes) / points;
    return {
        basis: seen.basis,
        loadMinutes: 1 / rate,
        points: Math.min(points, MOST_POINTS),
        ...(rated && { rated: rated.loadMinutes }),
    };
}

/** Whether the learned capacity still describes this battery: a changed nameplate means another battery, or a correction. */
export function stillValid(learned: LearnedCapacity, config: BatteryConfig): boolean {
    const rated = nameplateCapacity(learned.basis, config);
    if (learned.rated === undefined || !rated) return true;
    return Math.abs(learned.rated - rated.loadMinutes) < 0.001 * rated.loadMinutes;
}

function holdAtPresentLoad(level: LoadLevel, config: BatteryConfig): Capacity | undefined {
    if (config.holdMinutes === undefined || !(level.value > 0)) return undefined;
    return { basis: level.basis, loadMinutes: config.holdMinutes * level.value };
}

function bounded(loadMinutes: number, rated: number): number {
    return Math.min(MOST_FACTOR * rated, Math.max(LEAST_FACTOR * rated, loadMinutes));
}

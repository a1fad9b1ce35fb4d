import { type BatteryConfig, type Capacity, convert, type LoadLevel, nameplateCapacity } from './capacity';
import type { Observation } from './discharge-window';

/** What observed discharges have taught; JSON, kept by the unit. */
export interface LearnedCapacity extends Capacity {
    /** How many percentage points of observed discharge stand behind it. */
    points: number;
    /** The nameplate it was learned under, load times minutes; absent when there was none. */
    rated?: number;
}

/** The nameplate counts as much as this many observed percentage points. */
const NAMEPLATE_POINTS = 10;
/** Older experience counts no more than this, so that an ageing battery is noticed. */
const MOST_POINTS = 100;
/** A battery outside of these multiples of its nameplate is a wrong reading, not a battery. */
const LEAST_FACTOR = 0.2;
const MOST_FACTOR = 3;

/**
 * The capacity to reckon with at a load: the learned one, kept within bounds of the nameplate, else the nameplate's;
 * `undefined` when there is neither. A hold time without any configured load is taken to be meant at the present one.
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

/** `learned` with one more observation, weighted by percentage points. Rates are averaged, since those are observed. */
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

/** Whether what was learned still speaks of this battery: a changed nameplate means another one, or a correction. */
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

import type { Load } from './load';

/** Values that are printed on the UPS or its data sheet, or measured by its owner. All optional. */
export interface BatteryConfig {
    /** The greatest load that the UPS can deliver, VA. */
    ratedVA?: number;
    /** The full load that is connected, VA. */
    loadVA?: number;
    /** How long full batteries carry that load, minutes. */
    holdMinutes?: number;
    /** From empty to full, minutes. */
    rechargeMinutes?: number;
}

/** The unit in which the load is known: VA, percent of an unknown rating, or not at all (then every load is 1). */
export type LoadBasis = 'va' | 'percent' | 'none';

/** A load in its basis. */
export interface LoadLevel {
    basis: LoadBasis;
    value: number;
}

/** What a full battery delivers: load (in `basis`) times minutes. */
export interface Capacity {
    basis: LoadBasis;
    loadMinutes: number;
}

/** The load to calculate with: that of the reading, or else the configured full load. */
export function loadLevel(load: Load, config: BatteryConfig): LoadLevel {
    const percentAsVA =
        load.loadPercent !== undefined && config.ratedVA !== undefined
            ? (load.loadPercent / 100) * config.ratedVA
            : undefined;
    const va = load.loadVA ?? percentAsVA;
    if (va !== undefined) return { basis: 'va', value: va };
    // Watts can be compared with a configured load; a percentage cannot, without the rating.
    if (load.watts !== undefined && (config.loadVA !== undefined || load.loadPercent === undefined)) {
        return { basis: 'va', value: load.watts };
    }
    if (load.loadPercent !== undefined) return { basis: 'percent', value: load.loadPercent };
    if (config.loadVA !== undefined) return { basis: 'va', value: config.loadVA };
    return { basis: 'none', value: 1 };
}

/** The load to which the hold time refers, in a basis; undefined if the nameplate does not say. */
function fullLoad(basis: LoadBasis, config: BatteryConfig): number | undefined {
    if (basis === 'va') return config.loadVA ?? config.ratedVA;
    return basis === 'percent' ? 100 : 1;
}

/** Capacity by the nameplate: hold time at full load (CS141 manual, "Hold Time (min)"). */
export function nameplateCapacity(basis: LoadBasis, config: BatteryConfig): Capacity | undefined {
    const reference = fullLoad(basis, config);
    if (config.holdMinutes === undefined || reference === undefined) return undefined;
    return { basis, loadMinutes: config.holdMinutes * reference };
}

/** `capacity` in another basis; undefined if the rating that the conversion needs is not known. */
export function convert(capacity: Capacity, basis: LoadBasis, config: BatteryConfig): Capacity | undefined {
    if (capacity.basis === basis) return capacity;
    if (config.ratedVA === undefined) return undefined;
    if (capacity.basis === 'percent' && basis === 'va') {
        return { basis, loadMinutes: (capacity.loadMinutes * config.ratedVA) / 100 };
    }
    if (capacity.basis === 'va' && basis === 'percent') {
        return { basis, loadMinutes: (capacity.loadMinutes * 100) / config.ratedVA };
    }
    return undefined;
}

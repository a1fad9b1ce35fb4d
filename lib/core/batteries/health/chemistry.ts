/** What a battery is made of (CS141 manual, "Battery Model Type"). */
export type Chemistry = 'lead-acid' | 'nicd' | 'lfp' | 'other';

/** How the capacity of a battery follows its discharge. Values of ours, typical of the chemistry: the data sheet of a battery has better ones. */
export interface CapacityModel {
    /** The capacity is rated at this time of discharge, h. */
    ratedHours: number;
    /** Peukert's exponent: 1 is a capacity that any current gets in full. */
    peukert: number;
    /** How much more capacity a kelvin brings, as a share. */
    perKelvin: number;
    /** The temperature that the capacity is rated at, °C. */
    referenceCelsius: number;
    /** A block is empty at this part of its nominal voltage. */
    endOfNominal: number;
}

/** 1.75 V of 2 V, 1.0 V of 1.2 V, 2.6 V of 3.2 V for each cell. */
export const CAPACITY_MODELS: Readonly<Record<Exclude<Chemistry, 'other'>, CapacityModel>> = {
    'lead-acid': { ratedHours: 10, peukert: 1.15, perKelvin: 0.008, referenceCelsius: 20, endOfNominal: 0.875 },
    nicd: { ratedHours: 5, peukert: 1.05, perKelvin: 0.004, referenceCelsius: 20, endOfNominal: 1 / 1.2 },
    lfp: { ratedHours: 5, peukert: 1.03, perKelvin: 0.005, referenceCelsius: 25, endOfNominal: 0.8125 },
};

/** V at which a block counts as empty; undefined: not known. */
export function emptyAt(
    nominalVoltage: number | undefined,
    model: CapacityModel | undefined,
    endVoltage: number | undefined,
): number | undefined {
    return endVoltage ?? (nominalVoltage && model ? nominalVoltage * model.endOfNominal : undefined);
}

/** The part of the rated capacity that a battery has at a temperature; 1 where that is not known. */
export function temperatureFactor({ perKelvin, referenceCelsius }: CapacityModel, celsius: number): number {
    if (Number.isNaN(celsius)) return 1;
    return Math.min(1.15, Math.max(0.5, 1 + perKelvin * (celsius - referenceCelsius)));
}

/**
 * What a current takes out in an hour, Ah of the rated capacity: a current above the rated one takes more than it delivers (Peukert).
 *
 * @param current A, of the discharge, above 0
 */
export function ratedAmperes({ ratedHours, peukert }: CapacityModel, capacityAh: number, current: number): number {
    const rated = capacityAh / ratedHours;
    return current <= rated ? current : rated * (current / rated) ** peukert;
}

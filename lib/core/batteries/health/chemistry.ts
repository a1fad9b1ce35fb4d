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
    /** V of a cell: nominally, and when it is empty. */
    cellVoltage: number;
    emptyCell: number;
}

export const CAPACITY_MODELS: Readonly<Record<Exclude<Chemistry, 'other'>, CapacityModel>> = {
    'lead-acid': {
        ratedHours: 10,
        peukert: 1.15,
        perKelvin: 0.008,
        referenceCelsius: 20,
        cellVoltage: 2,
        emptyCell: 1.75,
    },
    nicd: { ratedHours: 5, peukert: 1.05, perKelvin: 0.004, referenceCelsius: 20, cellVoltage: 1.2, emptyCell: 1 },
    lfp: { ratedHours: 5, peukert: 1.03, perKelvin: 0.005, referenceCelsius: 25, cellVoltage: 3.2, emptyCell: 2.6 },
};

/** A block that is sold for 12 V has 6 cells of lead, 10 of nickel cadmium, or 4 of lithium iron phosphate (12.8 V). */
export function cellsOf(nominalVoltage: number, { cellVoltage }: Pick<CapacityModel, 'cellVoltage'>): number {
    return Math.max(1, Math.round(nominalVoltage / cellVoltage));
}

/** V at which a block counts as empty; undefined: not known. */
export function emptyAt(
    nominalVoltage: number | undefined,
    model: CapacityModel | undefined,
    endVoltage: number | undefined,
): number | undefined {
    return endVoltage ?? (nominalVoltage && model ? cellsOf(nominalVoltage, model) * model.emptyCell : undefined);
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

import { layoutOf, type BatteryLayout } from '../../core/batteries/layout';
import { requireRange } from '../options';

/** A battery of lead-acid blocks, its charger and its room. Everything has a default. */
export interface BatteryBankOptions {
    /** 1..512 (default 40), divisible by `strings` (1..16, default 2). */
    modules?: number;
    strings?: number;
    /** V of a block: 2, 4, 6, 12, 16 or 24. Default 12. */
    nominalVoltage?: number;
    /** Ah of a block at the 10 h rate and 25 °C. Default 100. */
    capacityAh?: number;
    /** Every battery and every measurement by chance comes from this. Default 1. */
    seed?: number;
    /** How different the blocks are: 1 is ±2 % of capacity, ±3 % of resistance, ±8 % of float current (one deviation); 0 makes them equal. */
    spread?: number;
    /** Charge at the start, 0..100 %. Default 100. */
    chargePercent?: number;
    /** Float voltage of the charger, V per cell. Default 2.25: 13.5 V for a block of 12 V. */
    floatPerCell?: number;
    /** V per cell that the charger takes off for each kelvin of the mean block above 25 °C. Default 0. */
    compensation?: number;
    /** Most current of the charger for each string, A per Ah. Default 0.1. */
    chargeLimit?: number;
    /** Alternating current in each string while the charger is on, A. Default 0.4. */
    rippleAmps?: number;
    /** The load is cut off below this, V per cell of the bus. Default 1.6. */
    cutOffPerCell?: number;
    /** The room: mean °C (default 22), and the amplitudes of the day (default 1) and of the year (default 2), K. */
    ambient?: number;
    dailyKelvin?: number;
    yearlyKelvin?: number;
    /** Ageing: 1 is as described in `cell.ts`, 0 none. */
    ageing?: number;
    /** Current that a module can lead past its block, A at 150 Ah and above; less below in proportion (CS141 manual, "Capacity per Battery"). Default 0.3 [ours]. */
    bypassAmps?: number;
}

export type BankPlate = Required<BatteryBankOptions> & { layout: BatteryLayout; cells: number };

const NOMINAL = [2, 4, 6, 12, 16, 24];

/** @throws UpsError out-of-range */
export function bankPlateOf(options: BatteryBankOptions = {}): BankPlate {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const plate = {
        modules: 40,
        strings: 2,
        nominalVoltage: 12,
        capacityAh: 100,
        seed: 1,
        spread: 1,
        chargePercent: 100,
        floatPerCell: 2.25,
        compensation: 0,
        chargeLimit: 0.1,
        rippleAmps: 0.4,
        cutOffPerCell: 1.6,
        ambient: 22,
        dailyKelvin: 1,
        yearlyKelvin: 2,
        ageing: 1,
        bypassAmps: 0.3,
        ...(given as BatteryBankOptions),
    };
    if (!NOMINAL.includes(plate.nominalVoltage)) requireRange('nominalVoltage', NaN, 2, 24);
    requireRange('capacityAh', plate.capacityAh, 7, 6000);
    requireRange('chargePercent', plate.chargePercent, 0, 100);
    requireRange('floatPerCell', plate.floatPerCell, 2.1, 2.5);
    requireRange('chargeLimit', plate.chargeLimit, 0.001, 2);
    requireRange('cutOffPerCell', plate.cutOffPerCell, 0.5, 2.1);
    requireRange('ambient', plate.ambient, -40, 80);
    for (const property of ['spread', 'ageing', 'compensation', 'rippleAmps', 'bypassAmps'] as const)
        requireRange(property, plate[property], 0, 100);
    return { ...plate, layout: layoutOf(plate.modules, plate.strings), cells: plate.nominalVoltage / 2 };
}

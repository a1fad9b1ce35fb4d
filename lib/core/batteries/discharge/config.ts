import { CAPACITY_MODELS, cellsOf, type Chemistry } from '../health/chemistry';

/** Who can tell that a battery discharges. `card`: the flag `discharging` of the battery monitor itself. */
export type DischargeMethod = 'ups' | 'current' | 'card' | 'modules';

/** How a discharge is detected (CS141 manual, "Discharge Detection source"). Times in seconds, as settings have them. */
export interface DetectionConfig {
    /** `automatic`: the first that can tell of UPS, current, card and modules. The place of the card's flag is [ours]. */
    method: 'automatic' | DischargeMethod;
    /** A, negative: a current below it discharges (CS141 manual, "Thresholds for current sensor discharge detection"). */
    dischargeBelow: number;
    /** A: a current above it charges; between both the battery floats. */
    chargeAbove: number;
    /** Which current is compared: the sum of all strings, or that of any one string. */
    currentOf: 'sum' | 'string';
    /**
     * One sensor for all strings: how many times its current the battery carries; 1 in the main line, the number of strings in one string
     * (CS141 manual, "Premium feature: Ampere Multiplier"). Absent: each string has a sensor.
     */
    multiplier?: number;
    /** V per block: a median of all blocks below it discharges (the rated voltage). */
    ratedVoltage: number;
    /**
     * V per block: only a charger reaches it, so a median above it ends a discharge that the modules detected [ours]. Between both limits the
     * modules cannot tell. Absent: nobody knows it, and the modules tell nothing.
     */
    chargingVoltage?: number;
    /** V per block: the end of a discharge. Blocks that reach it are listed as early. */
    endVoltage: number;
    /** How long each method has to say so before a discharge counts; its onset is then the first reading that said so. */
    confirmSeconds: Readonly<Record<DischargeMethod, number>>;
    /** How long the end has to be told; a shorter return of the mains belongs to the discharge. */
    endSeconds: number;
    /** Seconds between two rows of the curves while the battery is charged again. */
    chargingRowSeconds: number;
    /** Minutes that the current has to stay between both thresholds before the battery counts as floating. */
    floatMinutes: number;
    /** Hours after which the charging phase of a record ends, if nothing tells that the battery floats. */
    longestChargeHours: number;
}

/**
 * V per cell that only a charger reaches. Lead acid floats at 2.25 V and rests at 2.15 V at most; nickel cadmium floats at 1.40 to 1.42 V and rests at 1.3 V
 * [public; the limits between are ours]. Lithium iron phosphate floats at 3.35 to 3.45 V and rests at 3.3 to 3.4 V [public]: one does not tell both apart.
 */
const CHARGING_CELL: Readonly<Partial<Record<Chemistry, number>>> = { 'lead-acid': 2.17, nicd: 1.36 };

/** Whether block voltages can tell a discharge: by the chemistry, or by what the data sheet of the blocks says. */
export function blocksTell(
    chemistry: Chemistry,
    { ratedVoltage, chargingVoltage }: Partial<Pick<DetectionConfig, 'ratedVoltage' | 'chargingVoltage'>>,
): boolean {
    return CHARGING_CELL[chemistry] !== undefined || (ratedVoltage !== undefined && chargingVoltage !== undefined);
}

/**
 * The values that are used where a battery sets none. All figures are [ours]. A flow sets them.
 * @param nominalVoltage V of one block: 2, 4, 6, 12, 16 or 24; 2.4 of two cells of NiCd
 * @param chemistry its end voltage is that of the chemistry
 */
export function defaultDetection(nominalVoltage: number, chemistry: Chemistry = 'lead-acid'): DetectionConfig {
    // Where a block of another chemistry is empty, nobody knows: as of lead acid.
    const model = CAPACITY_MODELS[chemistry === 'other' ? 'lead-acid' : chemistry];
    const cells = cellsOf(nominalVoltage, model);
    const charging = CHARGING_CELL[chemistry];
    return {
        method: 'automatic',
        dischargeBelow: -1,
        chargeAbove: 1,
        currentOf: 'sum',
        ratedVoltage: nominalVoltage,
        ...(charging !== undefined && { chargingVoltage: charging * cells }),
        endVoltage: model.emptyCell * cells,
        confirmSeconds: { ups: 0, current: 10, card: 0, modules: 60 },
        endSeconds: 30,
        chargingRowSeconds: 60,
        floatMinutes: 30,
        longestChargeHours: 48,
    };
}

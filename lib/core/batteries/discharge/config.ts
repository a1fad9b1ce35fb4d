import { CAPACITY_MODELS, type Chemistry } from '../health/chemistry';

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
     * modules cannot tell.
     */
    chargingVoltage: number;
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
 * The values that are used where a battery sets none. All figures are [ours]. A flow sets them.
 * @param nominalVoltage V of one block: 2, 4, 6, 12, 16 or 24; 2.4 of two cells of NiCd
 * @param chemistry its end voltage is that of the chemistry
 */
export function defaultDetection(nominalVoltage: number, chemistry: Chemistry = 'lead-acid'): DetectionConfig {
    const perCell = nominalVoltage / 2;
    // Of another chemistry nobody knows it: as of lead acid.
    const { endOfNominal } = CAPACITY_MODELS[chemistry === 'other' ? 'lead-acid' : chemistry];
    return {
        method: 'automatic',
        dischargeBelow: -1,
        chargeAbove: 1,
        currentOf: 'sum',
        ratedVoltage: nominalVoltage,
        chargingVoltage: 2.17 * perCell,
        endVoltage: nominalVoltage * endOfNominal,
        confirmSeconds: { ups: 0, current: 10, card: 0, modules: 60 },
        endSeconds: 30,
        chargingRowSeconds: 60,
        floatMinutes: 30,
        longestChargeHours: 48,
    };
}

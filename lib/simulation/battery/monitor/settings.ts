import { requireRange } from '../../options';

/** Limits of one quantity; NaN is "off". */
export interface Band {
    lowAlarm: number;
    lowWarning: number;
    highWarning: number;
    highAlarm: number;
}

/** Warning and alarm of one deviation; NaN is "off". */
export interface Pair {
    warning: number;
    alarm: number;
}

/** The limits of the card (CS141 manual, "Threshold definition"). Units: V, °C, mΩ, A, %, K, minutes. NaN is "off". */
export interface CardLimits {
    /** Of each block. */
    voltage: Band;
    temperature: Band;
    /** % by which a block's impedance may differ from the mean of all, up and down. */
    impedanceDynamic: Pair;
    impedanceStatic: Band;
    /** V by which a block may differ from the mean of all. */
    voltageDifference: number;
    stringVoltage: Band;
    stringCurrent: Band;
    /** % by which the current of a string may differ from the mean of the strings. */
    deviationDischarge: Pair;
    deviationCharge: Pair;
    deviationMinutes: number;
    /** %, low only. */
    stringCharge: Pair;
    /** A block is so many K above the mean of all; and, if set, its string takes more than so many A; for so long. */
    runaway: { kelvin: number; amps: number; minutes: number };
    /** Voltages are not judged for so long after a discharge. */
    alarmDelayMinutes: number;
}

export interface MonitorSettings {
    /** The card asks all its modules every so often, s: at float, and in a discharge [inferred: the screen of the real card is renewed every 10 to 20 s]. */
    scanSeconds: number;
    dischargeScanSeconds: number;
    /** Which current sensors there are. `one`: at the main string, its current counts for the first string. */
    currentSensors: 'each' | 'one' | 'none';
    multiplier: number;
    /** A beyond which a string discharges (below zero) or charges (above). */
    dischargeAmps: number;
    chargeAmps: number;
    /** Modules with inputs and outputs, GX_R_AUX: 0..4. */
    auxDevices: number;
    equalizing: boolean;
    /** V per cell: outside of it the card does not equalize [ours: the factory range is not printed]. */
    equalizingLow: number;
    equalizingHigh: number;
    /** Hour of the day of the first impedance measurement, by `utcOffsetMinutes`, and the hours between two. */
    impedanceHour: number;
    impedanceEvery: number;
    utcOffsetMinutes: number;
    /** Deviations of the measurements: V of a block, part of the impedance, A of a string. */
    voltageNoise: number;
    impedanceNoise: number;
    currentNoise: number;
    limits: CardLimits;
    serial: number;
    firmware: number;
}

const OFF = NaN;
const offBand = (): Band => ({ lowAlarm: OFF, lowWarning: OFF, highWarning: OFF, highAlarm: OFF });
const off = (): Pair => ({ warning: OFF, alarm: OFF });

export type MonitorOptions = Partial<Omit<MonitorSettings, 'limits'>> & { limits?: Partial<CardLimits> };

/**
 * Defaults as the CS141 manual prints or recommends them ("Threshold definition"): temperature 10/32 and 5/36 °C, impedance 25 and 50 % of the mean, first measurement at 08:00 and then every 12 h. The limits of
 * the voltage are in a picture that is not public as text; 1.75, 1.85, 2.4 and 2.47 V per cell are ours. All others are off.
 * @param cells of a block @throws UpsError out-of-range
 */
export function monitorSettings(options: MonitorOptions, cells: number): MonitorSettings {
    const { limits, ...rest } = options;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const settings: MonitorSettings = {
        scanSeconds: 10,
        dischargeScanSeconds: 2,
        currentSensors: 'each',
        multiplier: 1,
        dischargeAmps: -1,
        chargeAmps: 1,
        auxDevices: 0,
        equalizing: true,
        equalizingLow: 2.15,
        equalizingHigh: 2.42,
        impedanceHour: 8,
        impedanceEvery: 12,
        utcOffsetMinutes: 0,
        voltageNoise: 0.003,
        impedanceNoise: 0.01,
        currentNoise: 0.02,
        serial: 14_215,
        firmware: 218,
        ...given,
        limits: {
            voltage: {
                lowAlarm: 1.75 * cells,
                lowWarning: 1.85 * cells,
                highWarning: 2.4 * cells,
                highAlarm: 2.47 * cells,
            },
            temperature: { lowAlarm: 5, lowWarning: 10, highWarning: 32, highAlarm: 36 },
            impedanceDynamic: { warning: 25, alarm: 50 },
            impedanceStatic: offBand(),
            voltageDifference: OFF,
            stringVoltage: offBand(),
            stringCurrent: offBand(),
            deviationDischarge: off(),
            deviationCharge: off(),
            deviationMinutes: 0,
            stringCharge: off(),
            runaway: { kelvin: OFF, amps: OFF, minutes: 10 },
            alarmDelayMinutes: 0,
            ...limits,
        },
    };
    requireRange('scanSeconds', settings.scanSeconds, 0.1, 3600);
    requireRange('dischargeScanSeconds', settings.dischargeScanSeconds, 0.1, 3600);
    requireRange('auxDevices', settings.auxDevices, 0, 4);
    requireRange('impedanceHour', settings.impedanceHour, 0, 24);
    requireRange('impedanceEvery', settings.impedanceEvery, 0.1, 10_000);
    return settings;
}

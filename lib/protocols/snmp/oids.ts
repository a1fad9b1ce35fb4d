import type { PlausibleKind } from '../../core/status/plausible';

/**
 * The objects of RFC 1628 (UPS-MIB, 1.3.6.1.2.1.33) and of the GENEREX extensions under the same root that this client reads,
 * with the rule to decode each. Sources: CS141 manual, "RFC 1628 MIB Overview", for the tree; RFC 1628 section 4 for units and
 * ranges.
 */
export const UPS_MIB = '1.3.6.1.2.1.33';
const OBJECTS = `${UPS_MIB}.1`;

export const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
export const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';

/** How a raw number becomes a value in SI units. Values that are impossible for a UPS (see PLAUSIBLE) are unknown. */
export interface NumberRule {
    /** value = raw / divisor. Division keeps 2716 -> 271.6 exact; multiplication by 0.1 would not. */
    divisor: number;
    kind?: PlausibleKind;
    /** Bounds of the value in SI units, narrower than those of its kind. */
    min?: number;
    max?: number;
    /** Raw values inside the bounds that cards in the field send for "unknown". */
    unknown: readonly number[];
}

const rule = (
    divisor: number,
    kind: PlausibleKind | undefined,
    unknown: readonly number[] = [],
    bounds: { min?: number; max?: number } = {},
): NumberRule => ({ divisor, kind, unknown, ...bounds });

/** Cards with 16-bit registers send all ones for "unknown", some after scaling it by ten. */
const ALL_ONES = [65535, 655350];

/** Divisors of RFC 1628. Some cards use other units in some columns, which are learned: see units.ts. */
export const RULES = {
    /** A true reading of 65535 s is lost here, which is harmless: our own clock counts the outage. */
    seconds: rule(1, 'seconds', ALL_ONES),
    minutes: rule(1, 'minutes', [999, 9999]),
    percent: rule(1, 'percent', [999]),
    /** RFC 1628: 0..200 %. This excludes 255, 999 and 65535. */
    load: rule(1, 'load', [255, 999], { max: 200 }),
    dcVoltage: rule(10, 'dcVoltage', [9999]),
    /** Half of a battery string. A real half never has 0 V: a UPS without a centre tap reports 0 or -1. */
    halfVoltage: rule(10, 'dcVoltage', [9999], { min: 0.1 }),
    signedHalfVoltage: rule(10, undefined, [-1, 0, 9999], { min: -2000, max: 2000 }),
    /** Signed: many cards report discharge as negative; but exactly -1 is Riello's "unknown". */
    dcCurrent: rule(10, 'batteryCurrent', [-1, 9999, ...ALL_ONES]),
    /** 0 °C counts as a reading: it may be a cold room or a card without a sensor. */
    temperature: rule(1, 'temperature', [-1, 999, 9999]),
    /** 0 for a dead input. 2 or 30 Hz is not mains: such a reading has another unit. Installations with 400 Hz exist. */
    frequency: rule(10, 'frequency', [-1, 999, 9999]),
    /** Whole volts (RFC 1628). */
    acVoltage: rule(1, 'acVoltage', [-1, 999, 9999]),
    /** An RMS current has no sign. */
    acCurrent: rule(10, 'current', [-1, 9999, ...ALL_ONES], { min: 0 }),
    /** W. A small negative value on an idle phase is a reading: a real CS141 sends -4 and -26. */
    power: rule(1, 'power', [9999, ...ALL_ONES]),
    apparentPower: rule(1, 'apparentPower', [9999, ...ALL_ONES]),
    count: rule(1, 'count', ALL_ONES),
    ticks: rule(1, undefined, [], { min: 0, max: 2 ** 32 - 1 }),
    energy: rule(100, 'energy', ALL_ONES),
    /** A nominal value of 0 is an empty field of the card. */
    nominal: rule(1, undefined, ALL_ONES, { min: 1, max: 2 ** 31 - 2 }),
    nominalFrequency: rule(10, 'frequency', [999], { min: 0.1 }),
    integer: rule(1, undefined, [], { min: -(2 ** 31), max: 2 ** 31 - 1 }),
} as const satisfies Record<string, NumberRule>;

const scalar = (path: string): string => `${OBJECTS}.${path}.0`;

/** Scalars by their MIB names. */
export const SCALARS = {
    upsIdentManufacturer: scalar('1.1'),
    upsIdentModel: scalar('1.2'),
    upsIdentUPSSoftwareVersion: scalar('1.3'),
    upsIdentAgentSoftwareVersion: scalar('1.4'),
    upsIdentName: scalar('1.5'),
    upsIdentAttachedDevices: scalar('1.6'),
    upsBatteryStatus: scalar('2.1'),
    upsSecondsOnBattery: scalar('2.2'),
    upsEstimatedMinutesRemaining: scalar('2.3'),
    upsEstimatedChargeRemaining: scalar('2.4'),
    upsBatteryVoltage: scalar('2.5'),
    upsBatteryCurrent: scalar('2.6'),
    upsBatteryTemperature: scalar('2.7'),
    upsInputLineBads: scalar('3.1'),
    upsInputNumLines: scalar('3.2'),
    upsOutputSource: scalar('4.1'),
    upsOutputFrequency: scalar('4.2'),
    upsOutputNumLines: scalar('4.3'),
    upsBypassFrequency: scalar('5.1'),
    upsBypassNumLines: scalar('5.2'),
    upsAlarmsPresent: scalar('6.1'),
    upsTestId: scalar('7.1'),
    upsTestSpinLock: scalar('7.2'),
    upsTestResultsSummary: scalar('7.3'),
    upsTestResultsDetail: scalar('7.4'),
    upsTestStartTime: scalar('7.5'),
    upsShutdownType: scalar('8.1'),
    upsShutdownAfterDelay: scalar('8.2'),
    upsStartupAfterDelay: scalar('8.3'),
    upsRebootWithDuration: scalar('8.4'),
    upsAutoRestart: scalar('8.5'),
    upsConfigInputVoltage: scalar('9.1'),
    upsConfigInputFreq: scalar('9.2'),
    upsConfigOutputVoltage: scalar('9.3'),
    upsConfigOutputFreq: scalar('9.4'),
    upsConfigOutputVA: scalar('9.5'),
    upsConfigOutputPower: scalar('9.6'),
    upsConfigLowBattTime: scalar('9.7'),
    upsConfigAudibleStatus: scalar('9.8'),
    upsConfigLowVoltageTransferPoint: scalar('9.9'),
    upsConfigHighVoltageTransferPoint: scalar('9.10'),
    // GENEREX
    upsSerialNumber: scalar('1.7'),
    upsBatteryCondition: scalar('2.8'),
    upsBatteryInstallationDate: scalar('2.9'),
    upsBatteryPositiveVoltage: scalar('2.10'),
    upsBatteryNegativeVoltage: scalar('2.11'),
    upsOutputEnergyConsumption: scalar('4.5'),
} as const;

export type ScalarName = keyof typeof SCALARS;

/** `<entry>.<column>.<row>`: the columns to read from each table, and the object with the number of lines. */
export const TABLES = {
    input: {
        entry: `${OBJECTS}.3.3.1`,
        lines: 'upsInputNumLines',
        columns: { frequency: 2, voltage: 3, current: 4, power: 5 },
    },
    /** Column 6, apparent power, is a GENEREX extension. */
    output: {
        entry: `${OBJECTS}.4.4.1`,
        lines: 'upsOutputNumLines',
        columns: { voltage: 2, current: 3, power: 4, load: 5, apparentPower: 6 },
    },
    bypass: { entry: `${OBJECTS}.5.3.1`, lines: 'upsBypassNumLines', columns: { voltage: 2, current: 3, power: 4 } },
} as const;

/** upsAlarmDescr: the only column of the alarm table that identifies the alarm. */
export const ALARM_COLUMN = `${OBJECTS}.6.2.1.2`;
export const ALARM_IDS = `${OBJECTS}.6.3`;

/** upsWellKnownTests, RFC 1628 section 4 (upsTest group). */
export const TEST_IDS = {
    noTestsInitiated: `${OBJECTS}.7.7.1`,
    abortTestInProgress: `${OBJECTS}.7.7.2`,
    generalSystemsTest: `${OBJECTS}.7.7.3`,
    quickBatteryTest: `${OBJECTS}.7.7.4`,
    deepBatteryCalibration: `${OBJECTS}.7.7.5`,
} as const;

/** Objects that decide on events, and live values: read at every poll, in one PDU with the input and output columns. */
export const FAST_SCALARS: readonly ScalarName[] = [
    'upsOutputSource',
    'upsBatteryStatus',
    'upsSecondsOnBattery',
    'upsEstimatedMinutesRemaining',
    'upsEstimatedChargeRemaining',
    'upsBatteryVoltage',
    'upsBatteryCurrent',
    'upsBatteryTemperature',
    'upsAlarmsPresent',
    'upsTestResultsSummary',
    'upsInputLineBads',
    'upsOutputFrequency',
];

/** All other objects: read at the start and once a minute. */
export const SLOW_SCALARS: readonly ScalarName[] = (Object.keys(SCALARS) as ScalarName[]).filter(
    (name) => !FAST_SCALARS.includes(name),
);

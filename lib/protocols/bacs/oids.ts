import type { CardState } from '../../core/batteries/model';
import { UPS_MIB } from '../snmp/oids';

/**
 * The objects of a BACS system under RFC 1628's root (CS141 manual, "RFC 1628 MIB – BACS extension"), by their printed names without "bacs" in front. Types,
 * units and access are not printed.
 */
export const BACS_MIB = `${UPS_MIB}.5`;

/**
 * Divisors from the number on the wire to the unit of the quantity [inferred: the units are not printed; other readers of BACS cards divide voltages,
 * impedances and currents by 100 and temperatures by 10]. Each can be set otherwise for a card.
 */
export interface SnmpDivisors {
    /** V of blocks, and their limits. */
    blockVoltage: number;
    /** V of strings and of the whole, and their limits. */
    stringVoltage: number;
    temperature: number;
    impedance: number;
    current: number;
}

export const INFERRED_DIVISORS: Readonly<SnmpDivisors> = {
    blockVoltage: 100,
    stringVoltage: 100,
    temperature: 10,
    impedance: 100,
    current: 100,
};

/** How the number of an object becomes a value; absent: it is one as it stands. */
export type SnmpUnit = keyof SnmpDivisors;

export interface BacsScalar {
    /** With its instance. */
    readonly oid: string;
    readonly unit?: SnmpUnit;
}

/** bacsSettings, objects 1 to 28 in the order of the table, each with its unit. */
const SETTING_UNITS = {
    moduleType: undefined,
    numStrings: undefined,
    numBatteries: undefined,
    /** Ah [inferred]. */
    battCap: undefined,
    logRate1: undefined,
    logRate2: undefined,
    impcPollRate: undefined,
    impcLowAlarm: 'impedance',
    impcHighAlarm: 'impedance',
    temperatureLowAlarm: 'temperature',
    temperatureHighAlarm: 'temperature',
    voltageLowAlarm: 'blockVoltage',
    voltageHighAlarm: 'blockVoltage',
    impcLowWarn: 'impedance',
    impcHighWarn: 'impedance',
    temperatureLowWarn: 'temperature',
    temperatureHighWarn: 'temperature',
    voltageLowWarn: 'blockVoltage',
    voltageHighWarn: 'blockVoltage',
    temperatureUnit: undefined,
    stringVoltageLowAlarm: 'stringVoltage',
    stringVoltageHighAlarm: 'stringVoltage',
    stringVoltageLowWarn: 'stringVoltage',
    stringVoltageHighWarn: 'stringVoltage',
    /** %, as are the three that follow. */
    stringCurrentDeviationDischargeAlarm: undefined,
    stringCurrentDeviationChargeAlarm: undefined,
    stringCurrentDeviationDischargeWarn: undefined,
    stringCurrentDeviationChargeWarn: undefined,
} as const satisfies Record<string, SnmpUnit | undefined>;
export type SettingName = keyof typeof SETTING_UNITS;

const names = Object.keys(SETTING_UNITS) as SettingName[];

export const SETTINGS = Object.fromEntries(
    names.map((name, i) => [name, { oid: `${BACS_MIB}.1.${i + 1}.0`, unit: SETTING_UNITS[name] }]),
) as Readonly<Record<SettingName, BacsScalar>>;

/** The limits among the settings, as `CardSettings.limits` names them: by the event that they lead to. */
export const LIMITS: Readonly<Record<string, SettingName>> = {
    'impedance-low-alarm': 'impcLowAlarm',
    'impedance-high-alarm': 'impcHighAlarm',
    'impedance-low-warning': 'impcLowWarn',
    'impedance-high-warning': 'impcHighWarn',
    'temperature-low-alarm': 'temperatureLowAlarm',
    'temperature-high-alarm': 'temperatureHighAlarm',
    'temperature-low-warning': 'temperatureLowWarn',
    'temperature-high-warning': 'temperatureHighWarn',
    'voltage-low-alarm': 'voltageLowAlarm',
    'voltage-high-alarm': 'voltageHighAlarm',
    'voltage-low-warning': 'voltageLowWarn',
    'voltage-high-warning': 'voltageHighWarn',
    'string-voltage-low-alarm': 'stringVoltageLowAlarm',
    'string-voltage-high-alarm': 'stringVoltageHighAlarm',
    'string-voltage-low-warning': 'stringVoltageLowWarn',
    'string-voltage-high-warning': 'stringVoltageHighWarn',
    'current-deviation-discharge-alarm': 'stringCurrentDeviationDischargeAlarm',
    'current-deviation-charge-alarm': 'stringCurrentDeviationChargeAlarm',
    'current-deviation-discharge-warning': 'stringCurrentDeviationDischargeWarn',
    'current-deviation-charge-warning': 'stringCurrentDeviationChargeWarn',
};

const OBJECTS = `${BACS_MIB}.2`;

/** Scalars of bacsObjects. */
export const STATUS = {
    /** See decodeStatus in flags.ts. */
    status: { oid: `${OBJECTS}.1.0` },
    avModuleVolt: { oid: `${OBJECTS}.2.0`, unit: 'blockVoltage' },
    totalVolt: { oid: `${OBJECTS}.3.0`, unit: 'stringVoltage' },
    numModules: { oid: `${OBJECTS}.4.0` },
    numStrings: { oid: `${OBJECTS}.6.0` },
} as const satisfies Record<string, BacsScalar>;

export interface BacsColumn {
    /** Without an instance. */
    readonly oid: string;
    readonly unit?: SnmpUnit;
}

export const MODULE_ENTRY = `${OBJECTS}.5.1`;

/** bacsModuleTable: rows by index, which counts from 0 or from 1 [inferred: cards of both kinds are known]. */
export const MODULE_COLUMNS = {
    index: { oid: `${MODULE_ENTRY}.1` },
    voltage: { oid: `${MODULE_ENTRY}.2`, unit: 'blockVoltage' },
    temperature: { oid: `${MODULE_ENTRY}.3`, unit: 'temperature' },
    /** Equalizing, % [inferred from the register ModBypVoltPc]. */
    bypass: { oid: `${MODULE_ENTRY}.4` },
    resistance: { oid: `${MODULE_ENTRY}.5`, unit: 'impedance' },
    /** The flags of a module as in its Modbus word [inferred]. */
    state: { oid: `${MODULE_ENTRY}.6` },
} as const satisfies Record<string, BacsColumn>;

export const STRING_ENTRY = `${OBJECTS}.7.1`;

/** bacsStringTable. */
export const STRING_COLUMNS = {
    index: { oid: `${STRING_ENTRY}.1` },
    current: { oid: `${STRING_ENTRY}.2`, unit: 'current' },
    totalVolt: { oid: `${STRING_ENTRY}.3`, unit: 'stringVoltage' },
    /** V, mean of the string's blocks. */
    averageVolt: { oid: `${STRING_ENTRY}.4`, unit: 'blockVoltage' },
    /** Printed with a stray 1 behind its name. */
    currentAC: { oid: `${STRING_ENTRY}.5`, unit: 'current' },
    /** The flags of 1001 for this string [inferred: its bits are not printed]. */
    alarm: { oid: `${STRING_ENTRY}.6` },
    /** The flags of 1005 for this string [inferred, as well]. */
    alarm2: { oid: `${STRING_ENTRY}.7` },
} as const satisfies Record<string, BacsColumn>;

const ALARMS = `${BACS_MIB}.3`;
export const ALARMS_PRESENT = `${ALARMS}.1.0`;
export const ALARM_ENTRY = `${ALARMS}.2.1`;
/** bacsAlarmDescr is the OID of a well-known alarm, as in RFC 1628 [inferred]. */
export const ALARM_COLUMNS = { id: `${ALARM_ENTRY}.1`, descr: `${ALARM_ENTRY}.2`, time: `${ALARM_ENTRY}.3` } as const;
export const WELL_KNOWN_ALARMS = `${ALARMS}.3`;
export const MODULE_ALARMS_PRESENT = `${ALARMS}.4.0`;
export const MODULE_WARNINGS_PRESENT = `${ALARMS}.5.0`;

/** Traps: an alarm has been added to the table, or removed. What they carry is not printed: a trap is a hint to ask. */
export const TRAP_ADDED = `${BACS_MIB}.4.1`;
export const TRAP_REMOVED = `${BACS_MIB}.4.2`;

/** The states of the well-known alarms 1 to 39, in order. 2 to 5 do not tell which limit was passed. */
export const ALARM_STATES: readonly CardState[] = [
    'system-alarm',
    'impedance-out-of-range-warning',
    'impedance-out-of-range',
    'voltage-out-of-range',
    'temperature-out-of-range',
    'voltage-high-alarm',
    'voltage-low-alarm',
    'temperature-high-alarm',
    'temperature-low-alarm',
    'impedance-high-alarm',
    'impedance-low-alarm',
    'equalizing-error',
    'voltage-high-warning',
    'voltage-low-warning',
    'temperature-high-warning',
    'temperature-low-warning',
    'impedance-high-warning',
    'impedance-low-warning',
    'initializing',
    'system-alarm',
    'breaker-open',
    'thermal-runaway',
    'sensor-lost',
    'discharging',
    'discharging-stopped',
    'voltage-difference-warning',
    'string-voltage-high-alarm',
    'string-voltage-low-alarm',
    'string-voltage-high-warning',
    'string-voltage-low-warning',
    'string-current-high-alarm',
    'string-current-low-alarm',
    'string-current-high-warning',
    'string-current-low-warning',
    'equalizing-deactivated',
    'current-deviation-charge-alarm',
    'current-deviation-discharge-alarm',
    'current-deviation-charge-warning',
    'current-deviation-discharge-warning',
];

/** The state of an alarm's OID; undefined if it is none of the well-known ones. */
export function stateOfAlarm(oid: string): CardState | undefined {
    if (!oid.startsWith(`${WELL_KNOWN_ALARMS}.`)) return undefined;
    // Cards add an instance to the OID of an alarm, or leave it out.
    const [number = ''] = oid.slice(WELL_KNOWN_ALARMS.length + 1).split('.');
    return ALARM_STATES[Number(number) - 1];
}

/** The OID of the alarm that tells a state; undefined if there is none. Of two, the later one is more exact. */
export function alarmOf(state: CardState): string | undefined {
    const at = ALARM_STATES.lastIndexOf(state);
    return at < 0 ? undefined : `${WELL_KNOWN_ALARMS}.${at + 1}`;
}

const AUX = `${BACS_MIB}.5`;
export const AUX_COUNT = `${AUX}.1.0`;
export const AUX_ENTRY = `${AUX}.2.1`;

/** The column of an input's or output's state and of its name in rauxTable. @param port 1..4 */
export function auxColumns(what: 'input' | 'output', port: number): { state: string; name: string } {
    const first = (what === 'input' ? 2 : 10) + 2 * (port - 1);
    return { state: `${AUX_ENTRY}.${first}`, name: `${AUX_ENTRY}.${first + 1}` };
}
export const AUX_INDEX = `${AUX_ENTRY}.1`;

import { WELL_KNOWN_ALARMS, type AlarmId } from '../../core/status/alarms';
import { mibNameOf } from '../../core/snmp/mib-names';
import { isZeroOid } from '../shared/zero-oid';
import { ALARM_IDS } from './oids';
import { readOid, readText } from './values';
import type { SnmpValue } from './transport';

/** GENEREX alarms with the meaning of a known alarm (CS141 manual, "RFC 1628 MIB Overview"; names of the maker's MIB). */
const SAME_MEANING: Readonly<Record<number, AlarmId>> = {
    165: 'on-bypass',
    166: 'on-bypass',
    169: 'general-fault',
    170: 'redundancy-lost',
    171: 'output-overload',
    176: 'diagnostic-test-failed',
    177: 'battery-weak',
    178: 'generator-on',
    179: 'redundancy-lost',
    180: 'battery-too-old',
};

/** Battery states that GENEREX reports as alarms. */
export const STATUS_DISCHARGING: AlarmId = 'state:statusDischarging';
export const STATUS_CHARGING: AlarmId = 'state:statusCharging';
/**
 * Entries of the GENEREX alarm table that need no action: battery charging or discharging, the active switch of a transfer
 * switch, a log that is ready.
 */
const STATES: ReadonlySet<number> = new Set([148, 149, 163, 164, 172]);

/** More alarms than a card can have at once. Higher numbers are not an alarm count, and the walk of a broken table stops here. */
export const MOST_ALARMS = 64;

/** An alarm for the alarms that the device counts but does not list: a person has to check the device. */
export function unlistedAlarms(count: number): AlarmId {
    return `vendor:${count} ${count === 1 ? 'alarm' : 'alarms'}, not told which`;
}

/** Characters; a card may put any text into a row. */
const LONGEST_NAME = 100;

const numbered = (first: number, last: number, name: (n: number) => string): [number, string][] =>
    Array.from({ length: last - first + 1 }, (_, i) => [first + i, name(i + 1)]);

/** GENEREX alarm names, 1.3.6.1.2.1.33.1.6.3.25-180. */
const GENEREX_NAMES: ReadonlyMap<number, string> = new Map([
    ...numbered(25, 28, (n) => `upsAlarmAuxInput${n}`),
    ...numbered(29, 36, (n) => `alarmSiteManagerDigitalInput${n}`),
    ...numbered(37, 44, (n) => `alarmSiteManagerAnalogInput${n}`),
    ...numbered(45, 52, (n) => `alarmSiteManagerAnalogMarker${n}`),
    ...numbered(53, 60, (n) => `alarmSiteManagerOutput${n}`),
    ...numbered(61, 124, (n) => `alarmSiteMonitor${n}`),
    ...numbered(125, 132, (n) => `alarmSensorManager${n}Low`),
    ...numbered(133, 140, (n) => `alarmSensorManager${n}High`),
    ...numbered(141, 147, (n) => `alarmUser${n}`),
    [148, 'statusDischarging'],
    [149, 'statusCharging'],
    ...numbered(150, 153, (n) => `alarmSensorManagerInput${n}`),
    ...numbered(154, 157, (n) => `alarmSensorManagerOutput${n}`),
    [158, 'alarmSensorComLost'],
    [159, 'alarmVuesWindalarm'],
    [160, 'alarmTransferswitchSourcesAsynchronous'],
    [161, 'alarmTransferswitchStaticSwitchAFailure'],
    [162, 'alarmTransferswitchStaticSwitchBFailure'],
    [163, 'alarmTransferswitchOnStaticSwitchA'],
    [164, 'alarmTransferswitchOnStaticSwitchB'],
    [165, 'alarmTransferswitchOnManualBypassA'],
    [166, 'alarmTransferswitchOnManualBypassB'],
    [167, 'alarmTransferswitchSourceAFailure'],
    [168, 'alarmTransferswitchSourceBFailure'],
    [169, 'alarmTransferswitchGeneralFault'],
    [170, 'alarmTransferswitchRedundancyLost'],
    [171, 'alarmTransferswitchOutputOverload'],
    [172, 'alarmBlackBoxReady'],
    [173, 'upsAlarmInputAuxBad'],
    [174, 'upsAlarmThresholdAlarm'],
    [175, 'upsAlarmThresholdWarning'],
    [176, 'upsAlarmTestFailed'],
    [177, 'upsAlarmBatteryWeak'],
    [178, 'upsAlarmGeneratorOn'],
    [179, 'upsAlarmRedundancyLost'],
    [180, 'upsAlarmBatteryTooOld'],
]);

const GENEREX_NUMBERS: ReadonlyMap<string, number> = new Map(
    [...GENEREX_NAMES].map(([number, name]) => [name, number]),
);

/** The number of an alarm under upsWellKnownAlarms by the name that the maker's MIB gives it; undefined: it has none. */
export function makersAlarmNumber(name: string): number | undefined {
    return GENEREX_NUMBERS.get(name);
}

/** The names of all alarms below upsWellKnownAlarms by their numbers: RFC 1628's 1 to 24, and the maker's. */
export function alarmNames(): ReadonlyMap<number, string> {
    return new Map([
        ...WELL_KNOWN_ALARMS.map((alarm, index): [number, string] => [index + 1, mibNameOf(alarm)]),
        ...GENEREX_NAMES,
    ]);
}

/**
 * The alarm that a row of upsAlarmTable names (RFC 1628: upsAlarmDescr is an OID); undefined for zeroDotZero and empty text. A
 * row that holds text instead of an OID is an alarm with this text as its name.
 */
export function alarmId(descr: SnmpValue): AlarmId | undefined {
    if (isZeroOid(String(descr).trim())) return undefined;
    const oid = readOid(descr);
    if (oid === undefined) {
        const text = readText(descr, LONGEST_NAME);
        return text === undefined ? undefined : `vendor:${text}`;
    }
    if (!oid.startsWith(`${ALARM_IDS}.`)) return `vendor:${oid}`;
    // Some agents append the instance `.0` to the alarm's OID.
    const number = Number(oid.slice(ALARM_IDS.length + 1).replace(/(\.0)+$/, ''));
    const wellKnown = WELL_KNOWN_ALARMS[number - 1];
    if (wellKnown) return wellKnown;
    const same = SAME_MEANING[number];
    if (same) return same;
    const name = GENEREX_NAMES.get(number);
    return `${STATES.has(number) ? 'state' : 'vendor'}:${name ?? oid}`;
}

/** Alarm ids of all rows, without duplicates, sorted. */
export function alarmIds(rows: Iterable<SnmpValue>): AlarmId[] {
    const ids = new Set<AlarmId>();
    for (const row of rows) {
        const id = alarmId(row);
        if (id) ids.add(id);
    }
    return [...ids].sort();
}

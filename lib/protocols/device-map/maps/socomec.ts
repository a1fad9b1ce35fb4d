import type { Condition, DeviceMap, MapItem } from '../device-map';
import { NETVISION_ALARMS, OLD_ALARMS } from './socomec-alarms';
import { alarm, cell, number, ONE_ZERO, perLine, rows, state, TENTHS, text } from './parts';

/** SOCOMECUPS-MIB of Net Vision 6 to 8, and that of Net Vision 5 and earlier. */
const NEW = '1.3.6.1.4.1.4555.1.1.7.1';
const OLD = '1.3.6.1.4.1.4555.1.1.1.1';

/** -1, 65535 and, of a NETYS RT, 65534 stand for "not known" [recorded]. */
const NONE = { absent: [-1, 65_534, 65_535] };
const IN_TENTHS = { ...TENTHS, ...NONE };
const LOW: Condition = { at: { oid: `${NEW}.2.1.0` }, values: [6, 7] };
/** A battery that is low does not say whether the UPS is on it: then "on inverter" does not mean the mains. */
const NOT_LOW: Condition = { at: { oid: `${NEW}.2.1.0` }, values: [1, 2, 3, 4, 5, 8, 9], orAbsent: true };

const NO_ALARM_ON_BATTERY: Condition = { at: { oid: `${NEW}.6.3.15.0` }, values: [0] };
const ON_MAINS = { 3: 'normal', 4: 'normal', 5: 'normal', 9: 'normal', 10: 'normal' };

/** Tenths; a Net Vision 7 answers whole hertz [reported: 49]. */
const hertz = (id: string, oid: string, to: string) => [
    number(id, oid, to, IN_TENTHS),
    number(`${id}, whole`, oid, to, NONE),
];

/** What both MIBs have under the same numbers: seconds, minutes, charge and voltage of the battery, and the lines. */
function shared(base: string): MapItem[] {
    const line = (column: string, to: string, object: string, more: Partial<MapItem> = IN_TENTHS) =>
        perLine(object, (each) => cell(`${base}.${column}`, each), to, more);
    return [
        number('upsSecondsOnBattery', `${base}.2.2.0`, 'battery.secondsOnBattery', NONE),
        number('upsEstimatedMinutesRemaining', `${base}.2.3.0`, 'battery.minutesRemaining', { ...NONE, min: 1 }),
        number('upsEstimatedChargeRemaining', `${base}.2.4.0`, 'battery.chargePercent', NONE),
        number('upsBatteryVoltage', `${base}.2.5.0`, 'battery.voltage', IN_TENTHS),
        number('upsInputNumLines', `${base}.3.1.0`, 'input.lineCount'),
        ...hertz('upsInputFrequency', `${base}.3.2.0`, 'input.lines.1.frequency'),
        ...line('3.3.1.2', 'input.lines.*.voltage', 'upsInputVoltage'),
        ...line('3.3.1.3', 'input.lines.*.current', 'upsInputCurrent'),
        ...hertz('upsOutputFrequency', `${base}.4.2.0`, 'output.frequency'),
        number('upsOutputNumLines', `${base}.4.3.0`, 'output.lineCount'),
        ...line('4.4.1.2', 'output.lines.*.voltage', 'upsOutputVoltage'),
        ...line('4.4.1.3', 'output.lines.*.current', 'upsOutputCurrent'),
        ...line('4.4.1.4', 'output.lines.*.load', 'upsOutputPercentLoad', NONE),
        ...hertz('upsBypassFrequency', `${base}.5.1.0`, 'bypass.frequency'),
        number('upsBypassNumLines', `${base}.5.2.0`, 'bypass.lineCount'),
        ...line('5.3.1.2', 'bypass.lines.*.voltage', 'upsBypassVoltage'),
        ...line('5.3.1.3', 'bypass.lines.*.current', 'upsBypassCurrent'),
    ];
}

/** The active alarms of a card that counts them. An alarm that is not listed here is told by its reference. */
function alarmTable(base: string, numbers: Readonly<Record<number, string>>): MapItem {
    const references = Object.entries(numbers).map(([number, which]) => [`${base}.6.3.${number}`, which]);
    return state(
        'upsAlarmDescr',
        rows(`${base}.6.2.1.2`),
        'alarm',
        Object.fromEntries(references) as Record<string, string>,
        { when: { at: { oid: `${base}.6.1.0` } } },
    );
}

/** upsBatteryStatus of Net Vision 6: 2 normal, 3 charging, 4 test, 5 discharging, 6 low, 7 depleted; 8 fault and 9 disconnected say no charge. */
const BATTERY_STATUS = `${NEW}.2.1.0`;
const KNOWN = [2, 3, 4, 5, 6, 7];

const NEW_ITEMS: MapItem[] = [
    text('upsIdentModel', `${NEW}.1.1.0`, 'identity.model'),
    text('upsIdentSerialNumber', `${NEW}.1.2.0`, 'identity.serial'),
    text('upsIdentUserName', `${NEW}.1.3.0`, 'identity.name'),
    text('upsIdentName', `${NEW}.1.6.0`, 'identity.name'),
    state('upsBatteryStatus', BATTERY_STATUS, 'battery.state', {
        1: 'unknown',
        2: 'normal',
        3: 'normal',
        4: 'normal',
        5: 'normal',
        6: 'low',
        7: 'depleted',
    }),
    state('upsBatteryStatus, charging', BATTERY_STATUS, 'battery.charging', { 3: 'charging', 5: 'discharging' }),
    number('upsEstimatedMinutesRemaining, low', `${NEW}.2.3.0`, 'battery.minutesRemaining', { ...NONE, when: LOW }),
    ...shared(NEW),
    // A NETYS RT does not fill it in [recorded]: 0 % counts of a low battery only.
    number('upsBatterySOC', `${NEW}.2.9.0`, 'battery.chargePercent', { absent: [...NONE.absent, 0] }),
    number('upsBatterySOC, low', `${NEW}.2.9.0`, 'battery.chargePercent', { ...NONE, when: LOW }),
    // 0 °C of a UPS without a sensor [inferred].
    number('upsBatteryTemperature', `${NEW}.2.6.0`, 'battery.temperature', {
        ...TENTHS,
        absent: [-1, 0, 65_534, 65_535],
    }),
    number('upsInsideTemperature', `${NEW}.2.7.0`, 'temperature', { ...TENTHS, absent: [-1, 0, 65_534, 65_535] }),
    number('upsBatteryCurrent', `${NEW}.2.8.0`, 'battery.current', IN_TENTHS),
    // Tenths of kVA and kW.
    ...perLine('upsOutputKva', (line) => cell(`${NEW}.4.4.1.5`, line), 'output.lines.*.apparentPower', {
        scale: 100,
        ...NONE,
    }),
    ...perLine('upsOutputKw', (line) => cell(`${NEW}.4.4.1.6`, line), 'output.lines.*.power', { scale: 100, ...NONE }),
    // The source does not name the battery: an alarm and the state of the battery do.
    state('upsAlarmOnBattery', `${NEW}.6.3.15.0`, 'output.source', { 1: 'battery' }),
    state('upsBatteryStatus, source', BATTERY_STATUS, 'output.source', { 5: 'battery' }),
    state('upsOutputSource', `${NEW}.4.1.0`, 'output.source', { 2: 'bypass', 6: 'bypass', 7: 'none', 8: 'none' }),
    ...[NOT_LOW, NO_ALARM_ON_BATTERY].map((when, index) =>
        state(`upsOutputSource, on the mains ${index + 1}`, `${NEW}.4.1.0`, 'output.source', ON_MAINS, { when }),
    ),
    ...Object.entries(NETVISION_ALARMS).map(([number, which]) =>
        alarm(`upsWellKnownAlarms ${number}`, `${NEW}.6.3.${number}.0`, which, ONE_ZERO),
    ),
    alarmTable(NEW, NETVISION_ALARMS),
    alarm('upsBatteryStatus', BATTERY_STATUS, 'low-battery', { on: [6], off: [2, 3] }),
    alarm('upsBatteryStatus', BATTERY_STATUS, 'test-in-progress', { on: [4], off: [2, 3, 5, 6, 7] }),
    alarm('upsBatteryStatus', BATTERY_STATUS, 'battery-bad', { on: [8], off: KNOWN }),
    alarm('upsBatteryStatus', BATTERY_STATUS, 'vendor:Battery disconnected', { on: [9], off: KNOWN }),
    alarm('upsOutputSource', `${NEW}.4.1.0`, 'eco-mode', { on: [5], off: [2, 3, 4, 6, 7, 8, 9, 10] }),
    number('upsEmdTemperature', `${NEW}.10.1.0`, 'environment.temperature', { unit: '°C', ...TENTHS, absent: [-1, 0] }),
    number('upsEmdHumidity', `${NEW}.10.2.0`, 'environment.humidity', { unit: '%', ...TENTHS, absent: [-1, 0] }),
    // 1 disabled, 2 off, 3 on.
    ...[1, 2].map((input) =>
        state(`upsEmdInput ${input}`, `${NEW}.10.${input + 2}.0`, `environment.contacts.${input}`, {
            2: 'off',
            3: 'on',
        }),
    ),
];

const OLD_STATUS = `${OLD}.2.1.0`;

const OLD_ITEMS: MapItem[] = [
    text('upsIdentModel', `${OLD}.1.1.0`, 'identity.model'),
    text('upsIdentUPSFirmwareVersion', `${OLD}.1.2.0`, 'identity.firmware'),
    text('upsIdentSerialNumber', `${OLD}.1.4.0`, 'identity.serial'),
    state('upsBatteryStatus', OLD_STATUS, 'battery.state', {
        2: 'normal',
        3: 'low',
        4: 'depleted',
        5: 'normal',
    }),
    state('upsBatteryStatus, charging', OLD_STATUS, 'battery.charging', { 5: 'discharging' }),
    ...shared(OLD),
    state('upsAlarmOnBattery', `${OLD}.6.3.2.0`, 'output.source', { 1: 'battery' }),
    state('upsBatteryStatus, source', OLD_STATUS, 'output.source', { 5: 'battery' }),
    // Two lists are in use under this object: 2 off or on the inverter, 4 bypass or eco mode, 5 battery or bypass, and so on. Both agree in these.
    state('upsOutputSource', `${OLD}.4.1.0`, 'output.source', { 3: 'normal', 9: 'normal' }),
    ...[2, 3, 9].map((number) =>
        alarm(`upsWellKnownAlarms ${number}`, `${OLD}.6.3.${number}.0`, OLD_ALARMS[number]!, ONE_ZERO),
    ),
    alarmTable(OLD, OLD_ALARMS),
    alarm('upsBatteryStatus', OLD_STATUS, 'battery-bad', { on: [6], off: [2, 3, 4, 5] }),
];

/**
 * Socomec, Net Vision 6 to 8 (enterprise 4555.1.1.7). Judged by SOCOMECUPS-MIB 8.11 and what NUT says of its netvision-mib; there is no recording. These
 * cards speak RFC 1628 as well: it comes first.
 *
 * No commands: the control objects are settings of the card (which clients it shuts down and when), and a standby without a countdown.
 */
export const SOCOMEC: DeviceMap = {
    version: 1,
    id: 'socomec',
    name: 'Socomec (Net Vision 6 to 8)',
    judgedBy: 'SOCOMECUPS-MIB 8.11; NUT; no recording',
    agents: ['1.3.6.1.4.1.4555.1.1.7'],
    probes: [`${NEW}.4.1.0`, BATTERY_STATUS],
    items: NEW_ITEMS,
};

/** Socomec, Net Vision 5 and earlier (enterprise 4555.1.1.1). Judged by plug-ins of Nagios and Centreon, and NUT; there is no recording. No commands. */
export const SOCOMEC_NETVISION5: DeviceMap = {
    version: 1,
    id: 'socomec-netvision5',
    name: 'Socomec (Net Vision 5)',
    judgedBy: 'plug-ins of Nagios and Centreon; NUT; no recording',
    agents: ['1.3.6.1.4.1.4555.1.1.1'],
    probes: [`${OLD}.4.1.0`, OLD_STATUS],
    items: OLD_ITEMS,
};

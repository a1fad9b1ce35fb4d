import type { ColumnPlace, Condition, DeviceMap, MapCommand, MapItem, MapWrite } from '../device-map';
import { alarm, number, RFC1628_MANUFACTURER, rows, SECONDS_AS_MINUTES, state, TENTHS, text, YES_NO } from './parts';

/** MG-SNMP-UPS-MIB: the group `upsmg`. */
const UPS = '1.3.6.1.4.1.705.1';
/** UPS-MIB, which the same cards answer. */
const RFC1628 = '1.3.6.1.2.1.33.1';

const ON_BATTERY = `${UPS}.7.3.0`;
const NONE = { absent: [-1] };
const IN_TENTHS = { ...TENTHS, ...NONE };

const BATTERY: MapItem[] = [
    state('upsmgBatteryLowCondition', `${UPS}.5.16.0`, 'battery.state', { 1: 'low', 2: 'normal' }),
    state('upsmgBatteryLowBattery', `${UPS}.5.14.0`, 'battery.state', { 1: 'low', 2: 'normal' }),
    number('upsSecondsOnBattery', `${RFC1628}.2.2.0`, 'battery.secondsOnBattery', NONE),
    number('upsmgBatteryRemainingTime', `${UPS}.5.1.0`, 'battery.minutesRemaining', { ...SECONDS_AS_MINUTES, ...NONE }),
    number('upsmgBatteryLevel', `${UPS}.5.2.0`, 'battery.chargePercent', NONE),
    number('upsmgBatteryVoltage', `${UPS}.5.5.0`, 'battery.voltage', IN_TENTHS),
    number('upsmgBatteryCurrent', `${UPS}.5.6.0`, 'battery.current', IN_TENTHS),
    // 0 °C of models without a sensor [inferred].
    number('upsmgBatteryTemperature', `${UPS}.5.7.0`, 'battery.temperature', { absent: [-1, 0] }),
    state('upsmgBatteryReplacement', `${UPS}.5.11.0`, 'battery.condition', { 1: 'replace', 2: 'good' }),
    number('upsmgConfigLowBatteryTime', `${UPS}.4.7.0`, 'battery.lowMinutes', {
        ...SECONDS_AS_MINUTES,
        absent: [-1, 0],
    }),
    number('upsmgConfigLowBatteryLevel', `${UPS}.4.8.0`, 'battery.lowPercent', { absent: [-1, 0] }),
];

/** Cards number the rows of the phases 1 or 1.0 [as NUT found]: they are taken in their order. */
const LINES: MapItem[] = [
    number('upsmgInputPhaseNum', `${UPS}.6.1.0`, 'input.lineCount'),
    number('mginputVoltage', rows(`${UPS}.6.2.1.2`), 'input.lines.*.voltage', IN_TENTHS),
    number('mginputFrequency', rows(`${UPS}.6.2.1.3`), 'input.lines.*.frequency', IN_TENTHS),
    number('mginputCurrent', rows(`${UPS}.6.2.1.6`), 'input.lines.*.current', IN_TENTHS),
    number('upsmgOutputPhaseNum', `${UPS}.7.1.0`, 'output.lineCount'),
    number('mgoutputVoltage', rows(`${UPS}.7.2.1.2`), 'output.lines.*.voltage', IN_TENTHS),
    number('mgoutputLoadPerPhase', rows(`${UPS}.7.2.1.4`), 'output.lines.*.load', NONE),
    number('mgoutputCurrent', rows(`${UPS}.7.2.1.5`), 'output.lines.*.current', IN_TENTHS),
    ...['1', '1.0'].map((row) =>
        number(`mgoutputFrequency ${row}`, { column: `${UPS}.7.2.1.3`, row }, 'output.frequency', IN_TENTHS),
    ),
];

/**
 * What feeds the output: flags (1 yes, 2 no), the battery first, since a UPS on battery may also tell the others. "Utility off" is no output, as NUT
 * reads it. No flag at all is normal operation only if the UPS says that it is not on battery [inferred].
 */
const SOURCE: MapItem[] = [
    state('upsmgOutputOnBattery', ON_BATTERY, 'output.source', { 1: 'battery' }),
    state('upsmgOutputOnByPass', `${UPS}.7.4.0`, 'output.source', { 1: 'bypass' }),
    state('upsmgOutputOnBoost', `${UPS}.7.8.0`, 'output.source', { 1: 'booster' }),
    state('upsmgOutputOnBuck', `${UPS}.7.12.0`, 'output.source', { 1: 'reducer' }),
    state('upsmgOutputUtilityOff', `${UPS}.7.7.0`, 'output.source', { 1: 'none' }),
    state('upsOutputSource', `${RFC1628}.4.1.0`, 'output.source', {
        1: 'other',
        2: 'none',
        3: 'normal',
        4: 'bypass',
        5: 'battery',
        6: 'booster',
        7: 'reducer',
    }),
    state('upsmgOutputOnBattery, no other', ON_BATTERY, 'output.source', { 2: 'normal' }),
];

const ALARMS: MapItem[] = [
    alarm('upsmgBatteryLowCondition', `${UPS}.5.16.0`, 'low-battery', YES_NO),
    alarm('upsmgBatteryLowBattery', `${UPS}.5.14.0`, 'low-battery', YES_NO),
    alarm('upsmgBatteryFaultBattery', `${UPS}.5.9.0`, 'battery-bad', YES_NO),
    alarm('upsmgBatteryNoBattery', `${UPS}.5.10.0`, 'vendor:No battery attached', YES_NO),
    alarm('upsmgBatteryReplacement', `${UPS}.5.11.0`, 'battery-replace', YES_NO),
    alarm('upsmgBatteryUnavailableBattery', `${UPS}.5.12.0`, 'vendor:Battery not available', YES_NO),
    alarm('upsmgBatteryChargerFault', `${UPS}.5.15.0`, 'charger-failed', YES_NO),
    alarm('upsmgInputBadStatus', `${UPS}.6.3.0`, 'input-bad', YES_NO),
    alarm('upsmgOutputOnBattery', ON_BATTERY, 'on-battery', YES_NO),
    alarm('upsmgOutputOnByPass', `${UPS}.7.4.0`, 'on-bypass', YES_NO),
    alarm('upsmgOutputUnavailableByPass', `${UPS}.7.5.0`, 'bypass-bad', YES_NO),
    alarm('upsmgOutputOverLoad', `${UPS}.7.10.0`, 'output-overload', YES_NO),
    alarm('upsmgOutputOverTemp', `${UPS}.7.11.0`, 'temp-bad', YES_NO),
    // Of the agent with its UPS: an even value means that there is none.
    alarm('upsmgAgentCommUPS', { oid: `${UPS}.12.13.0`, bit: 0 }, 'communications-lost', { on: [0], off: [1] }),
    // While it runs, the results below are those of the test before.
    alarm('upsTestResultsSummary', `${RFC1628}.7.3.0`, 'test-in-progress', { on: [5], off: [1, 2, 3, 4, 6] }),
];

/** upsmgTestBatteryResult: 1 and 3 passed, 2 and 4 failed, 5 none; upsmgTestDiagResult: 1 passed, 2 failed, 3 none. */
const TESTS: MapItem[] = [
    state('upsTestResultsSummary', `${RFC1628}.7.3.0`, 'test.result', { 5: 'in-progress' }),
    state('upsmgTestBatteryResult', `${UPS}.10.11.0`, 'test.result', {
        1: 'passed',
        2: 'failed',
        3: 'passed',
        4: 'failed',
        5: 'none',
    }),
    state('upsmgTestDiagResult', `${UPS}.10.3.0`, 'test.result', { 1: 'passed', 2: 'failed', 3: 'none' }),
];

/** Tenths; some cards tell whole percents [walks]: 10 % and less do not exist in a room. */
const humidity = (id: string, at: string | ColumnPlace, more: Partial<MapItem> = {}) => [
    number(id, at, 'environment.humidity', { unit: '%', ...TENTHS, min: 10.1, absent: [-1, 0], ...more }),
    number(`${id}, whole`, at, 'environment.humidity', { unit: '%', absent: [-1, 0], ...more }),
];
const TEMPERATURE = { unit: '°C', ...TENTHS, absent: [-1, 0] };
/** upsmgEnvironmentComFailure: 1 the module does not answer. */
const MODULE: Condition = { at: { column: `${UPS}.8.7.1.2`, row: '1' }, values: [2], orAbsent: true };

const ENVIRONMENT: MapItem[] = [
    number('upsmgEnvironAmbientTemp', `${UPS}.8.1.0`, 'environment.temperature', TEMPERATURE),
    ...humidity('upsmgEnvironAmbientHumidity', `${UPS}.8.2.0`),
    number('upsmgEnvironmentTemperature 1', { column: `${UPS}.8.7.1.3`, row: '1' }, 'environment.temperature', {
        ...TEMPERATURE,
        when: MODULE,
    }),
    ...humidity('upsmgEnvironmentHumidity 1', { column: `${UPS}.8.7.1.6`, row: '1' }, { when: MODULE }),
];

/** The receptacles: a delay of 0 is set, and the order given. */
const OUTLET_STATE = rows(`${UPS}.3.2.1.5`);
const after = (delay: number, order: number): MapWrite[] => [
    { at: rows(`${UPS}.9.1.1.${delay}`), value: 0 },
    { at: rows(`${UPS}.9.1.1.${order}`), value: 2 },
];

const COMMANDS: MapCommand[] = [
    { does: 'test.battery', set: [{ at: { oid: `${UPS}.10.4.0` }, value: 2 }] },
    { does: 'test.self', set: [{ at: { oid: `${UPS}.10.2.0` }, value: 2 }] },
    { does: 'outlet.off', set: after(5, 6), shows: { at: OUTLET_STATE, values: [2, 4, 6, 8] } },
    { does: 'outlet.on', set: after(2, 3), shows: { at: OUTLET_STATE, values: [1, 3, 5, 7] } },
];

/**
 * Eaton, formerly MGE UPS Systems: MG-SNMP-UPS-MIB (enterprise 705.1). Judged by MG-SNMP-UPS-MIB 1.7 AE, the list of its objects that MGE published
 * (which tells the units), and what NUT says of its mge-mib; there is no recording. These cards speak RFC 1628 as well: it comes first.
 *
 * Not told: upsmgOutputInverterOff (off in normal operation of some models), open and closed contacts, of which the MIB does not say which is
 * active. Not offered: shutdowns. The MIB does not tell the unit of upsmgReceptacleOffDelay and the like; RFC 1628 has them.
 */
export const EATON_MGE: DeviceMap = {
    version: 1,
    id: 'eaton-mge',
    name: 'Eaton, MGE (MG-SNMP-UPS-MIB)',
    judgedBy: 'MG-SNMP-UPS-MIB 1.7 AE; the list of objects by MGE; NUT; no recording',
    agents: ['1.3.6.1.4.1.705.1'],
    probes: [ON_BATTERY, `${UPS}.1.1.0`],
    items: [
        text('upsIdentManufacturer', RFC1628_MANUFACTURER, 'identity.manufacturer'),
        text('upsmgIdentFamilyName', `${UPS}.1.1.0`, 'identity.model'),
        text('upsmgIdentModelName', `${UPS}.1.2.0`, 'identity.model'),
        text('upsmgIdentFirmwareVersion', `${UPS}.1.4.0`, 'identity.firmware'),
        text('upsmgIdentSerialNumber', `${UPS}.1.7.0`, 'identity.serial'),
        text('upsmgIdentUserID', `${UPS}.1.5.0`, 'identity.name'),
        ...BATTERY,
        ...LINES,
        ...SOURCE,
        ...ALARMS,
        ...TESTS,
        ...ENVIRONMENT,
        text('upsmgReceptacleIdent', rows(`${UPS}.3.2.1.4`), 'outletName:*'),
        state('upsmgReceptacleState', OUTLET_STATE, 'outlet:*', {
            1: 'on',
            2: 'off',
            3: 'on',
            4: 'off',
            5: 'on',
            6: 'off',
            7: 'on',
            8: 'off',
        }),
    ],
    commands: COMMANDS,
};

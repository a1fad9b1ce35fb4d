import type { Condition, DeviceMap, MapCommand, MapItem } from '../device-map';
import { XUPS_ALARMS } from './eaton-xups-alarms';
import { RFC1628, XUPS } from './eaton-xups-oids';
import { cell, number, perLine, rows, SECONDS_AS_MINUTES, state, TENTHS, text } from './parts';

/** Of a UPS with one phase, whose tables may have the row 0 or 1. */
const onePhase = (count: string): Condition => ({ at: { oid: count }, values: [1] });

/** The values of the phases 1 to 3. Rows 4 to 6 are between phases. A UPS with one phase may have the row 0 instead [as NUT reads it]. */
function phases(id: string, column: string, count: string, to: string, more: Partial<MapItem> = {}): MapItem[] {
    const known = { absent: [-1], ...more };
    return [
        ...perLine(id, (line) => cell(column, line), to, known),
        number(`${id} 0`, cell(column, 0), to.replace('*', '1'), { ...known, when: onePhase(count) }),
    ];
}

/**
 * xupsOutputSource. 2: no output. 8 parallel for capacity and 9 for redundancy are normal, 10 high efficiency and 12 energy saver as well, with the
 * alarm eco-mode; 11 maintenance bypass.
 */
const SOURCES = {
    1: 'other',
    2: 'none',
    3: 'normal',
    4: 'bypass',
    5: 'battery',
    6: 'booster',
    7: 'reducer',
    8: 'normal',
    9: 'normal',
    10: 'normal',
    11: 'bypass',
    12: 'normal',
};

const BATTERY: MapItem[] = [
    state('xupsBatteryLowCapacity', `${XUPS}.2.10.0`, 'battery.state', { 1: 'low', 2: 'normal' }),
    state('upsBatteryStatus', `${RFC1628}.2.1.0`, 'battery.state', {
        1: 'unknown',
        2: 'normal',
        3: 'low',
        4: 'depleted',
    }),
    number('upsSecondsOnBattery', `${RFC1628}.2.2.0`, 'battery.secondsOnBattery', { absent: [-1] }),
    number('xupsBatTimeRemaining', `${XUPS}.2.1.0`, 'battery.minutesRemaining', {
        ...SECONDS_AS_MINUTES,
        absent: [-1],
    }),
    number('xupsBatVoltage', `${XUPS}.2.2.0`, 'battery.voltage', { absent: [-1] }),
    // Whole amperes (UNITS of the MIB; NUT divides by 10), positive while the battery discharges.
    number('xupsBatCurrent', `${XUPS}.2.3.0`, 'battery.current'),
    number('xupsBatCapacity', `${XUPS}.2.4.0`, 'battery.chargePercent', { absent: [-1] }),
    // 5 unknown, 6 disconnected, 7 under test, 8 to be checked say nothing about the current.
    state('xupsBatteryAbmStatus', `${XUPS}.2.5.0`, 'battery.charging', {
        1: 'charging',
        2: 'discharging',
        3: 'floating',
        4: 'resting',
    }),
    text('xupsBatteryLastReplacedDate', `${XUPS}.2.6.0`, 'battery.installedOn', { date: 'ymd' }),
];

const LINES: MapItem[] = [
    number('xupsInputLineBads', `${XUPS}.3.2.0`, 'input.lineBads'),
    number('xupsInputNumPhases', `${XUPS}.3.3.0`, 'input.lineCount'),
    number('xupsInputFrequency', `${XUPS}.3.1.0`, 'input.lines.1.frequency', { ...TENTHS, absent: [-1] }),
    ...phases('xupsInputVoltage', `${XUPS}.3.4.1.2`, `${XUPS}.3.3.0`, 'input.lines.*.voltage'),
    ...phases('xupsInputCurrentHighPrecision', `${XUPS}.3.4.1.7`, `${XUPS}.3.3.0`, 'input.lines.*.current', TENTHS),
    ...phases('xupsInputCurrent', `${XUPS}.3.4.1.3`, `${XUPS}.3.3.0`, 'input.lines.*.current'),
    ...phases('xupsInputWatts', `${XUPS}.3.4.1.4`, `${XUPS}.3.3.0`, 'input.lines.*.power'),
    number('xupsConfigInputVoltage', `${XUPS}.10.2.0`, 'input.nominalVoltage', { absent: [0] }),

    state('xupsOutputSource', `${XUPS}.4.5.0`, 'output.source', SOURCES),
    number('xupsOutputFrequency', `${XUPS}.4.2.0`, 'output.frequency', { ...TENTHS, absent: [-1] }),
    number('xupsOutputNumPhases', `${XUPS}.4.3.0`, 'output.lineCount'),
    ...phases('xupsOutputVoltage', `${XUPS}.4.4.1.2`, `${XUPS}.4.3.0`, 'output.lines.*.voltage'),
    ...phases('xupsOutputCurrentHighPrecision', `${XUPS}.4.4.1.7`, `${XUPS}.4.3.0`, 'output.lines.*.current', TENTHS),
    ...phases('xupsOutputCurrent', `${XUPS}.4.4.1.3`, `${XUPS}.4.3.0`, 'output.lines.*.current'),
    ...phases('xupsOutputWatts', `${XUPS}.4.4.1.4`, `${XUPS}.4.3.0`, 'output.lines.*.power'),
    ...phases('xupsOutputPercentLoad', `${XUPS}.4.4.1.8`, `${XUPS}.4.3.0`, 'output.lines.*.load'),
    ...phases('xupsOutputVA', `${XUPS}.4.4.1.9`, `${XUPS}.4.3.0`, 'output.lines.*.apparentPower'),
    // Of the whole UPS.
    number('xupsOutputLoad', `${XUPS}.4.1.0`, 'output.lines.1.load', { when: onePhase(`${XUPS}.4.3.0`) }),
    number('xupsOutputCumulativePowerUsage', `${XUPS}.4.7.0`, 'output.energy', { scale: 0.001, digits: 3 }),

    number('xupsBypassFrequency', `${XUPS}.5.1.0`, 'bypass.frequency', { ...TENTHS, absent: [-1] }),
    number('xupsBypassNumPhases', `${XUPS}.5.2.0`, 'bypass.lineCount'),
    ...phases('xupsBypassVoltage', `${XUPS}.5.3.1.2`, `${XUPS}.5.2.0`, 'bypass.lines.*.voltage'),
    ...phases('xupsBypassCurrentHighPrecision', `${XUPS}.5.3.1.5`, `${XUPS}.5.2.0`, 'bypass.lines.*.current', TENTHS),
    ...phases('xupsBypassWatts', `${XUPS}.5.3.1.6`, `${XUPS}.5.2.0`, 'bypass.lines.*.power'),
];

/** The Environmental Monitoring Probe counts its contacts: without one there is no probe. */
const PROBE: Condition = { at: { oid: `${XUPS}.6.7.0` }, values: [1, 2, 3, 4, 5, 6, 7, 8] };
const CELSIUS = { unit: '°C', min: -60, max: 150, absent: [-1] };
const HUMIDITY = { unit: '%', absent: [-1] };

const ENVIRONMENT: MapItem[] = [
    number('xupsEnvRemoteTemp', `${XUPS}.6.5.0`, 'environment.temperature', { ...CELSIUS, when: PROBE }),
    number('xupsEnvRemoteHumidity', `${XUPS}.6.6.0`, 'environment.humidity', { ...HUMIDITY, when: PROBE }),
    number('xupsEnvAmbientTemp', `${XUPS}.6.1.0`, 'environment.temperature', CELSIUS),
    number('xupsEnvAmbientHumidity', `${XUPS}.6.4.0`, 'environment.humidity', HUMIDITY),
    number('xupsEnvAmbientTemp, beside a probe', `${XUPS}.6.1.0`, 'channel:Ambient temperature', {
        ...CELSIUS,
        when: PROBE,
    }),
    // Of type 1 normally open, 2 normally closed, 3 any change; 4 is not used. 1 open, 2 closed, 3 and 4 the same "with notice": active.
    state(
        'xupsContactState',
        rows(`${XUPS}.6.8.1.3`),
        'environment.contacts.*',
        { 1: 'off', 2: 'off', 3: 'on', 4: 'on' },
        { when: { at: rows(`${XUPS}.6.8.1.2`), values: [1, 2, 3] } },
    ),
];

const OFF_DELAY = { oid: `${XUPS}.9.1.0` };
const TESTING: MapCommand['shows'] = { at: { oid: `${XUPS}.8.2.0` }, values: [4] };
const outlet = (column: number, value: number) => [{ at: rows(`${XUPS}.12.2.1.${column}`), value }];
const OUTLET_STATE = rows(`${XUPS}.12.2.1.2`);

/**
 * xupsControlOutputOffDelay counts down at the UPS; 0 takes it back. Not offered: a shutdown with a return, since xupsLoadShedSecsWithRestart returns
 * after a time of its own choice and cannot be taken back, and xupsControlOutputOnDelay counts from now on, not from the shutdown.
 */
const COMMANDS: MapCommand[] = [
    { does: 'test.battery', set: [{ at: { oid: `${XUPS}.8.1.0` }, value: 1 }], shows: TESTING },
    { does: 'test.quick', set: [{ at: { oid: `${XUPS}.8.1.0` }, value: 1 }], shows: TESTING },
    { does: 'test.self', set: [{ at: { oid: `${XUPS}.8.1.0` }, value: 3 }] },
    { does: 'shutdown.output', set: [{ at: OFF_DELAY, value: { of: 'seconds', min: 1 } }] },
    { does: 'abort-shutdown', set: [{ at: OFF_DELAY, value: 0 }] },
    { does: 'startup', set: [{ at: { oid: `${XUPS}.9.2.0` }, value: { of: 'seconds', min: 1 } }] },
    // Receptacles: seconds until off, on, and off and on again (after a time that the UPS knows). 0: at once.
    { does: 'outlet.off', set: outlet(3, 0), shows: { at: OUTLET_STATE, values: [2, 4, 8] } },
    { does: 'outlet.on', set: outlet(4, 0), shows: { at: OUTLET_STATE, values: [1, 3, 7] } },
    { does: 'outlet.cycle', set: outlet(7, 0) },
];

/**
 * Eaton and Powerware: XUPS-MIB (enterprise 534.1), by ConnectUPS, Network-MS, PXGX, Network-M2 and -M3. Judged by XUPS-MIB of 2019-09-27, a
 * recording of a ConnectUPS with three phases, and what NUT says of its powerware-mib. These cards speak RFC 1628 as well: it comes first.
 *
 * Not told: the load of all phases together (there is no line that has it), the secondary input.
 */
export const EATON_XUPS: DeviceMap = {
    version: 1,
    id: 'eaton-xups',
    name: 'Eaton, Powerware (XUPS)',
    judgedBy: 'XUPS-MIB 2019-09-27; a recording of one card; NUT',
    agents: ['1.3.6.1.4.1.534.1', '1.3.6.1.4.1.534.2'],
    probes: [`${XUPS}.4.5.0`, `${XUPS}.2.1.0`, `${XUPS}.1.2.0`],
    items: [
        text('xupsIdentManufacturer', `${XUPS}.1.1.0`, 'identity.manufacturer'),
        text('xupsIdentModel', `${XUPS}.1.2.0`, 'identity.model'),
        text('xupsIdentSoftwareVersion', `${XUPS}.1.3.0`, 'identity.firmware'),
        text('xupsIdentSerialNumber', `${XUPS}.1.6.0`, 'identity.serial'),
        ...BATTERY,
        ...LINES,
        ...XUPS_ALARMS,
        ...ENVIRONMENT,
        state('xupsTestBatteryStatus', `${XUPS}.8.2.0`, 'test.result', { 2: 'passed', 3: 'failed', 4: 'in-progress' }),
        // 3 is on and will be off, 4 off and will be on; 7 and 8: the relay is stuck.
        state('xupsRecepStatus', OUTLET_STATE, 'outlet:*', {
            1: 'on',
            2: 'off',
            3: 'on',
            4: 'off',
            7: 'on',
            8: 'off',
        }),
    ],
    commands: COMMANDS,
};

import type { Condition, DeviceMap, MapCommand, MapItem } from '../device-map';
import {
    alarm,
    cell,
    number,
    perLine,
    RFC1628_MANUFACTURER,
    rows,
    state,
    TENTHS,
    text,
    TICKS_AS_MINUTES,
    TICKS_AS_SECONDS,
} from './parts';

/** CPS-MIB: the groups of a UPS, and of the environment sensor. */
const UPS = '1.3.6.1.4.1.3808.1.1.1';
const SENSOR = '1.3.6.1.4.1.3808.1.1.4';
const BATTERY_STATUS = `${UPS}.2.1.1.0`;
const OUTPUT_STATUS = `${UPS}.4.1.1.0`;
const OUTLET = rows(`${UPS}.8.2.5.1.3`);

/** -1, or its full scale as an unsigned number. Objects of other models are NULL [recorded]. */
const NONE = { absent: [-1, 4_294_967_295] };
const IN_TENTHS = { ...TENTHS, ...NONE };
const LOW: Condition = { at: { oid: BATTERY_STATUS }, values: [3] };

/** upsBaseOutputStatus: 5 sleeping for a time, 6 off, 7 rebooting have no output; 8 eco mode feeds from the mains; 11 is overload. */
const SOURCES = {
    2: 'normal',
    3: 'battery',
    4: 'booster',
    5: 'none',
    6: 'none',
    7: 'none',
    8: 'normal',
    9: 'bypass',
    10: 'reducer',
    11: 'other',
};
const sourceTells = (on: number) => ({ on: [on], off: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((each) => each !== on) });

const BATTERY: MapItem[] = [
    state('upsBaseBatteryStatus', BATTERY_STATUS, 'battery.state', { 1: 'unknown', 2: 'normal', 3: 'low' }),
    number('upsBaseBatteryTimeOnBattery', `${UPS}.2.1.2.0`, 'battery.secondsOnBattery', {
        ...TICKS_AS_SECONDS,
        ...NONE,
    }),
    text('upsBaseBatteryLastReplaceDate', `${UPS}.2.1.3.0`, 'battery.installedOn', { date: 'mdy' }),
    number('upsAdvanceBatteryCapacity', `${UPS}.2.2.1.0`, 'battery.chargePercent', NONE),
    number('upsAdvanceBatteryVoltage', `${UPS}.2.2.2.0`, 'battery.voltage', IN_TENTHS),
    // 0 °C of models without a sensor [inferred].
    number('upsAdvanceBatteryTemperature', `${UPS}.2.2.3.0`, 'battery.temperature', { absent: [-1, 0, 4_294_967_295] }),
    number('upsAdvanceBatteryRunTimeRemaining', `${UPS}.2.2.4.0`, 'battery.minutesRemaining', {
        ...TICKS_AS_MINUTES,
        ...NONE,
        min: 0.1,
    }),
    // 0 min counts only with a low battery [inferred].
    number('upsAdvanceBatteryRunTimeRemaining, low', `${UPS}.2.2.4.0`, 'battery.minutesRemaining', {
        ...TICKS_AS_MINUTES,
        ...NONE,
        when: LOW,
    }),
    state('upsAdvanceBatteryReplaceIndicator', `${UPS}.2.2.5.0`, 'battery.condition', { 1: 'good', 2: 'replace' }),
    number('upsAdvanceConfigLowBatteryRunTimeThreshold', `${UPS}.5.2.8.0`, 'battery.lowMinutes', {
        ...TICKS_AS_MINUTES,
        absent: [-1, 0, 4_294_967_295],
    }),
    number('upsAdvanceConfigLowBatteryCapacityThreshold', `${UPS}.5.2.18.0`, 'battery.lowPercent', {
        absent: [-1, 0, 4_294_967_295],
    }),
];

const LINES: MapItem[] = [
    number('upsThreePhaseInputCount', `${UPS}.9.1.1.0`, 'input.lineCount'),
    ...perLine(
        'upsThreePhaseInputVoltage',
        (line) => cell(`${UPS}.9.1.2.1.2`, line),
        'input.lines.*.voltage',
        IN_TENTHS,
    ),
    ...perLine(
        'upsThreePhaseInputCurrent',
        (line) => cell(`${UPS}.9.1.2.1.3`, line),
        'input.lines.*.current',
        IN_TENTHS,
    ),
    ...perLine(
        'upsThreePhaseInputFrequency',
        (line) => cell(`${UPS}.9.1.2.1.4`, line),
        'input.lines.*.frequency',
        IN_TENTHS,
    ),
    number('upsAdvanceInputLineVoltage', `${UPS}.3.2.1.0`, 'input.lines.1.voltage', IN_TENTHS),
    number('upsAdvanceInputFrequency', `${UPS}.3.2.4.0`, 'input.lines.1.frequency', IN_TENTHS),

    state('upsBaseOutputStatus', OUTPUT_STATUS, 'output.source', SOURCES),
    number('upsThreePhaseOutputCount', `${UPS}.9.2.1.0`, 'output.lineCount'),
    ...perLine(
        'upsThreePhaseOutputVoltage',
        (line) => cell(`${UPS}.9.2.2.1.2`, line),
        'output.lines.*.voltage',
        IN_TENTHS,
    ),
    ...perLine(
        'upsThreePhaseOutputCurrent',
        (line) => cell(`${UPS}.9.2.2.1.3`, line),
        'output.lines.*.current',
        IN_TENTHS,
    ),
    number('upsThreePhaseOutputFrequency 1', cell(`${UPS}.9.2.2.1.4`, 1), 'output.frequency', IN_TENTHS),
    ...totals(),
    number('upsAdvanceOutputVoltage', `${UPS}.4.2.1.0`, 'output.lines.1.voltage', IN_TENTHS),
    number('upsAdvanceOutputFrequency', `${UPS}.4.2.2.0`, 'output.frequency', IN_TENTHS),
    number('upsAdvanceOutputEnergy', `${UPS}.4.2.6.0`, 'output.energy', IN_TENTHS),

    number('upsThreePhaseBypassCount', `${UPS}.9.3.1.0`, 'bypass.lineCount'),
    ...perLine(
        'upsThreePhaseBypassVoltage',
        (line) => cell(`${UPS}.9.3.2.1.2`, line),
        'bypass.lines.*.voltage',
        IN_TENTHS,
    ),
    ...perLine(
        'upsThreePhaseBypassCurrent',
        (line) => cell(`${UPS}.9.3.2.1.3`, line),
        'bypass.lines.*.current',
        IN_TENTHS,
    ),
    number('upsThreePhaseBypassFrequency 1', cell(`${UPS}.9.3.2.1.4`, 1), 'bypass.frequency', IN_TENTHS),
];

/** Of the whole UPS: values of the line if there is one. */
function totals(): MapItem[] {
    const when: Condition = { at: { oid: `${UPS}.9.2.1.0` }, values: [0, 1], orAbsent: true };
    return [
        number('upsAdvanceOutputLoad', `${UPS}.4.2.3.0`, 'output.lines.1.load', { ...NONE, when }),
        number('upsAdvanceOutputCurrent', `${UPS}.4.2.4.0`, 'output.lines.1.current', { ...IN_TENTHS, when }),
        number('upsAdvanceOutputPower', `${UPS}.4.2.5.0`, 'output.lines.1.power', { ...NONE, when }),
        number('upsAdvanceOutputApparentPower', `${UPS}.4.2.8.0`, 'output.lines.1.apparentPower', { ...NONE, when }),
    ];
}

const ALARMS: MapItem[] = [
    alarm('upsBaseBatteryStatus', BATTERY_STATUS, 'low-battery', { on: [3], off: [2] }),
    alarm('upsBaseBatteryStatus', BATTERY_STATUS, 'vendor:No battery attached', { on: [4], off: [2, 3] }),
    alarm('upsAdvanceBatteryReplaceIndicator', `${UPS}.2.2.5.0`, 'battery-replace', { on: [2], off: [1] }),
    // 2 over and 3 under voltage, 4 frequency, 5 blackout, 6 wiring.
    alarm('upsAdvanceInputStatus', `${UPS}.3.2.6.0`, 'input-bad', { on: [2, 3, 4, 5, 6], off: [1] }),
    alarm('upsBaseOutputStatus', OUTPUT_STATUS, 'eco-mode', sourceTells(8)),
    alarm('upsBaseOutputStatus', OUTPUT_STATUS, 'output-overload', sourceTells(11)),
    alarm('upsSystemStatus', `${UPS}.10.1.0`, 'temp-bad', { on: [2], off: [1, 3] }),
    alarm('upsSystemStatus', `${UPS}.10.1.0`, 'general-fault', { on: [3], off: [1, 2] }),
    alarm('upsAdvanceTestDiagnosticsResults', `${UPS}.7.2.3.0`, 'test-in-progress', { on: [4], off: [1, 2, 3] }),
    alarm('upsAdvanceTestCalibrationResults', `${UPS}.7.2.7.0`, 'calibration', { on: [3], off: [1, 2] }),
];

const TEST: MapCommand['set'] = [{ at: { oid: `${UPS}.7.2.2.0` }, value: 2 }];
const TESTING: MapCommand['shows'] = { at: { oid: `${UPS}.7.2.3.0` }, values: [4] };
const BUZZER = { oid: `${UPS}.5.2.4.0` };
const buzzer = (value: number) => ({ set: [{ at: BUZZER, value }], shows: { at: BUZZER, values: [value] } });

/**
 * A shutdown is upsAdvanceControlUpsOff 3 (gracefully): off after upsAdvanceConfigShutoffDelay, a setting that stays, here from 60 to 5940 s.
 * Not offered: a shutdown with a return (the MIB does not say that sleeping ends with the return of the mains), taking it back, switching on
 * after a delay, a test until the battery is low.
 */
const COMMANDS: MapCommand[] = [
    { does: 'test.battery', set: TEST, shows: TESTING },
    { does: 'test.quick', set: TEST, shows: TESTING },
    { does: 'test.self', set: TEST, shows: TESTING },
    { does: 'buzzer.on', ...buzzer(2) },
    { does: 'buzzer.off', ...buzzer(3) },
    { does: 'buzzer.mute', ...buzzer(4) },
    {
        does: 'shutdown.output',
        set: [
            { at: { oid: `${UPS}.5.2.10.0` }, type: 'ticks', value: { of: 'seconds', scale: 100, min: 60, max: 5940 } },
            { at: { oid: `${UPS}.6.2.1.0` }, value: 3 },
        ],
    },
    {
        does: 'reboot',
        set: [
            { at: { oid: `${UPS}.5.2.9.0` }, type: 'ticks', value: { of: 'seconds', scale: 100, min: 0, max: 600 } },
            { at: { oid: `${UPS}.6.2.2.0` }, value: 2 },
        ],
    },
    { does: 'outlet.on', set: [{ at: OUTLET, value: 1 }], shows: { at: rows(`${UPS}.8.2.4.1.3`), values: [1] } },
    { does: 'outlet.off', set: [{ at: OUTLET, value: 2 }], shows: { at: rows(`${UPS}.8.2.4.1.3`), values: [2] } },
    { does: 'outlet.cycle', set: [{ at: OUTLET, value: 3 }] },
];

/**
 * CyberPower: CPS-MIB, by the cards RMCARD100 to RMCARD400. Judged by CPS-MIB 2.13, a recording of an OL2200RTXL2U, and what NUT says of its
 * cyberpower-mib.
 *
 * Not told: the current of the battery (the MIB calls it a percentage, NUT tenths of an ampere), the temperature in Celsius of the environment
 * sensor (of unclear scale; the one in tenths of a degree Fahrenheit is plain), the reason of the last transfer.
 */
export const CYBERPOWER: DeviceMap = {
    version: 1,
    id: 'cyberpower',
    name: 'CyberPower (CPS)',
    judgedBy: 'CPS-MIB 2.13; a recording of one card; NUT',
    agents: ['1.3.6.1.4.1.3808'],
    probes: [OUTPUT_STATUS, `${UPS}.1.1.1.0`],
    items: [
        text('upsIdentManufacturer', RFC1628_MANUFACTURER, 'identity.manufacturer'),
        text('upsBaseIdentModel', `${UPS}.1.1.1.0`, 'identity.model'),
        text('upsBaseIdentName', `${UPS}.1.1.2.0`, 'identity.name'),
        text('upsAdvanceIdentFirmwareRevision', `${UPS}.1.2.1.0`, 'identity.firmware'),
        text('upsAdvanceIdentSerialNumber', `${UPS}.1.2.3.0`, 'identity.serial'),
        ...BATTERY,
        ...LINES,
        ...ALARMS,
        number('upsSystemTemperature', `${UPS}.10.2.0`, 'temperature', { absent: [-1, 0, 4_294_967_295] }),
        state('upsAdvanceTestCalibrationResults', `${UPS}.7.2.7.0`, 'test.result', { 3: 'in-progress' }),
        // 3, an invalid test, may also mean that none was made: unknown.
        state('upsAdvanceTestDiagnosticsResults', `${UPS}.7.2.3.0`, 'test.result', {
            1: 'passed',
            2: 'failed',
            4: 'in-progress',
        }),
        text('upsOutletStatusName', rows(`${UPS}.8.2.4.1.2`), 'outletName:*'),
        state('upsOutletStatusState', rows(`${UPS}.8.2.4.1.3`), 'outlet:*', { 1: 'on', 2: 'off' }),
        // Banks of outlets are told, and not switched: a bank is no outlet of its own.
        state('upsDeviceControlBank', rows(`${UPS}.8.1.1.1.2`), 'channel:Bank *', { 1: 'on', 2: 'off' }),
        number('envirTemperature', `${SENSOR}.2.1.0`, 'environment.temperature', {
            unit: '°C',
            // Tenths of a degree Fahrenheit.
            scale: 5 / 90,
            offset: -160 / 9,
            digits: 1,
            absent: [-1, 0],
        }),
        number('envirHumidity', `${SENSOR}.3.1.0`, 'environment.humidity', { unit: '%', absent: [-1, 0] }),
        state('envirContactStatus', rows(`${SENSOR}.4.2.1.3`), 'environment.contacts.*', { 1: 'off', 2: 'on' }),
    ],
    commands: COMMANDS,
};

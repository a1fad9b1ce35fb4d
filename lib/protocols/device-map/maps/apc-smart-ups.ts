import type { DeviceMap, MapItem, RegisterPlace } from '../device-map';

/**
 * APC Smart-UPS with the prefixes SMT, SMX, SURTD and SRT over Modbus: at the UPS itself, or at a network management card.
 *
 * Judged by the maker's register list 990-9840A and application note 176 (MPAO-98KJ7F), as far as they are public, and by the same registers in
 * NUT's driver `apc_modbus`; no real UPS of ours has been read by it. Numbers are binary fractions: the charge is a 512th of a percent.
 *
 * Inferred: a low battery is "shutdown imminent" of the simple signalling, as NUT takes it. Left out: energy, whose unit NUT calls experimental;
 * days, which are counted from 2000; commands, since it is open whether they are taken by function 6.
 */
const UPS_STATUS = 0;
const SIGNALLING = 18;
const BATTERY_ERROR = 19;
const BATTERY_TEST = 23;
const CALIBRATION = 24;
const INPUT_STATUS = 150;
/** "Not applicable". */
const ABSENT = [65_535];

function holding(register: number, type: RegisterPlace['type'] = 'u16'): RegisterPlace {
    return { table: 'holding', register, type };
}

function number(id: string, at: RegisterPlace, scale: number, to: string): MapItem {
    return { id, at, kind: 'number', scale, digits: 2, ...(at.type === 'u16' ? { absent: ABSENT } : {}), to };
}

function text(id: string, register: number, words: number, to: string): MapItem {
    return { id, at: { ...holding(register, 'text'), words }, kind: 'text', to };
}

/** One bit that means a state while it is set. */
function bit(id: string, register: number, which: number, states: Record<string, string>, to: string): MapItem {
    // The status of the UPS has 32 bits.
    const type = register === UPS_STATUS ? 'u32' : 'u16';
    return { id, at: { ...holding(register, type), bit: which }, kind: 'state', states, to };
}

function alarm(id: string, register: number, which: number): MapItem {
    return bit(`alarm ${id}`, register, which, { '0': 'off', '1': 'on' }, `alarm:${id}`);
}

export const APC_SMART_UPS: DeviceMap = {
    version: 1,
    id: 'apc-smart-ups',
    name: 'APC Smart-UPS (SMT, SMX, SURTD, SRT)',
    judgedBy:
        'register list 990-9840A and application note 176 of the maker; NUT’s driver apc_modbus; no real UPS of ours',
    items: [
        bit('on battery', UPS_STATUS, 2, { '1': 'battery' }, 'output.source'),
        bit('in bypass', UPS_STATUS, 3, { '1': 'bypass' }, 'output.source'),
        bit('output off', UPS_STATUS, 4, { '1': 'none' }, 'output.source'),
        bit('boosting', INPUT_STATUS, 5, { '1': 'booster' }, 'output.source'),
        bit('trimming', INPUT_STATUS, 6, { '1': 'reducer' }, 'output.source'),
        bit('online', UPS_STATUS, 1, { '1': 'normal' }, 'output.source'),
        alarm('on-battery', UPS_STATUS, 2),
        alarm('on-bypass', UPS_STATUS, 3),
        alarm('ups-output-off', UPS_STATUS, 4),
        alarm('general-fault', UPS_STATUS, 5),
        alarm('input-bad', UPS_STATUS, 6),
        alarm('test-in-progress', UPS_STATUS, 7),
        alarm('eco-mode', UPS_STATUS, 13),
        alarm('output-overload', UPS_STATUS, 21),
        alarm('battery-replace', BATTERY_ERROR, 2),
        alarm('charger-failed', BATTERY_ERROR, 4),
        alarm('vendor:battery disconnected', BATTERY_ERROR, 0),
        alarm('vendor:battery voltage too high', BATTERY_ERROR, 1),
        alarm('vendor:battery too hot', BATTERY_ERROR, 3),
        alarm('calibration', CALIBRATION, 1),
        bit('battery low', SIGNALLING, 1, { '0': 'normal', '1': 'low' }, 'battery.state'),
        bit('replace battery', BATTERY_ERROR, 2, { '1': 'replace' }, 'battery.condition'),
        bit('test runs', BATTERY_TEST, 1, { '1': 'in-progress' }, 'test.result'),
        bit('test passed', BATTERY_TEST, 2, { '1': 'passed' }, 'test.result'),
        bit('test failed', BATTERY_TEST, 3, { '1': 'failed' }, 'test.result'),
        bit('test aborted', BATTERY_TEST, 5, { '1': 'aborted' }, 'test.result'),
        number('runtime', holding(128, 'u32'), 1 / 60, 'battery.minutesRemaining'),
        number('charge', holding(130), 1 / 512, 'battery.chargePercent'),
        number('battery voltage', holding(131, 's16'), 1 / 32, 'battery.voltage'),
        number('battery temperature', holding(135, 's16'), 1 / 128, 'battery.temperature'),
        number('load', holding(136), 1 / 256, 'output.lines.1.load'),
        number('output current', holding(140), 1 / 32, 'output.lines.1.current'),
        number('output voltage', holding(142), 1 / 64, 'output.lines.1.voltage'),
        number('output frequency', holding(144), 1 / 128, 'output.frequency'),
        number('input voltage', holding(151), 1 / 64, 'input.lines.1.voltage'),
        text('firmware', 516, 8, 'identity.firmware'),
        text('model', 532, 16, 'identity.model'),
        text('serial number', 564, 8, 'identity.serial'),
        text('name', 596, 8, 'identity.name'),
    ],
};

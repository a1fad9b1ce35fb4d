import type { DeviceMap, MapItem } from '../device-map';

/**
 * ADELSYSTEM DC UPS of the series CB and CBI: a charger, a battery and a DC output behind the mains. Modbus RTU at 9600 baud, unit id 5 as it leaves
 * the factory.
 *
 * Judged by the registers in NUT's driver `adelsystem_cbi`, whose author has read a CBI2801224A; no real device of ours. That driver numbers holding
 * registers from 40001; here they are counted from 0.
 *
 * Left out: the buffer time, whose unit is not told; the forced shutdown, of which NUT's author does not know whether the supply comes back.
 */
const CHARGING = 4;
const POWER = 5;
const BATTERY_STATUS = 31;
const BATTERY_HEALTH = 32;
const BATTERY_VOLTAGE = 34;
const FAILURE = 42;
const AC_INPUT = 44;
const MAINS = 45;
const BOARD_TEMPERATURE = 46;
const KELVIN = -273.15;

function number(id: string, register: number, scale: number, to: string, offset = 0): MapItem {
    return {
        id,
        at: { table: 'holding', register },
        kind: 'number',
        scale,
        ...(offset === 0 ? {} : { offset }),
        digits: 2,
        to,
    };
}

function state(id: string, register: number, states: Record<string, string>, to: string, bit?: number): MapItem {
    const at = { table: 'holding', register, ...(bit === undefined ? {} : { bit }) } as const;
    return { id, at, kind: 'state', states, to };
}

function alarm(id: string, register: number, bit?: number): MapItem {
    const name = bit === undefined ? id : `${id} ${register}.${bit}`;
    return state(`alarm ${name}`, register, { '0': 'off', '1': 'on' }, `alarm:${id}`, bit);
}

export const ADELSYSTEM_CBI: DeviceMap = {
    version: 1,
    id: 'adelsystem-cbi',
    name: 'ADELSYSTEM CB, CBI (DC UPS)',
    judgedBy: 'NUT’s driver adelsystem_cbi; no real device of ours',
    items: [
        state('mains', MAINS, { '0': 'normal', '1': 'battery' }, 'output.source', 0),
        alarm('on-battery', MAINS, 0),
        alarm('shutdown-pending', MAINS, 1),
        alarm('input-bad', AC_INPUT, 0),
        alarm('input-bad', AC_INPUT, 1),
        alarm('low-battery', BATTERY_VOLTAGE, 1),
        alarm('vendor:battery voltage too high', BATTERY_VOLTAGE, 0),
        alarm('vendor:started on a flat battery', BATTERY_VOLTAGE, 2),
        alarm('vendor:battery polarity reversed', BATTERY_STATUS, 0),
        alarm('vendor:battery not connected', BATTERY_STATUS, 1),
        alarm('battery-bad', BATTERY_STATUS, 2),
        alarm('battery-bad', BATTERY_STATUS, 3),
        alarm('vendor:battery chemistry not supported', BATTERY_STATUS, 4),
        alarm('vendor:battery connection fault', BATTERY_STATUS, 5),
        alarm('battery-weak', BATTERY_HEALTH, 0),
        alarm('battery-weak', BATTERY_HEALTH, 1),
        alarm('battery-weak', BATTERY_HEALTH, 2),
        alarm('vendor:low state of charge', BATTERY_HEALTH, 6),
        alarm('vendor:rectifier failure', FAILURE, 0),
        alarm('general-fault', FAILURE, 1),
        alarm('general-fault', FAILURE, 2),
        alarm('temp-bad', BOARD_TEMPERATURE),
        state('battery low', BATTERY_VOLTAGE, { '0': 'normal', '1': 'low' }, 'battery.state', 1),
        state('on backup', POWER, { '0': 'discharging' }, 'battery.charging'),
        state('charging', CHARGING, { '2': 'charging', '3': 'charging', '4': 'floating' }, 'battery.charging'),
        number('charge', 22, 0.1, 'battery.chargePercent'),
        number('battery voltage', 7, 0.001, 'battery.voltage'),
        number('battery temperature', 25, 1, 'battery.temperature', KELVIN),
        number('output voltage', 10, 0.001, 'dc.outputVoltage'),
        number('output current', 19, 0.001, 'dc.outputCurrent'),
        number('board temperature', 28, 1, 'dc.temperature', KELVIN),
        number('mains voltage', 29, 1, 'input.lines.1.voltage'),
        { ...number('state of health', 20, 1, 'channel:state of health'), unit: '%', min: 0, max: 100 },
    ],
};

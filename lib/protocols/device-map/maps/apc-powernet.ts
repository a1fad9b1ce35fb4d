import type { DeviceMap } from '../device-map';
import { APC_ALARMS } from './apc-powernet-alarms';
import { APC_COMMANDS } from './apc-powernet-commands';
import { APC_ENVIRONMENT } from './apc-powernet-environment';
import { APC_LINES, runtime } from './apc-powernet-lines';
import { BATTERY_STATUS, NO_TEXT, OUTPUT_STATUS, UNSUPPORTED, UPS } from './apc-powernet-oids';
import {
    HUNDREDTHS,
    number,
    RFC1628_MANUFACTURER,
    rows,
    state,
    TENTHS,
    text,
    TICKS_AS_MINUTES,
    TICKS_AS_SECONDS,
} from './parts';

const NAME = { absent: NO_TEXT };
/** 255 °C is the full scale of 8 bits; temperatures below zero are told as 0, so that 0 says nothing. */
const WARM = { absent: [...UNSUPPORTED, 0, 255, 2550] };

/**
 * upsBasicOutputStatus. 4 boost and 12 trim; 5 sleeping for a time, 7 off, 8 rebooting [inferred: no output] and 11 sleeping until the mains
 * return have no output; 13 eco mode and 20 eConversion feed the load from the mains. 14 hot standby, 17 to 19, 21 to 27 do not say what
 * feeds it.
 */
const SOURCES = {
    2: 'normal',
    3: 'battery',
    4: 'booster',
    5: 'none',
    6: 'bypass',
    7: 'none',
    8: 'none',
    9: 'bypass',
    10: 'bypass',
    11: 'none',
    12: 'reducer',
    13: 'normal',
    14: 'other',
    // A test of the battery: with the alarm test-in-progress.
    15: 'battery',
    16: 'bypass',
    17: 'other',
    18: 'other',
    19: 'other',
    20: 'normal',
    21: 'other',
    22: 'other',
    23: 'other',
    24: 'other',
    25: 'other',
    26: 'other',
    27: 'other',
    28: 'other',
};

/**
 * APC and Schneider Electric: PowerNet-MIB, by network management cards 1 to 3 (AP9617 to AP9641). Judged by PowerNet-MIB 4.2.6, five recordings
 * of cards (Smart-UPS 1500, X 750, 1500 RM, RT 3000, Symmetra LX), and what NUT says of its apc-mib.
 *
 * Not told: the reason of the last transfer (it outlives the outage), the recommended day of replacing the battery. The temperature that the MIB
 * puts in the battery group is that inside the UPS for older models.
 */
export const APC_POWERNET: DeviceMap = {
    version: 1,
    id: 'apc-powernet',
    name: 'APC (PowerNet)',
    judgedBy: 'PowerNet-MIB 4.2.6; recordings of five cards; NUT',
    agents: ['1.3.6.1.4.1.318.1.3'],
    probes: [OUTPUT_STATUS, `${UPS}.1.1.1.0`],
    items: [
        text('upsIdentManufacturer', RFC1628_MANUFACTURER, 'identity.manufacturer', NAME),
        text('upsBasicIdentModel', `${UPS}.1.1.1.0`, 'identity.model', NAME),
        text('upsBasicIdentName', `${UPS}.1.1.2.0`, 'identity.name', NAME),
        text('upsAdvIdentFirmwareRevision', `${UPS}.1.2.1.0`, 'identity.firmware', NAME),
        text('upsAdvIdentSerialNumber', `${UPS}.1.2.3.0`, 'identity.serial', NAME),

        state('upsBasicBatteryStatus', BATTERY_STATUS, 'battery.state', { 1: 'unknown', 2: 'normal', 3: 'low' }),
        number('upsBasicBatteryTimeOnBattery', `${UPS}.2.1.2.0`, 'battery.secondsOnBattery', {
            ...TICKS_AS_SECONDS,
            absent: UNSUPPORTED,
        }),
        text('upsBasicBatteryLastReplaceDate', `${UPS}.2.1.3.0`, 'battery.installedOn', { date: 'mdy' }),
        number('upsHighPrecBatteryCapacity', `${UPS}.2.3.1.0`, 'battery.chargePercent', {
            ...TENTHS,
            absent: UNSUPPORTED,
        }),
        number('upsAdvBatteryCapacity', `${UPS}.2.2.1.0`, 'battery.chargePercent', { absent: UNSUPPORTED }),
        ...runtime('upsAdvBatteryRunTimeRemaining', `${UPS}.2.2.3.0`, BATTERY_STATUS),
        number('upsAdvConfigLowBatteryRunTime', `${UPS}.5.2.8.0`, 'battery.lowMinutes', {
            ...TICKS_AS_MINUTES,
            absent: [...UNSUPPORTED, 0],
        }),
        number('upsHighPrecBatteryActualVoltage', `${UPS}.2.3.4.0`, 'battery.voltage', {
            ...TENTHS,
            absent: UNSUPPORTED,
        }),
        number('upsAdvBatteryActualVoltage', `${UPS}.2.2.8.0`, 'battery.voltage', { absent: UNSUPPORTED }),
        number('upsHighPrecTotalDCCurrent', `${UPS}.2.3.5.0`, 'battery.current', { ...TENTHS, absent: UNSUPPORTED }),
        number('upsAdvTotalDCCurrent', `${UPS}.2.2.9.0`, 'battery.current', { absent: UNSUPPORTED }),
        number('upsHighPrecBatteryTemperature', `${UPS}.2.3.2.0`, 'battery.temperature', { ...TENTHS, ...WARM }),
        number('upsAdvBatteryTemperature', `${UPS}.2.2.2.0`, 'battery.temperature', WARM),
        number('upsBasicSystemInternalTemperature', `${UPS}.4.1.4.0`, 'temperature', WARM),
        state('upsAdvBatteryReplaceIndicator', `${UPS}.2.2.4.0`, 'battery.condition', { 1: 'good', 2: 'replace' }),

        ...APC_LINES,
        state('upsBasicOutputStatus', OUTPUT_STATUS, 'output.source', SOURCES),
        number('upsHighPrecOutputEnergyUsage', `${UPS}.4.3.6.0`, 'output.energy', {
            ...HUNDREDTHS,
            absent: UNSUPPORTED,
        }),
        number('upsAdvOutputEnergyUsage', `${UPS}.4.2.12.0`, 'output.energy', { absent: UNSUPPORTED }),

        state('upsAdvTestCalibrationResults', `${UPS}.7.2.6.0`, 'test.result', { 3: 'in-progress' }),
        // 3, an invalid test, is the answer of a UPS that never tested, and of one whose last test was refused: unknown.
        state('upsAdvTestDiagnosticsResults', `${UPS}.7.2.3.0`, 'test.result', {
            1: 'passed',
            2: 'failed',
            4: 'in-progress',
        }),

        ...APC_ALARMS,
        text('upsOutletGroupStatusName', rows(`${UPS}.12.1.2.1.2`), 'outletName:*'),
        state('upsOutletGroupStatusGroupState', rows(`${UPS}.12.1.2.1.3`), 'outlet:*', { 1: 'on', 2: 'off' }),
        ...APC_ENVIRONMENT,
    ],
    commands: APC_COMMANDS,
};

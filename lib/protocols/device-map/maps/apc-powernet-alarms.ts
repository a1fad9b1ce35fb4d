import type { AlarmId } from '../../../core/status/alarms';
import type { MapItem, ObjectPlace } from '../device-map';
import { BATTERY_STATUS, OUTPUT_STATUS, UPS } from './apc-powernet-oids';
import { alarm, ONE_ZERO } from './parts';

/** upsBasicStateOutputState. */
const STATES = `${UPS}.11.1.1.0`;

/** The number of a flag, counted from 1, and what it means. */
type Flags = [number, AlarmId][];

/**
 * upsBasicStateOutputState: 64 flags, the first character is flag 1. What follows from other flags, or is told by the output status, is left out:
 * 1 any abnormal condition, 4 on line, 7 and 8 boost and trim, 19 on, 20 rebooting, 34 to 36 synchronised commands, 52 hot standby, 59 standby.
 */
const STATE: Flags = [
    [2, 'on-battery'],
    [3, 'low-battery'],
    [5, 'battery-replace'],
    [9, 'output-overload'],
    [10, 'calibration'],
    // "Batteries discharged" [inferred: nothing is left].
    [11, 'depleted-battery'],
    [12, 'on-bypass'],
    [13, 'on-bypass'],
    [14, 'on-bypass'],
    [15, 'on-bypass'],
    [16, 'on-bypass'],
    [16, 'fan-failure'],
    [17, 'output-off-as-requested'],
    [18, 'awaiting-power'],
    [21, 'vendor:Communication with the battery lost'],
    [22, 'shutdown-pending'],
    [23, 'vendor:Boost or trim failed'],
    [24, 'output-bad'],
    [25, 'charger-failed'],
    [26, 'temp-bad'],
    [27, 'temp-bad'],
    [28, 'temp-bad'],
    [29, 'test-in-progress'],
    [30, 'low-battery'],
    [31, 'shutdown-pending'],
    [32, 'shutdown-pending'],
    [33, 'vendor:No battery attached'],
    [37, 'vendor:DC imbalance of the inverter'],
    [38, 'vendor:Transfer relay failed'],
    [39, 'vendor:Shut down, or unable to transfer'],
    [40, 'vendor:Shut down because of a low battery'],
    [41, 'fan-failure'],
    [42, 'vendor:Main relay failed'],
    [43, 'vendor:Bypass relay failed'],
    [44, 'on-bypass'],
    [45, 'temp-bad'],
    [46, 'vendor:Sensor of the battery temperature failed'],
    [47, 'bypass-bad'],
    [48, 'vendor:DC bus overvoltage'],
    [49, 'vendor:Power factor correction failed'],
    [50, 'general-fault'],
    [51, 'eco-mode'],
    [53, 'emergency-power-off'],
    [54, 'vendor:Load above its alarm limit'],
    [55, 'bypass-bad'],
    [56, 'vendor:Communication inside the UPS lost'],
    [57, 'eco-mode'],
    [58, 'ups-output-off'],
    [60, 'vendor:Minor or environment alarm'],
];

/** upsAdvStateAbnormalConditions: of the Symmetra and other large systems. */
const ABNORMAL: Flags = [
    [1, 'vendor:Power module failed'],
    [2, 'vendor:Main intelligence module failed'],
    [3, 'vendor:Redundant intelligence module failed'],
    [4, 'battery-bad'],
    [5, 'vendor:Load above its alarm limit'],
    [6, 'redundancy-lost'],
    [7, 'vendor:Redundancy below its alarm limit'],
    [8, 'bypass-bad'],
    [9, 'vendor:Bypass contactor stuck in bypass'],
    [10, 'vendor:Bypass contactor stuck on line'],
    [11, 'on-bypass'],
    [12, 'on-bypass'],
    [12, 'output-overload'],
    [13, 'on-bypass'],
    [14, 'vendor:Input circuit breaker open'],
    [15, 'fan-failure'],
    [16, 'vendor:Redundant intelligence module in control'],
    [17, 'vendor:Communication between modules failed'],
    [18, 'vendor:No working power module'],
    [19, 'vendor:Load shut down from bypass'],
    [20, 'vendor:Runtime below its alarm limit'],
    [21, 'vendor:Extended run frame failed'],
    [22, 'output-bad'],
    [23, 'vendor:Not synchronised'],
    [24, 'vendor:No batteries installed'],
    [25, 'vendor:Battery voltage high'],
    [26, 'general-fault'],
    [27, 'vendor:Site wiring fault'],
    [28, 'vendor:Backfeed protection relay open'],
];

/** upsAdvStateSmartUPSFaults: those that have a common name are told by it, the others by their number. */
const SMART_UPS: Flags = [
    [1, 'emergency-power-off'],
    [5, 'battery-weak'],
    [6, 'temp-bad'],
    [7, 'on-bypass'],
    [8, 'redundancy-lost'],
    ...[2, 3, 4, 9, 10, 11, 12, 13, 14, 15, 16, 17].map((number): [number, AlarmId] => [
        number,
        `vendor:Smart-UPS fault ${number}`,
    ]),
];

/** Names of upsBasicOutputStatus: which values tell an alarm, and which exclude it. 1 is unknown. */
const SOURCES = Array.from({ length: 27 }, (_, index) => index + 2);
const sourceTells = (...on: number[]) => ({ on, off: SOURCES.filter((each) => !on.includes(each)) });

/** Agents that do not know the flags fill them so: not even "on line" (4) and "on" (19) are set. */
const NO_STATE = { absent: ['0'.repeat(64)] };

/** The alarms of PowerNet: by flags where the card has them, by single objects for all cards. */
export const APC_ALARMS: MapItem[] = [
    ...flags('upsBasicStateOutputState', STATES, STATE, NO_STATE),
    // Flag 6 is set while the UPS answers its card.
    alarm('upsBasicStateOutputState 6', flagOf(STATES, 6), 'communications-lost', { on: [0], off: [1] }, NO_STATE),
    ...flags('upsAdvStateAbnormalConditions', `${UPS}.11.2.1.0`, ABNORMAL),
    ...flags('upsAdvStateSmartUPSFaults', `${UPS}.11.2.5.0`, SMART_UPS),
    alarm('upsCommStatus', `${UPS}.8.1.0`, 'communications-lost', { on: [2], off: [1] }),
    alarm('upsBasicBatteryStatus', BATTERY_STATUS, 'low-battery', { on: [3], off: [2] }),
    alarm('upsBasicBatteryStatus', BATTERY_STATUS, 'battery-bad', { on: [4], off: [2, 3] }),
    alarm('upsBasicBatteryStatus', BATTERY_STATUS, 'vendor:No battery attached', { on: [5], off: [2, 3, 4] }),
    // The number of external packs that are defective.
    alarm('upsAdvBatteryNumOfBadBattPacks', `${UPS}.2.2.6.0`, 'battery-bad', {
        on: Array.from({ length: 40 }, (_, index) => index + 1),
        off: [0],
    }),
    alarm('upsAdvBatteryReplaceIndicator', `${UPS}.2.2.4.0`, 'battery-replace', { on: [2], off: [1] }),
    alarm('upsAdvBatteryChargerStatus', `${UPS}.2.2.17.0`, 'charger-failed', { on: [3], off: [2] }),
    alarm('upsBasicOutputStatus', OUTPUT_STATUS, 'test-in-progress', sourceTells(15, 28)),
    alarm('upsBasicOutputStatus', OUTPUT_STATUS, 'eco-mode', sourceTells(13, 20)),
    alarm('upsBasicOutputStatus', OUTPUT_STATUS, 'awaiting-power', sourceTells(11)),
    alarm('upsBasicOutputInverterStatus', `${UPS}.4.1.5.0`, 'inverter-failure', { on: [3], off: [2] }),
    alarm('upsBasicOutputPFCStatus', `${UPS}.4.1.6.0`, 'vendor:Power factor correction failed', {
        on: [3],
        off: [2],
    }),
    alarm('upsAdvTestDiagnosticsResults', `${UPS}.7.2.3.0`, 'test-in-progress', { on: [4], off: [1, 2, 3] }),
    alarm('upsAdvTestCalibrationResults', `${UPS}.7.2.6.0`, 'calibration', { on: [3], off: [1, 2] }),
];

/** An agent that prints them as a number loses the zeros in front: its flags are at other places. */
function flagOf(oid: string, flag: number): ObjectPlace {
    return { oid, char: flag - 1, ...(oid === STATES && { chars: 64 }) };
}

function flags(id: string, oid: string, list: Flags, more: Pick<MapItem, 'absent'> = {}): MapItem[] {
    return list.map(([flag, which]) => alarm(`${id} ${flag}`, flagOf(oid, flag), which, ONE_ZERO, more));
}

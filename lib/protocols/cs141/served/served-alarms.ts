import type { AlarmId } from '../../../core/status/alarms';
import type { UpsEventId } from '../../../core/events/ids';
import type { ServedUps } from '../../../core/served/served-ups';
import { OUTPUT_ACTIVE, UPS_STATUS } from '../maps/status-bits';

/** The event that is raised by an alarm; one that is raised by other evidence as well is told all the same. */
const EVENT_OF: Partial<Record<AlarmId, UpsEventId>> = {
    'battery-bad': 'battery-bad',
    'battery-weak': 'battery-weak',
    'battery-too-old': 'battery-too-old',
    'low-battery': 'battery-low',
    'depleted-battery': 'battery-depleted',
    'temp-bad': 'over-temperature',
    'input-bad': 'input-bad',
    'output-bad': 'output-bad',
    'output-overload': 'overload',
    'on-bypass': 'on-bypass',
    'bypass-bad': 'bypass-bad',
    'charger-failed': 'charger-failed',
    'ups-output-off': 'output-off',
    'ups-system-off': 'ups-off',
    'fan-failure': 'fan-failure',
    'fuse-failure': 'fuse-failure',
    'general-fault': 'general-fault',
    'diagnostic-test-failed': 'test-failed',
    'awaiting-power': 'awaiting-power',
    'shutdown-pending': 'shutdown-pending',
    'shutdown-imminent': 'shutdown-imminent',
    'test-in-progress': 'test-in-progress',
    'inverter-failure': 'inverter-failure',
    'eco-mode': 'eco-mode',
    'emergency-power-off': 'emergency-power-off',
    'redundancy-lost': 'redundancy-lost',
    'generator-on': 'generator-on',
    'system-shutdown': 'system-shutdown',
};

/** Whether one of these alarms is on. Whether the battery feeds the load, and whether the UPS answers, the view has decided. */
export function alarmOn(ups: ServedUps, ...alarms: AlarmId[]): boolean {
    return alarms.some((alarm) => {
        if (alarm === 'on-battery') return ups.onBattery === true || ups.testsBattery;
        if (alarm === 'communications-lost') return ups.communicationLost;
        if (ups.status?.alarms?.includes(alarm)) return true;
        const event = EVENT_OF[alarm];
        return event !== undefined && ups.events.some(({ id }) => id === event);
    });
}

/** Bits whose alarm is more than that of the same name. */
const ALARMS_OF: Partial<Record<AlarmId, AlarmId[]>> = {
    'shutdown-pending': ['shutdown-pending', 'shutdown-imminent'],
    'battery-bad': ['battery-bad', 'battery-weak', 'battery-replace'],
};

/**
 * STATUS of a UPS, e.g. 4 on mains, 12 in an outage, 28 with a low battery, 68 in a battery test, 5 on bypass, 0x4000 in silence on mains (CS141 manual, "Section OEM: Default
 * addresses", and "Short tutorial: How MODBUS addressing works").
 */
export function servedStatusWord(ups: ServedUps): number {
    let word = hasOutput(ups) ? OUTPUT_ACTIVE : 0;
    for (const { mask, alarm } of UPS_STATUS) if (alarm !== undefined && bitOf(ups, alarm)) word |= mask;
    return word;
}

/** Without a reading, only a UPS in an outage is known to feed its load. */
function hasOutput({ status, onBattery }: ServedUps): boolean {
    return status === undefined ? onBattery === true : status.output.source !== 'none';
}

function bitOf(ups: ServedUps, alarm: AlarmId): boolean {
    // A battery test is no outage: it is 68, not 76.
    if (alarm === 'on-battery') return ups.onBattery === true;
    if (alarm === 'low-battery') return ups.batteryLow;
    return alarmOn(ups, ...(ALARMS_OF[alarm] ?? [alarm]));
}

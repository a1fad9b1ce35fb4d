import { EVENT_ALARMS } from '../../../core/events/event-alarms';
import { isDepleted } from '../../../core/served/served-state';
import type { ServedUps } from '../../../core/served/served-ups';
import type { AlarmId } from '../../../core/status/alarms';
import { alarmNumber } from './alarm-table';

/** Further events that are alarms of the maker. */
const MAKERS: Partial<Record<string, AlarmId>> = {
    'battery-weak': 'battery-weak',
    'battery-too-old': 'battery-too-old',
    'redundancy-lost': 'redundancy-lost',
    'generator-on': 'generator-on',
};

/** What the view decides, whatever alarms the device has. */
const DECIDED: ReadonlySet<AlarmId> = new Set(['on-battery', 'low-battery', 'communications-lost']);

/**
 * The nearest alarm with a number, for one that has none in RFC 1628 nor among the maker's additions [inferred: neither names it]: a manager that knows
 * these MIBs must not miss that a person has to act.
 */
const NEAREST: Partial<Record<AlarmId, AlarmId>> = {
    'battery-replace': 'battery-bad',
    'inverter-failure': 'general-fault',
    'emergency-power-off': 'ups-output-off',
    'system-shutdown': 'shutdown-imminent',
    calibration: 'test-in-progress',
};

/** The alarms of upsAlarmTable, each once. In silence on mains: that the communication is lost, and nothing else. */
export function servedAlarms(ups: ServedUps): AlarmId[] {
    const { status, events, communicationLost } = ups;
    const alarms = new Set<AlarmId>();
    if (ups.onBattery === true) alarms.add('on-battery');
    if (ups.batteryLow && !isDepleted(ups)) alarms.add('low-battery');
    for (const alarm of status?.alarms ?? [])
        if (!DECIDED.has(alarm) && alarm !== 'depleted-battery') alarms.add(numbered(alarm));
    for (const { id } of events) {
        const alarm = EVENT_ALARMS[id] ?? MAKERS[id];
        if (alarm && !DECIDED.has(alarm)) alarms.add(alarm);
    }
    if (communicationLost) alarms.add('communications-lost');
    alarms.delete('eco-mode');
    return [...alarms];
}

function numbered(alarm: AlarmId): AlarmId {
    const nearest = NEAREST[alarm];
    if (nearest) return nearest;
    if (!alarm.startsWith('vendor:') || alarmNumber(alarm) !== undefined) return alarm;
    // An OID of the device is told as it is; its own words are no OID.
    return /^vendor:\d+(\.\d+)+$/.test(alarm) ? alarm : 'general-fault';
}

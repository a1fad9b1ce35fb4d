import type { AlarmId } from '../../core/status/alarms';
import { WELL_KNOWN_ALARMS } from '../../core/status/alarms';
import type { Readings } from './readings';

export interface AlarmReading {
    /** Sorted; undefined if neither a status word nor an alarm register was read. */
    alarms?: AlarmId[];
    /** The only alarms that this map can report; undefined if it can report all of RFC 1628. */
    alarmsTold?: AlarmId[];
}

/** The active alarms, from alarm registers and status bits. */
export function readAlarms(readings: Readings): AlarmReading {
    const raised = new Set<AlarmId>();
    const told = new Set<AlarmId>();
    for (const means of readings.meanings('alarm.')) {
        const alarm = means.slice('alarm.'.length) as AlarmId;
        const active = readings.active(means);
        if (active === undefined) continue;
        told.add(alarm);
        if (active) raised.add(alarm);
    }
    const status = readings.status();
    for (const { mask, alarm } of status?.register.bits ?? []) {
        if (alarm === undefined) continue;
        told.add(alarm);
        if ((status!.word & mask) !== 0) raised.add(alarm);
    }
    const source = readings.word('output.source');
    if (source === 'battery' || source === 'bypass') raised.add(source === 'battery' ? 'on-battery' : 'on-bypass');
    if (source !== undefined) told.add('on-bypass');
    if (source !== undefined && source !== 'inverter') told.add('on-battery');
    if (told.size === 0) return {};
    const all = WELL_KNOWN_ALARMS.every((alarm) => told.has(alarm));
    return { alarms: [...raised].sort(), ...(all ? {} : { alarmsTold: [...told].sort() }) };
}

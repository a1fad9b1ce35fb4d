import { EVENT_ALARMS } from '../../core/events/event-alarms';
import { isDepleted } from '../../core/served/served-state';
import type { ServedUps } from '../../core/served/served-ups';
import { EXTENDED_ALARMS, WELL_KNOWN_ALARMS, type AlarmId } from '../../core/status/alarms';

/** An alarm of a UPS that is served as a Binary Input: active while the alarm is. */
export interface ServedAlarm {
    offset: number;
    name: string;
    isActive(alarms: ReadonlySet<AlarmId>): boolean;
    /** In silence it is known, too. */
    counted?: true;
}

/** What the view decides, whatever alarms the device has. */
const DECIDED: ReadonlySet<AlarmId> = new Set(['on-battery', 'low-battery', 'depleted-battery', 'communications-lost']);
const COUNTED: ReadonlySet<AlarmId> = new Set(['on-battery', 'low-battery', 'depleted-battery']);

const EXTENDED: ReadonlySet<string> = new Set(EXTENDED_ALARMS);
/** The first number behind those of RFC 1628, with room between. */
const FIRST_EXTENDED = 41;
const OTHER = 71;

const named = (id: string) => `Alarm ${id.replaceAll('-', ' ')}`;

/** The alarms of RFC 1628 by their numbers there (1 to 24), then further ones, and one for all that only the device has a name for. */
export const ALARMS: readonly ServedAlarm[] = [
    ...WELL_KNOWN_ALARMS.map((id, index): ServedAlarm => ({
        ...{ offset: index + 1, name: named(id), isActive: (alarms) => alarms.has(id) },
        ...(COUNTED.has(id) && { counted: true }),
    })),
    ...EXTENDED_ALARMS.map((id, index): ServedAlarm => ({
        ...{ offset: FIRST_EXTENDED + index, name: named(id), isActive: (alarms) => alarms.has(id) },
    })),
    {
        ...{ offset: OTHER, name: named('of-the-device') },
        isActive: (alarms) => [...alarms].some((id) => id.startsWith('vendor:')),
    },
];

/** Offset of the one that is certain in silence, and only then. */
export const COMMUNICATION_LOST = WELL_KNOWN_ALARMS.indexOf('communications-lost') + 1;

/** A view never changes, and 35 objects ask for its alarms. */
const found = new WeakMap<ServedUps, ReadonlySet<AlarmId>>();

/** Every alarm that is active, each once. In silence on mains: that the communication is lost, and nothing else. */
export function activeAlarms(ups: ServedUps): ReadonlySet<AlarmId> {
    const known = found.get(ups) ?? findAlarms(ups);
    found.set(ups, known);
    return known;
}

function findAlarms(ups: ServedUps): ReadonlySet<AlarmId> {
    const { status, events, batteryLow, communicationLost, onBattery } = ups;
    const alarms = new Set<AlarmId>(status?.alarms?.filter((alarm) => !DECIDED.has(alarm)));
    for (const { id } of events) {
        const alarm = EVENT_ALARMS[id] ?? (EXTENDED.has(id) ? (id as AlarmId) : undefined);
        if (alarm && !DECIDED.has(alarm)) alarms.add(alarm);
        if (id === 'device-alarm') alarms.add('vendor:');
    }
    if (onBattery === true) alarms.add('on-battery');
    if (isDepleted(ups)) alarms.add('depleted-battery');
    else if (batteryLow) alarms.add('low-battery');
    if (communicationLost) alarms.add('communications-lost');
    return alarms;
}

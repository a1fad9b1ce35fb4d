import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';

/** What a relay of a UPS can say, under the names of the events it gives rise to, and the alarm that it stands for. */
export const CONTACT_ALARMS = {
    'power-fail': 'on-battery',
    'battery-low': 'low-battery',
    'battery-depleted': 'depleted-battery',
    'battery-bad': 'battery-bad',
    'on-bypass': 'on-bypass',
    'bypass-bad': 'bypass-bad',
    overload: 'output-overload',
    'over-temperature': 'temp-bad',
    'input-bad': 'input-bad',
    'output-bad': 'output-bad',
    'output-off': 'ups-output-off',
    'ups-off': 'ups-system-off',
    'charger-failed': 'charger-failed',
    'fan-failure': 'fan-failure',
    'inverter-failure': 'inverter-failure',
    'general-fault': 'general-fault',
    'test-in-progress': 'test-in-progress',
    'shutdown-imminent': 'shutdown-imminent',
    'emergency-power-off': 'emergency-power-off',
    'generator-on': 'generator-on',
} as const satisfies Record<string, AlarmId>;

export type ContactId = keyof typeof CONTACT_ALARMS;

export const CONTACT_IDS = Object.keys(CONTACT_ALARMS) as ContactId[];

export function isContactId(id: unknown): id is ContactId {
    return typeof id === 'string' && Object.hasOwn(CONTACT_ALARMS, id);
}

/** `no`: closed says that the state is there. `nc`: open says so; a broken wire then raises the alarm instead of hiding it. */
export type ContactType = 'no' | 'nc';

/** One wired contact and where it is read. */
export interface ContactSetup {
    contact: ContactId;
    type: ContactType;
    /** Topic, address or line, as the input understands it. */
    input: string;
}

/** Whether the state is there, by contacts whose state is known. */
export type ContactStates = ReadonlyMap<ContactId, boolean>;

export function isActive(type: ContactType, closed: boolean): boolean {
    return type === 'nc' ? !closed : closed;
}

/**
 * What contacts tell, as a reading: only those that have been heard, and nothing beyond. Runtime and charge are left to the unit,
 * which keeps its own account of a battery that tells nothing (CS141 manual, "Hold Time (min)").
 * @param time epoch ms
 */
export function statusOf(states: ContactStates, time: number): PartialStatus {
    const known = CONTACT_IDS.filter((id) => states.has(id));
    return {
        time,
        output: { source: sourceOf(states), lines: [] },
        battery: { state: batteryStateOf(states) },
        alarms: known
            .filter((id) => states.get(id))
            .map((id) => CONTACT_ALARMS[id])
            .sort(),
        alarmsTold: known.map((id) => CONTACT_ALARMS[id]).sort(),
        environment: { contacts: Object.fromEntries(known.map((id) => [id, states.get(id)!])) },
    };
}

function sourceOf(states: ContactStates) {
    // Mains that have failed count for more than a bypass: what runs on a bypass without mains does not run.
    if (states.get('power-fail')) return 'battery';
    if (states.get('output-off') || states.get('ups-off')) return 'none';
    if (states.get('on-bypass')) return 'bypass';
    return states.get('power-fail') === false ? 'normal' : undefined;
}

function batteryStateOf(states: ContactStates) {
    if (states.get('battery-depleted')) return 'depleted';
    if (states.get('battery-low')) return 'low';
    return states.get('battery-low') === false ? 'normal' : undefined;
}

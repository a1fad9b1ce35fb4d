import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';

/** States that the relays of a UPS can report, by the names of their events, and the alarm of each. */
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

/** `no`: a closed contact means that the state is active. `nc`: an open contact means so; a broken wire then raises the alarm. */
export type ContactType = 'no' | 'nc';

/** One wired contact and its input. */
export interface ContactSetup {
    contact: ContactId;
    type: ContactType;
    /** Topic, address or line, depending on the input. */
    input: string;
}

/** Whether each state is active; contains known contacts only. */
export type ContactStates = ReadonlyMap<ContactId, boolean>;

export function isActive(type: ContactType, closed: boolean): boolean {
    return type === 'nc' ? !closed : closed;
}

/**
 * The reading of the contacts: known states only. Runtime and charge are left to the unit, which estimates them for a UPS that
 * does not report them (CS141 manual, "Hold Time (min)").
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
    // A mains failure has priority over a bypass: without mains the bypass feeds nothing.
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

export type EventLevel = 'info' | 'warning' | 'alarm';
export const EVENT_LEVELS: readonly EventLevel[] = ['info', 'warning', 'alarm'];

/**
 * Every UPS event with its level. An event is a named state of a source with an on edge and an off edge (its counter event). Ids must not
 * change: flows, topics, locales and the event log contain them.
 */
export const UPS_EVENTS = {
    'power-fail': 'alarm',
    'battery-low': 'alarm',
    'battery-depleted': 'alarm',
    'battery-bad': 'alarm',
    'battery-weak': 'warning',
    'battery-too-old': 'warning',
    'on-bypass': 'warning',
    'bypass-bad': 'warning',
    overload: 'alarm',
    'over-temperature': 'alarm',
    'input-bad': 'warning',
    'output-bad': 'alarm',
    'output-off': 'alarm',
    'ups-off': 'alarm',
    'charger-failed': 'alarm',
    'fan-failure': 'alarm',
    'fuse-failure': 'alarm',
    'general-fault': 'alarm',
    'inverter-failure': 'alarm',
    'eco-mode': 'info',
    'test-in-progress': 'info',
    'test-failed': 'alarm',
    'test-passed': 'info',
    'awaiting-power': 'info',
    'shutdown-pending': 'alarm',
    'shutdown-imminent': 'alarm',
    'emergency-power-off': 'alarm',
    'redundancy-lost': 'warning',
    'generator-on': 'info',
    'battery-charging': 'info',
    'system-shutdown': 'alarm',
    'communication-lost': 'warning',
    // An alarm of the device without an event of its own here, with the device's words.
    'device-alarm': 'warning',
    // The device answers, but its readings would not show an outage.
    'outages-unseen': 'warning',
    // Two paths to one UPS contradict each other about the mains.
    'paths-disagree': 'warning',
} as const satisfies Record<string, EventLevel>;

export type UpsEventId = keyof typeof UPS_EVENTS;

export const UPS_EVENT_IDS = Object.keys(UPS_EVENTS) as UpsEventId[];

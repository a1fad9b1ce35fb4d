import type { EventLevel } from '../events/ids';

/** Who can say that a state is on: the monitor by a flag of its own, our rules, or both. */
export type DecidedBy = 'card' | 'own' | 'both';

export interface BatteryEventInfo {
    level: EventLevel;
    /** It is part of the general alarm, which opens the relay and sounds the buzzer of the monitor (CS141 manual, list of relay triggers). */
    general?: true;
    by: DecidedBy;
}

const card = (level: EventLevel, general?: true): BatteryEventInfo => ({
    level,
    ...(general && { general }),
    by: 'card',
});
const own = (level: EventLevel, general?: true): BatteryEventInfo => ({
    level,
    ...(general && { general }),
    by: 'own',
});
const both = (level: EventLevel, general?: true): BatteryEventInfo => ({
    level,
    ...(general && { general }),
    by: 'both',
});

const numbered = <P extends string>(
    prefix: P,
    count: number,
    info: BatteryEventInfo,
): Record<string, BatteryEventInfo> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}-${i + 1}`, info]));

/**
 * The events of a battery with their levels (CS141 manual, "Trouble Shooting List", and the flags of its Modbus table that have none there). Ids must not change: flows, topics,
 * catalogues and the event log contain them. `gx-r-aux-<device>-<input>` are added by the I/O modules.
 */
export const BATTERY_EVENTS: Readonly<Record<string, BatteryEventInfo>> = {
    'monitoring-started': card('info'),
    discharging: both('info'),
    charging: both('info'),
    'system-alarm': card('alarm', true),
    'voltage-high-alarm': both('alarm', true),
    'voltage-low-alarm': both('alarm', true),
    'voltage-high-warning': both('warning'),
    'voltage-low-warning': both('warning'),
    'temperature-high-alarm': both('alarm', true),
    'temperature-low-alarm': both('alarm', true),
    'temperature-high-warning': both('warning'),
    'temperature-low-warning': both('warning'),
    'impedance-high-alarm': both('alarm', true),
    'impedance-low-alarm': both('alarm', true),
    'impedance-high-warning': both('warning'),
    'impedance-low-warning': both('warning'),
    'baseline-impedance-alarm': own('alarm', true),
    'baseline-impedance-warning': own('warning'),
    'voltage-difference-warning': both('warning'),
    'breaker-open': card('alarm'),
    'equalizing-error': card('alarm'),
    'equalizing-deactivated': card('warning', true),
    'general-alarm': both('alarm'),
    'thermal-runaway': both('alarm', true),
    ...numbered('thermal-runaway-string', 16, both('alarm', true)),
    // Before the runaway itself: it becomes one when the countdown is over [ours].
    'thermal-runaway-warning': own('warning'),
    'module-fuse-blown': own('alarm'),
    'discharge-counter': own('alarm'),
    'string-voltage-high-alarm': both('alarm', true),
    'string-voltage-low-alarm': both('alarm', true),
    'string-voltage-high-warning': both('warning'),
    'string-voltage-low-warning': both('warning'),
    'string-current-high-alarm': both('alarm', true),
    'string-current-low-alarm': both('alarm', true),
    'string-current-high-warning': both('warning'),
    'string-current-low-warning': both('warning'),
    'module-revision': card('alarm', true),
    'current-deviation-discharge-alarm': both('alarm', true),
    'current-deviation-charge-alarm': both('alarm', true),
    'current-deviation-discharge-warning': both('warning'),
    'current-deviation-charge-warning': both('warning'),
    'string-charge-low-alarm': both('alarm'),
    'string-charge-low-warning': both('warning'),
    'module-charge-low-alarm': own('alarm'),
    'module-charge-low-warning': own('warning'),
    // Flags of the Modbus table that the list of events lacks.
    'module-lost': both('alarm'),
    'discharging-stopped': card('info'),
    'float-charging': card('info'),
    equalizing: card('info'),
    addressing: card('info'),
    searching: card('info'),
    initializing: card('info'),
    polling: card('info'),
    'sensor-lost': card('warning'),
    'current-out-of-range': card('warning'),
    'ground-fault': card('alarm'),
    'current-sensor-lost': card('warning'),
    'rcm-difference': card('warning'),
    'gx-r-aux-lost': card('warning'),
    // Ours: the monitor does not answer, the pause of the equalizing, and what the history tells.
    'communication-lost': own('warning'),
    'equalizing-paused': own('info'),
    'baseline-proposed': own('info'),
    'block-failing': own('warning'),
    'capacity-low': own('warning'),
};

export type BatteryEventId = string;

/** Inputs of the I/O modules (GX_R_AUX): up to 4 devices of 4 inputs. */
export const AUX_DEVICES = 4;
export const AUX_PORTS = 4;

/** `gx-r-aux-2-3` is input 3 of device 2. */
export function auxEventId(device: number, port: number): BatteryEventId {
    return `gx-r-aux-${device}-${port}`;
}

export function batteryEvent(id: BatteryEventId): BatteryEventInfo | undefined {
    // A name may come from a message: 'constructor' is no event, though each object has one.
    if (Object.hasOwn(BATTERY_EVENTS, id)) return BATTERY_EVENTS[id];
    return /^gx-r-aux-[1-4]-[1-4]$/.test(id) ? { level: 'warning', by: 'card' } : undefined;
}

/**
 * The alarms of RFC 1628 (upsWellKnownAlarms, 1.3.6.1.2.1.33.1.6.3.1-24) under readable names, in the order of
 * their numbers. Drivers of other protocols use the same names.
 */
export const WELL_KNOWN_ALARMS = [
    'battery-bad',
    'on-battery',
    'low-battery',
    'depleted-battery',
    'temp-bad',
    'input-bad',
    'output-bad',
    'output-overload',
    'on-bypass',
    'bypass-bad',
    'output-off-as-requested',
    'ups-off-as-requested',
    'charger-failed',
    'ups-output-off',
    'ups-system-off',
    'fan-failure',
    'fuse-failure',
    'general-fault',
    'diagnostic-test-failed',
    'communications-lost',
    'awaiting-power',
    'shutdown-pending',
    'shutdown-imminent',
    'test-in-progress',
] as const;

export type WellKnownAlarm = (typeof WELL_KNOWN_ALARMS)[number];

/** Alarms beyond RFC 1628 that drivers know: GENEREX extensions and other protocols' states. */
export const EXTENDED_ALARMS = [
    'battery-weak',
    'battery-replace',
    'battery-too-old',
    'inverter-failure',
    'eco-mode',
    'emergency-power-off',
    'redundancy-lost',
    'generator-on',
    'calibration',
    'system-shutdown',
] as const;

/**
 * A well-known or extended alarm, or one that only this device has: `vendor:<name of the device>`, which raises the event `device-alarm`.
 * `state:<name of the device>` is not an alarm: the device lists it among its alarms, but nobody needs to act ("charging").
 */
export type AlarmId = WellKnownAlarm | (typeof EXTENDED_ALARMS)[number] | `vendor:${string}` | `state:${string}`;

/** Whether a person has to act. */
export const isAlarm = (id: AlarmId): boolean => !id.startsWith('state:');

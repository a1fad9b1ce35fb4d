import type { WellKnownAlarm } from '../status/alarms';

/** Events of a UPS and the alarms of RFC 1628 that they become (upsWellKnownAlarms, section 5). Events also come from other evidence than alarms. */
export const EVENT_ALARMS: Readonly<Record<string, WellKnownAlarm>> = {
    'battery-bad': 'battery-bad',
    'power-fail': 'on-battery',
    'battery-low': 'low-battery',
    'battery-depleted': 'depleted-battery',
    'over-temperature': 'temp-bad',
    'input-bad': 'input-bad',
    'output-bad': 'output-bad',
    overload: 'output-overload',
    'on-bypass': 'on-bypass',
    'bypass-bad': 'bypass-bad',
    'charger-failed': 'charger-failed',
    'output-off': 'ups-output-off',
    'ups-off': 'ups-system-off',
    'fan-failure': 'fan-failure',
    'fuse-failure': 'fuse-failure',
    'general-fault': 'general-fault',
    'test-failed': 'diagnostic-test-failed',
    'communication-lost': 'communications-lost',
    'awaiting-power': 'awaiting-power',
    'shutdown-pending': 'shutdown-pending',
    'shutdown-imminent': 'shutdown-imminent',
    'test-in-progress': 'test-in-progress',
};

import type { AlarmId } from '../../core/status/alarms';

/**
 * What is written in `ups.alarm` for an alarm, in words that `alarmsOf` reads as the same alarm. NUT has no vocabulary for them. Alarms without a
 * text are told by a flag of `ups.status`, or are orders that somebody has given.
 */
const ALARM_TEXTS: Readonly<Partial<Record<AlarmId, string>>> = {
    'battery-bad': 'Battery bad',
    'depleted-battery': 'Battery depleted',
    'temp-bad': 'Temperature too high',
    'input-bad': 'Input bad',
    'output-bad': 'Bad output',
    'bypass-bad': 'Bypass bad',
    'charger-failed': 'Charger failure',
    'fan-failure': 'Fan failure',
    'fuse-failure': 'Fuse failure',
    'general-fault': 'General fault',
    'inverter-failure': 'Inverter failure',
    'diagnostic-test-failed': 'Battery test failed',
    'emergency-power-off': 'Emergency power off',
    'redundancy-lost': 'Redundancy lost',
    'awaiting-power': 'Awaiting power',
    'shutdown-pending': 'Shutdown pending',
    'shutdown-imminent': 'Shutdown imminent',
};

/** A silent device, in an outage that is presumed to go on. */
export const LOST_TEXT = 'Communication lost';

/** The texts of these alarms, without those that flags tell. */
export function textsOfAlarms(alarms: readonly AlarmId[]): string[] {
    return alarms.flatMap((id) => {
        if (id.startsWith('vendor:')) return [id.slice('vendor:'.length)];
        return ALARM_TEXTS[id] ?? [];
    });
}

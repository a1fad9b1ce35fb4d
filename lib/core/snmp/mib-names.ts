import type { WellKnownAlarm } from '../status/alarms';

/** The name of an alarm in the UPS-MIB (RFC 1628, upsWellKnownAlarms), e.g. `upsAlarmBatteryBad`. */
export function mibNameOf(alarm: WellKnownAlarm): string {
    const words = alarm.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return `upsAlarm${words.join('')}`;
}

import type { BatteryState, OutputSource } from '../status/status';
import type { ServedUps } from './served-ups';

/** Whether the battery is empty, by an event or by what the device says. */
export function isDepleted({ status, events }: ServedUps): boolean {
    return status?.battery.state === 'depleted' || events.some(({ id }) => id === 'battery-depleted');
}

/** Undefined: nobody knows. */
export function servedBatteryState(ups: ServedUps): BatteryState | undefined {
    const { status, batteryLow, onBattery } = ups;
    if (!status && onBattery === undefined) return undefined;
    if (isDepleted(ups)) return 'depleted';
    return batteryLow ? 'low' : (status?.battery.state ?? 'unknown');
}

/** What the view says of the mains comes before what the device says of its source: a battery test is no outage. Undefined: nobody knows. */
export function servedOutputSource({ status, onBattery }: ServedUps): OutputSource | undefined {
    if (onBattery === true) return 'battery';
    if (!status) return undefined;
    const { source = 'other' } = status.output;
    return source === 'battery' && onBattery === false ? 'normal' : source;
}

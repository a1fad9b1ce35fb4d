import type { Derived, UpsStatus } from '../status/status';

/** The last status of a device that is silent in an outage, with charge and runtime counted down by the `ageSeconds` since. */
export function presumedStatus(last: UpsStatus, derived: Derived, ageSeconds: number): UpsStatus {
    const { chargePercent, minutesRemaining } = last.battery;
    return {
        ...last,
        derived,
        battery: {
            ...last.battery,
            chargePercent: derived.chargePercent ?? chargePercent,
            minutesRemaining:
                minutesRemaining === undefined ? undefined : Math.max(0, minutesRemaining - ageSeconds / 60),
        },
    };
}

/**
 * Whether the battery is being used up. A way that cannot tell the source does not charge the battery of an `outage` that
 * another one has told.
 */
export function discharges({ output, alarms, alarmsTold }: UpsStatus, outage: boolean): boolean {
    if (output.source === 'battery' || alarms?.includes('on-battery')) return true;
    const blind = output.source === undefined && (!alarms || alarmsTold?.includes('on-battery') === false);
    return blind && outage;
}

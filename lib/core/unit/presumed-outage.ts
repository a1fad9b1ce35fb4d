import { testRunning } from '../events/rules';
import type { Derived, UpsStatus } from '../status/status';

/** The last status of a device that fell silent in an outage; charge and runtime are counted down by its age, `ageSeconds`. */
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

/** A test or calibration that uses the battery. */
export function testsBattery(status: UpsStatus): boolean {
    const onBattery = status.output.source === 'battery' || status.alarms?.includes('on-battery') === true;
    return onBattery && testRunning(status)?.active === true;
}

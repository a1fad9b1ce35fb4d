import { UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';
import type { MapItem } from '../device-map/device-map';

/** Above it the overvoltage protection acts (DURAmax manual, "Configuration Settings", Input OVP). V DC. */
export const OVERVOLTAGE = 32;

/** The alarms by which a map tells the two faults that switch the supply off, and that it is off until the latch is reset. */
export const FAULTS: readonly AlarmId[] = ['vendor:input overvoltage', 'temp-bad'];
export const LATCHED: AlarmId = 'vendor:latched off';

/** Whether an item tells something by which `checkLatchReset` judges. */
export function tellsFault({ to }: Pick<MapItem, 'to'>): boolean {
    return to === 'dc.inputVoltage' || to.startsWith('alarm:');
}

/**
 * Checks whether the latch may be reset: only when the fault is gone (DURAmax manual, "Resetting the latch"). What the map does not tell is left to
 * the device.
 * @throws UpsError command-failed: nothing may be sent
 */
export function checkLatchReset({ alarms = [], alarmsTold = [], dc }: PartialStatus): void {
    const over = dc?.inputVoltage !== undefined && dc.inputVoltage > OVERVOLTAGE;
    if (over || FAULTS.some((fault) => alarms.includes(fault))) throw refused(said('duramax.faultLasts'));
    if (alarmsTold.includes(LATCHED) && !alarms.includes(LATCHED)) throw refused(said('duramax.notLatched'));
}

/** Whether a reading shows that the latch has been reset; undefined: the map does not tell it. */
export function isReset({ alarms = [], alarmsTold = [] }: PartialStatus): boolean | undefined {
    return alarmsTold.includes(LATCHED) ? !alarms.includes(LATCHED) : undefined;
}

function refused(reason: Sentence): UpsError {
    return new UpsError('command-failed', { command: 'latch-reset', reason });
}

import type { UpsStatus } from '../status/status';
import { tellsAlarms, type Verdict } from './rules';

/** What the rule of the outage must remember between readings. */
export interface OutageMemory {
    /** Whether the outage is already on. */
    active: boolean;
    /** Whether this device has ever been seen with its output on something else than the battery. */
    seenOffBattery: boolean;
    /** Whether this way has ever told the source of the output: if not, the alarm is all there is to go by. */
    tellsSource: boolean;
    /** Whether the device's own count of seconds on battery has run in this outage. */
    counted: boolean;
    /** A battery test or calibration is running and still within its stated time. */
    testCovers: boolean;
}

/** An input below this is no mains: far under any brown-out limit, above what a disconnected input picks up. */
const DEAD_INPUT_VOLTS = 40;

/**
 * Is this an outage? From upsOutputSource, upsAlarmOnBattery and what confirms or contradicts them (RFC 1628 section 4).
 *
 * Some cards (CE+T) report source "battery" on mains, for ever, with battery normal and 0 s on battery. A card that was
 * seen on another source before is believed at once; one that never was needs some sign of a discharge.
 *
 * A battery test is not an outage, unless the input is dead or the battery runs low meanwhile.
 */
export function decideOutage(status: UpsStatus, memory: OutageMemory): Verdict | undefined {
    const { battery, output, input, alarms } = status;
    const volts = input.lines.map((line) => line.voltage).filter((value) => value !== undefined);
    const inputDead = volts.length > 0 && volts.every((value) => value < DEAD_INPUT_VOLTS);
    const alarmed = alarms?.includes('on-battery') ?? false;
    const exhausted =
        battery.state === 'low' ||
        battery.state === 'depleted' ||
        alarms?.includes('low-battery') === true ||
        alarms?.includes('depleted-battery') === true;
    const values = {
        'output.source': output.source,
        'alarm on-battery': alarms ? alarmed : undefined,
        'battery.secondsOnBattery': battery.secondsOnBattery,
        'input.voltage': volts.length > 0 ? Math.max(...volts) : undefined,
    };

    if (!alarmed && (output.source === undefined || (output.source === 'other' && !alarms))) {
        const seconds = battery.secondsOnBattery;
        if (seconds !== undefined) return { active: seconds > 0, rule: 'seconds on battery', values };
        const alarmDecides = !memory.tellsSource && tellsAlarms(status, 'on-battery');
        return alarmDecides ? { active: false, rule: 'no alarm on-battery', values } : undefined;
    }
    if (!alarmed && output.source !== 'battery') {
        // An output that is off tells nothing of the mains: an outage that has emptied the battery is still one.
        if (output.source === 'none' && memory.active) {
            const mainsBack = volts.length > 0 && !inputDead && alarms?.includes('input-bad') !== true;
            return mainsBack ? { active: false, rule: 'output off, input present', values } : undefined;
        }
        return { active: false, rule: 'output not on battery', values };
    }
    if (memory.testCovers && !inputDead && !exhausted && alarms?.includes('input-bad') !== true) {
        return { active: memory.active, rule: 'on battery for a test', values };
    }
    if (alarmed) return { active: true, rule: 'alarm on-battery', values };

    const discharging =
        inputDead || exhausted || battery.charging === 'discharging' || (battery.secondsOnBattery ?? 1) > 0;
    // A count that ran and stands at 0 again: the mains are back, whatever the source says.
    if (discharging || memory.seenOffBattery || (memory.active && !memory.counted)) {
        return { active: true, rule: 'output on battery', values };
    }
    return { active: false, rule: 'source battery, contradicted by 0 s on battery', values };
}

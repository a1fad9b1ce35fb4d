import type { BatteryLayout } from '../layout';
import type { BatterySweep, Values } from '../model';
import type { DetectionConfig } from './config';
import { meanOf } from '../statistics';

/** Current and power of a battery in one sweep. NaN is "not known". Minus discharges. */
export interface Currents {
    /** A by string; of one sensor for all strings an equal share each, which is an estimate. */
    byString: Values;
    /** A of all strings that are known; undefined if none is. */
    sum?: number;
    /** A of the string that discharges most. */
    least?: number;
    /** W by string; NaN without current or voltage. */
    power: Values;
}

/** The currents of a sweep, with the one sensor for all strings counted as often as it stands for. */
export function currentsOf(sweep: BatterySweep, layout: BatteryLayout, config: DetectionConfig): Currents {
    const told = sweep.byString.current;
    const byString = new Float64Array(layout.strings).fill(NaN);
    if (config.multiplier !== undefined) {
        const sensor = told?.find((value) => !Number.isNaN(value));
        if (sensor !== undefined) byString.fill((sensor * config.multiplier) / layout.strings);
    } else if (told) {
        for (let string = 0; string < layout.strings; string++) byString[string] = told[string] ?? NaN;
    }
    const known = byString.filter((value) => !Number.isNaN(value));
    const power = byString.map((current, string) => current * stringVoltage(sweep, layout, string));
    if (known.length === 0) return { byString, power };
    return { byString, power, sum: known.reduce((sum, value) => sum + value, 0), least: Math.min(...known) };
}

/** V of a string: as told, or from its blocks if at least half of them are known. NaN: not known. @param string from 0 */
function stringVoltage(sweep: BatterySweep, layout: BatteryLayout, string: number): number {
    const told = sweep.byString.voltage?.[string];
    if (told !== undefined && !Number.isNaN(told)) return told;
    const [first, last] = layout.modulesOf(string + 1);
    const mean = meanOf(sweep.blocks.voltage, first - 1, last, layout.perString / 2);
    return mean === undefined ? NaN : mean * layout.perString;
}

import type { BatteryLayout } from '../layout';
import { emptyAt, temperatureFactor, type CapacityModel } from './chemistry';
import { comparedRatios, DIP_MS, LEAST_COVERAGE } from './compared';
import { stepResistances, takenFrom, type DischargeCurves, type Taken } from './discharge-curves';
import { median } from './statistics';

/** The capacity of one block by one discharge. */
export interface BlockCapacity {
    /** Of the rated capacity, at the rated current and temperature. */
    percent: number;
    /** The error (95 %), percentage points. */
    plusMinus: number;
    /** `observed`: the block reached its end voltage. `compared`: its curve was held against that of its string. */
    by: 'observed' | 'compared';
    /**
     * What the capacity of the string is taken from, where it was compared: a block of it that reached its end voltage in this discharge, an earlier
     * discharge, or nothing (`assumed`: 100 %, and the percentage is one of the string).
     */
    against?: 'observed' | 'earlier' | 'assumed';
}

export interface CapacityInput {
    curves: DischargeCurves;
    layout: BatteryLayout;
    /** V of one block; without it no end voltage is known. */
    nominalVoltage?: number | undefined;
    /** Of one block, Ah; without it nothing is `observed`. */
    capacityAh?: number | undefined;
    /** Absent: the chemistry is not known; then blocks are compared only. */
    model?: CapacityModel | undefined;
    /** V of one block; absent: that of the chemistry. */
    endVoltage?: number | undefined;
    /** The capacity of the median of each string by earlier discharges, %; NaN: not known. */
    earlier?: ArrayLike<number> | undefined;
}

/** What one discharge tells of the blocks and the strings. Arrays count from 0; NaN: not known. */
export interface DischargeCapacity {
    blocks: (BlockCapacity | undefined)[];
    /** The median block of each string, % of rated; NaN where it would have to be assumed. */
    strings: Float64Array;
    /** Of each string, Ah as delivered. */
    ampereHours: Float64Array;
    /** Of each string, the part of the rated capacity that was taken out, 0 to 1. */
    depths: Float64Array;
}

/** Current and temperature model err by this much, percentage points. */
const MODEL_ERROR = 2;

/** The capacity of each block by one discharge from a full battery, corrected for the current (Peukert) and the temperature. */
export function* dischargeCapacity(input: CapacityInput): Generator<undefined, DischargeCapacity> {
    const { curves, layout } = input;
    const blocks: (BlockCapacity | undefined)[] = Array.from({ length: layout.modules }, () => undefined);
    const strings = new Float64Array(layout.strings).fill(NaN);
    const ampereHours = new Float64Array(layout.strings).fill(NaN);
    const depths = new Float64Array(layout.strings).fill(NaN);
    const resistances = stepResistances(curves, layout);
    for (let string = 1; string <= layout.strings; string++) {
        const taken = takenFrom(curves, string, input.model, input.capacityAh);
        if (taken) {
            ampereHours[string - 1] = taken.delivered.at(-1) ?? NaN;
            if (input.capacityAh) depths[string - 1] = (taken.rated.at(-1) ?? NaN) / input.capacityAh;
        }
        strings[string - 1] = yield* judgeString(input, string, taken, depths[string - 1]!, resistances, blocks);
    }
    return { blocks, strings, ampereHours, depths };
}

/** @returns % of the median block of the string; NaN: nothing but the assumption that it is 100 % */
function* judgeString(
    input: CapacityInput,
    string: number,
    taken: Taken | undefined,
    depth: number,
    resistances: Float64Array,
    blocks: (BlockCapacity | undefined)[],
): Generator<undefined, number> {
    const { layout } = input;
    const [first, last] = layout.modulesOf(string);
    const modules = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const ratios = yield* comparedRatios(input, string, modules, taken, depth, resistances);
    for (const module of modules) blocks[module - 1] = observedCapacity(input, module, taken, resistances[module - 1]!);
    const anchors = modules.map((module) => {
        const observed = blocks[module - 1];
        const ratio = ratios.get(module)?.ratio;
        return observed && ratio ? observed.percent / ratio : NaN;
    });
    const anchor = median(anchors);
    const earlier = input.earlier?.[string - 1] ?? NaN;
    const [percent, against] = !Number.isNaN(anchor)
        ? ([anchor, 'observed'] as const)
        : !Number.isNaN(earlier)
          ? ([earlier, 'earlier'] as const)
          : ([100, 'assumed'] as const);
    for (const [module, { ratio, error }] of ratios)
        blocks[module - 1] ??= {
            percent: ratio * percent,
            plusMinus: error * percent + MODEL_ERROR,
            by: 'compared',
            against,
        };
    return against === 'assumed' ? NaN : percent;
}

/**
 * A block that reached its end voltage: what was taken out until then is what it had. The end voltage is one at the rated current; beyond it, it is lower
 * by what the resistance takes, as makers have it for short discharges [ours].
 */
function observedCapacity(
    { curves, layout, nominalVoltage, capacityAh, model, endVoltage }: CapacityInput,
    module: number,
    taken: Taken | undefined,
    milliohms: number,
): BlockCapacity | undefined {
    const volts = curves.voltage[module - 1];
    const end = emptyAt(nominalVoltage, model, endVoltage);
    if (!volts || !end || !model || !capacityAh || !taken || taken.coverage < LEAST_COVERAGE) return undefined;
    const { times, onset, temperature, charge = 100 } = curves;
    const begin = times.findIndex((at) => at >= onset + DIP_MS);
    if (begin < 0) return undefined;
    const amperes = curves.current[layout.stringOf(module) - 1]!;
    const rated = capacityAh / model.ratedHours;
    const ohms = Number.isNaN(milliohms) ? 0 : milliohms / 1000;
    const endAt = (i: number) => end - Math.max(0, -amperes[i]! - rated || 0) * ohms;
    for (let i = begin; i + 1 < times.length; i++) {
        // Two readings: one alone may be a load that was switched on for a moment.
        const limit = endAt(i);
        if (!(volts[i]! <= limit && volts[i + 1]! <= limit)) continue;
        const share = temperatureFactor(model, temperature?.[module - 1] ?? NaN) * (charge / 100);
        const before = volts[i - 1] ?? NaN;
        const part = before > limit ? (before - limit) / (before - volts[i]!) : 1;
        const ampereHours =
            i > 0 ? taken.rated[i - 1]! + part * (taken.rated[i]! - taken.rated[i - 1]!) : taken.rated[i]!;
        return { percent: (100 * ampereHours) / (capacityAh * share), plusMinus: MODEL_ERROR + 1, by: 'observed' };
    }
    return undefined;
}

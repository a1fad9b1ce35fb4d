import { temperatureFactor, type CapacityModel } from './chemistry';
import { curveScale, type CurveLoad, type CurveScale } from './curve-scale';
import type { DischargeCurves, Taken } from './discharge-curves';
import { mean, median } from './statistics';

interface Compared {
    curves: DischargeCurves;
    nominalVoltage?: number | undefined;
    model?: CapacityModel | undefined;
}

/** With less taken out, curves are not compared: the error would be larger than what is looked for. */
const LEAST_DEPTH = 0.1;
/** Where the current or the capacity is not known, the voltage has to fall by this part of the nominal one instead. */
const LEAST_FALL = 0.015;
/** The dip at the onset, and the time that the voltage needs to settle after it. */
const DIP_DEPTH = 0.02;
export const DIP_MS = 120_000;
/** Points of a curve. */
const POINTS = 48;
const LEAST_BLOCKS = 3;
/** Of the discharge the current has to be known for so much. */
export const LEAST_COVERAGE = 0.9;

/**
 * The capacity of each block of a string against the median block, by their voltage curves in one discharge.
 *
 * @param depth of the discharge, 0 to 1; NaN: not known
 * @param resistances of all blocks, mΩ
 * @returns by module (from 1); blocks that cannot be told are missing
 */
export function* comparedRatios(
    { curves, nominalVoltage, model }: Compared,
    string: number,
    modules: readonly number[],
    taken: Taken | undefined,
    depth: number,
    resistances: Float64Array,
): Generator<undefined, Map<number, CurveScale>> {
    const found = new Map<number, CurveScale>();
    const axis = chargeAxis(curves, taken, depth);
    if (!axis || (!Number.isNaN(depth) && depth < LEAST_DEPTH)) return found;
    const amperes = curves.current[string - 1];
    const typical = median(modules.map((module) => resistances[module - 1]!));
    const rows: (number[] | undefined)[] = [];
    for (const module of modules) {
        yield;
        const volts = curves.voltage[module - 1];
        const own = resistances[module - 1]!;
        const ohms = (Number.isNaN(own) ? typical : own) / 1000;
        const drop = (i: number) => (amperes && !Number.isNaN(ohms) ? amperes[i]! * ohms : 0);
        rows.push(volts && binned(axis, (i) => volts[i]! - drop(i)));
    }
    const load = loadOf(axis, amperes, typical);
    const complete = rows.filter((row) => row?.every((value) => !Number.isNaN(value)));
    if (complete.length < LEAST_BLOCKS) return found;
    const reference = axis.charge.map((_, point) => median(complete.map((row) => row![point]!)));
    if (Number.isNaN(depth) && !(reference[0]! - reference.at(-1)! >= LEAST_FALL * (nominalVoltage ?? reference[0]!)))
        return found;
    const celsius = modules.map((module) => curves.temperature?.[module - 1] ?? NaN);
    const warm = model ? temperatureFactor(model, median(celsius)) : 1;
    for (const [index, row] of rows.entries()) {
        yield;
        const scale = row?.every((value) => !Number.isNaN(value))
            ? curveScale(axis.charge, reference, row, load)
            : undefined;
        if (!scale) continue;
        const own = model
            ? temperatureFactor(model, Number.isNaN(celsius[index]!) ? median(celsius) : celsius[index]!)
            : 1;
        const factor = warm / own;
        found.set(modules[index]!, { ratio: scale.ratio * factor, error: scale.error * factor });
    }
    return found;
}

/** The resistance at the onset is not that of a later hour: so much of it may be missing. */
const RESISTANCE_SLACK = 0.3;

function loadOf(axis: Axis, amperes: ArrayLike<number> | undefined, milliohms: number): CurveLoad | undefined {
    if (!amperes || !(milliohms > 0)) return undefined;
    const load = binned(axis, (i) => amperes[i]!);
    return load.some(Number.isNaN) ? undefined : { amperes: load, ohms: (RESISTANCE_SLACK * milliohms) / 1000 };
}

interface Axis {
    /** The middle of each bin. */
    charge: number[];
    /** For each reading its bin; -1: none. */
    bins: Int16Array;
}

/** Even steps of charge (or of time, where no current is known) after the dip. */
function chargeAxis({ times, onset, end }: DischargeCurves, taken: Taken | undefined, depth: number): Axis | undefined {
    const along = (i: number) => (taken ? taken.rated[i]! : (times[i]! - onset) / 3_600_000);
    const inside = times.flatMap((at, i) => (at >= onset + DIP_MS && at <= end ? [i] : []));
    if (inside.length < POINTS / 2 || (taken && taken.coverage < LEAST_COVERAGE)) return undefined;
    const to = along(inside.at(-1)!);
    const from = Math.max(along(inside[0]!), Number.isNaN(depth) ? 0 : (to / depth) * DIP_DEPTH);
    const points = Math.min(POINTS, inside.length >> 1);
    if (!(to > from)) return undefined;
    const width = (to - from) / points;
    const bins = new Int16Array(times.length).fill(-1);
    for (const i of inside) if (along(i) >= from) bins[i] = Math.min(points - 1, Math.floor((along(i) - from) / width));
    return { charge: Array.from({ length: points }, (_, point) => from + (point + 0.5) * width), bins };
}

function binned({ charge, bins }: Axis, value: (index: number) => number): number[] {
    const found = charge.map((): number[] => []);
    bins.forEach((bin, index) => {
        if (bin >= 0) found[bin]!.push(value(index));
    });
    const values = found.map(mean);
    // A bin between two readings is filled from its neighbours; a longer hole stays.
    return values.map((each, i) => (Number.isNaN(each) ? ((values[i - 1] ?? NaN) + (values[i + 1] ?? NaN)) / 2 : each));
}

import type { BatteryLayout } from '../layout';
import { ratedAmperes, type CapacityModel } from './chemistry';
import { indexAt } from './series';
import { mean, median } from './statistics';

/**
 * One discharge as it was measured, with some minutes before its onset. NaN is "not known"; a whole row may be absent. All rows are as long as `times`.
 */
export interface DischargeCurves {
    id: string;
    /** Epoch ms */
    onset: number;
    end: number;
    /** Epoch ms, ascending. */
    times: readonly number[];
    /** For each block, V. */
    voltage: readonly (ArrayLike<number> | undefined)[];
    /** For each string, A; below 0 discharges. Absent: it has no sensor. */
    current: readonly (ArrayLike<number> | undefined)[];
    /** For each block at the onset, °C. */
    temperature?: ArrayLike<number>;
    /** How full the battery was at the onset, %; absent: full. */
    charge?: number;
}

/** A longer time without a current is a gap: nothing is counted in it. */
const LONGEST_GAP_MS = 120_000;

/** What flowed out of a string at each moment since the onset. */
export interface Taken {
    /** Ah as delivered. */
    delivered: Float64Array;
    /** Ah of the rated capacity; as `delivered` where the capacity is not known. */
    rated: Float64Array;
    /** Of the time of the discharge, the part that is counted, 0 to 1. */
    coverage: number;
}

/** @param model and `capacityAh` (of the string: that of one block) are absent: the current is counted as it is */
export function takenFrom(
    { onset, end, times, current }: DischargeCurves,
    string: number,
    model: CapacityModel | undefined,
    capacityAh: number | undefined,
): Taken | undefined {
    const amperes = current[string - 1];
    if (!amperes) return undefined;
    const delivered = new Float64Array(times.length);
    const rated = new Float64Array(times.length);
    let counted = 0;
    for (let i = 1; i < times.length; i++) {
        const from = Math.max(times[i - 1]!, onset);
        const to = Math.min(times[i]!, end);
        const out = -(amperes[i - 1]! + amperes[i]!) / 2;
        const isCounted = to > from && times[i]! - times[i - 1]! <= LONGEST_GAP_MS && !Number.isNaN(out);
        const hours = isCounted ? (to - from) / 3_600_000 : 0;
        if (isCounted) counted += to - from;
        const amount = isCounted ? Math.max(0, out) : 0;
        const weighed = model && capacityAh ? ratedAmperes(model, capacityAh, amount) : amount;
        delivered[i] = delivered[i - 1]! + amount * hours;
        rated[i] = rated[i - 1]! + weighed * hours;
    }
    return { delivered, rated, coverage: end > onset ? Math.min(1, counted / (end - onset)) : 0 };
}

/** The step of the current at the onset lies this close to it. */
const ONSET_MS = 60_000;
/** So many readings on either side make the values before and after: one that is read in mid-step counts little. */
const SIDE = 3;
const SIDE_MS = 30_000;
/** A smaller step tells nothing, A. */
const LEAST_STEP = 1;

/**
 * The resistance of each block from the step of the load at the onset: by how much its voltage fell, divided by how much the current rose. It holds
 * the ohmic resistance and as much of the polarisation as there is within seconds, and owes nothing to the impedance that the monitor measures.
 *
 * @returns mΩ for each block; NaN: no current, no step, or no voltage on both sides of it
 */
export function stepResistances(curves: DischargeCurves, layout: BatteryLayout): Float64Array {
    const { times, voltage, current } = curves;
    const resistances = new Float64Array(layout.modules).fill(NaN);
    for (let string = 1; string <= layout.strings; string++) {
        const amperes = current[string - 1];
        const at = amperes ? stepAt(curves, amperes) : undefined;
        if (!amperes || at === undefined) continue;
        const before = around(times, at - SIDE + 1, at, at);
        const after = around(times, at + 1, at + SIDE, at + 1);
        const step = sideOf(amperes, before) - sideOf(amperes, after);
        if (!(step >= LEAST_STEP)) continue;
        const [first, last] = layout.modulesOf(string);
        for (let module = first; module <= last; module++) {
            const volts = voltage[module - 1];
            if (volts) resistances[module - 1] = (1000 * (sideOf(volts, before) - sideOf(volts, after))) / step;
        }
    }
    return resistances;
}

/** The last reading before the greatest rise of the current around the onset. */
function stepAt({ times, onset }: DischargeCurves, amperes: ArrayLike<number>): number | undefined {
    let found: number | undefined;
    let most = 0;
    const from = Math.max(0, indexAt(times, onset - ONSET_MS));
    for (let i = from; i + 1 < times.length && times[i]! <= onset + ONSET_MS; i++) {
        const rise = amperes[i]! - amperes[i + 1]!;
        if (rise > most) [found, most] = [i, rise];
    }
    return found;
}

function around(times: readonly number[], from: number, to: number, middle: number): number[] {
    const indices: number[] = [];
    for (let i = Math.max(0, from); i <= Math.min(times.length - 1, to); i++)
        if (Math.abs(times[i]! - times[middle]!) <= SIDE_MS) indices.push(i);
    return indices;
}

function sideOf(values: ArrayLike<number>, indices: readonly number[]): number {
    return median(indices.map((index) => values[index]!));
}

/** The values just before the onset: the mean of each row over at most `ms` before it. NaN: not known. */
export function beforeOnset(
    { times, onset }: DischargeCurves,
    rows: readonly (ArrayLike<number> | undefined)[],
    ms = 5 * 60_000,
): Float64Array {
    const from = indexAt(times, onset - ms);
    const length = indexAt(times, onset) - from;
    return Float64Array.from(rows, (row) => (row ? mean(Array.from({ length }, (_, i) => row[from + i]!)) : NaN));
}

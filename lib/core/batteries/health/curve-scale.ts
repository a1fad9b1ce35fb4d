import { robustDeviation } from './statistics';

/** How one voltage curve is stretched along the charge axis against another. */
export interface CurveScale {
    /** Capacity against that of the reference: 0.7 empties in 70 % of the charge. */
    ratio: number;
    /** The error of `ratio` (95 %). */
    error: number;
}

const LOWEST = 0.2;
const HIGHEST = 1.6;
const STEPS = 70;
const LEAST_POINTS = 8;
/** Readings next to each other err alike: so many of them count as independent, at most. */
const INDEPENDENT = 12;
/** Wider is no answer. */
const WIDEST = 0.4;
/** The reference has to fall by so many times the noise of a point. */
const LEAST_FALL = 8;

/** The current at each charge, where the load is not steady. */
export interface CurveLoad {
    /** A */
    amperes: readonly number[];
    /** By how much the resistance of a block may be other than what its curve was corrected by, ohm. */
    ohms: number;
}

/** The noise of a point of a curve, V, at least: distances beyond it may be explained by the load. */
const LEAST_NOISE = 0.001;

/**
 * The ratio of two capacities by their voltage curves. A block that has less capacity goes through the same curve sooner: its curve, stretched by the
 * ratio, lies on the other one, but for a constant distance and what the swings of the load leave in it. Nothing is extrapolated: where the block is
 * weaker, its own curve reaches farther.
 *
 * @param charge taken out, ascending, evenly spaced, above 0
 * @param reference V at each charge
 * @param block V at each charge
 * @returns undefined: the curves are too short or too flat to tell
 */
export function curveScale(
    charge: readonly number[],
    reference: readonly number[],
    block: readonly number[],
    load?: CurveLoad,
): CurveScale | undefined {
    const logs = Array.from(
        { length: STEPS },
        (_, i) => Math.log(LOWEST) + (i * Math.log(HIGHEST / LOWEST)) / (STEPS - 1),
    );
    const noise = noiseOf(block);
    if (!(reference[0]! - reference.at(-1)! >= LEAST_FALL * noise)) return undefined;
    const tie = load ? (noise / load.ohms) ** 2 : 0;
    const misfits = logs.map((log) => misfitOf(Math.exp(log), charge, reference, block, load && { ...load, tie }));
    let best = -1;
    for (let i = 1; i + 1 < STEPS; i++) {
        const isLowest = misfits[i]! <= misfits[i - 1]! && misfits[i]! <= misfits[i + 1]!;
        if (isLowest && (best < 0 || misfits[i]! < misfits[best]!)) best = i;
    }
    if (best < 0) return undefined;
    const step = logs[1]! - logs[0]!;
    const [left, middle, right] = [misfits[best - 1]!, misfits[best]!, misfits[best + 1]!];
    const curvature = left - 2 * middle + right;
    if (!(curvature > 0) || !Number.isFinite(curvature)) return undefined;
    const ratio = Math.exp(logs[best]! + (0.5 * step * (left - right)) / curvature);
    const independent = Math.min(INDEPENDENT, charge.length);
    const error = 2 * ratio * Math.sqrt((2 * middle) / ((curvature / step ** 2) * independent));
    return error > WIDEST ? undefined : { ratio, error };
}

/**
 * The mean square of the distances between the stretched curves, without the distance that they have throughout, and without what the load explains at
 * either place within its limits; Infinity: they share too little.
 */
function misfitOf(
    ratio: number,
    charge: readonly number[],
    reference: readonly number[],
    block: readonly number[],
    load: { amperes: readonly number[]; tie: number } | undefined,
): number {
    // The one that is stretched is looked up where it is less discharged.
    const [looked, fixed, factor] = ratio <= 1 ? [block, reference, ratio] : [reference, block, 1 / ratio];
    const distances: number[] = [];
    const atLooked: number[] = [];
    const atFixed: number[] = [];
    for (let i = 0; i < charge.length; i++) {
        const value = interpolated(charge, looked, charge[i]! * factor);
        if (Number.isNaN(value)) continue;
        distances.push(value - fixed[i]!);
        if (!load) continue;
        atLooked.push(interpolated(charge, load.amperes, charge[i]! * factor));
        atFixed.push(load.amperes[i]!);
    }
    const count = distances.length;
    if (count < LEAST_POINTS) return Infinity;
    const [d, a, b] = [centred(distances), centred(atLooked), centred(atFixed)];
    const squares = product(d, d);
    if (!load) return squares / count;
    const [aa, ab, bb] = [product(a, a) + load.tie, product(a, b), product(b, b) + load.tie];
    const [ad, bd] = [product(a, d), product(b, d)];
    const explained = (bb * ad * ad - 2 * ab * ad * bd + aa * bd * bd) / (aa * bb - ab * ab);
    return Math.max(0, squares - explained) / count;
}

/** By how much a point lies off its neighbours. */
function noiseOf(values: readonly number[]): number {
    const bends = values.slice(2).map((value, i) => value - 2 * values[i + 1]! + values[i]!);
    return Math.max(LEAST_NOISE, robustDeviation(bends) / Math.sqrt(6));
}

function centred(values: readonly number[]): number[] {
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - middle);
}

function product(a: readonly number[], b: readonly number[]): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    return sum;
}

function interpolated(charge: readonly number[], values: readonly number[], at: number): number {
    const place = (at - charge[0]!) / (charge[1]! - charge[0]!);
    const left = Math.floor(place);
    if (left < 0 || left >= charge.length - 1) return NaN;
    return values[left]! + (values[left + 1]! - values[left]!) * (place - left);
}

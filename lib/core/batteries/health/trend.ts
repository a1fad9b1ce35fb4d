import { forecastOf, type Forecast } from './forecast';
import { endOfWeek } from './series';
import { countKnown, fitLine, mean, median, robustDeviation, type Line } from './statistics';

/** What is known of the impedance of one block over the weeks. Shares: 0.1 is 10 %. */
export interface ImpedanceTrend {
    /** Weeks of which something is known since the block was installed. */
    weeks: number;
    /** The last week with values, as `weekOf` counts. */
    lastWeek: number;
    /** Over the baseline of this block, beyond what its string did. */
    rise: number;
    /** The same per week, over the last six weeks. */
    perWeek: number;
    /** The error of one weekly value of this block. */
    noise: number;
    /** It fails: since the end of this week it has been named. */
    failing?: { since: number; by: 'rise' | 'slow'; forecast?: Forecast };
}

interface Rule {
    by: 'rise' | 'slow';
    /** So many weeks that are known, of which the oldest is at most `reach` weeks back. */
    span: number;
    reach: number;
    /** Least slope, per week, and least rise over the baseline. */
    slope: number;
    rise: number;
    /** Both also are so many times their own error. */
    errors: number;
}

/** Weeks from which a baseline is made, where none was set. */
export const BASELINE_WEEKS = 4;
/** Fewer are not judged. */
export const LEAST_WEEKS = 8;

/**
 * `rise` finds what fails within weeks or months, `slow` what ages much faster than its string: 0.15 % a week is 8 % a year. Measured in
 * bench/battery-health.ts.
 */
const RULES: readonly Rule[] = [
    { by: 'rise', span: 6, reach: 8, slope: 0.005, rise: 0.03, errors: 5 },
    { by: 'slow', span: 26, reach: 30, slope: 0.0015, rise: 0.06, errors: 5 },
];
/** A block is no longer named when it was this close to its baseline for four weeks. */
const RECOVERED = 0.02;
const RECOVERED_WEEKS = 4;

/** The own noise counts in full only with many weeks; until then that of the string counts as so many of them. */
const POOL_WEEKS = 10;
const NOISE_WEEKS = 52;

/** From week to week, over at most the last year: a slow rise does not count as noise. NaN with fewer than three steps. */
export function weeklyNoise(values: Float64Array): { error: number; steps: number } {
    const from = Math.max(1, values.length - NOISE_WEEKS);
    const steps: number[] = [];
    for (let week = from; week < values.length; week++) steps.push(values[week]! - values[week - 1]!);
    return { error: robustDeviation(steps) / Math.SQRT2, steps: countKnown(steps) };
}

/**
 * The noise of a block: its own, leaning on that of its string while little is known, and never less than that: the same module measures them all, and an
 * estimate from a few dozen weeks is low at times.
 */
export function leanedNoise({ error, steps }: { error: number; steps: number }, pool: number): number {
    if (Number.isNaN(error)) return pool;
    if (Number.isNaN(pool)) return error;
    return Math.max(pool, Math.sqrt((steps * error ** 2 + POOL_WEEKS * pool ** 2) / (steps + POOL_WEEKS)));
}

/** Own baseline: the mean of the first known weeks. NaN while there are too few. */
export function firstLevel(values: Float64Array): number {
    const first: number[] = [];
    for (const value of values) {
        if (!Number.isNaN(value)) first.push(value);
        if (first.length === BASELINE_WEEKS) return mean(first);
    }
    return NaN;
}

export interface TrendInput {
    /** For each week the logarithm of the impedance, without what the string has in common; NaN is "not known". */
    values: Float64Array;
    /** The week of `values[0]`, as `weekOf` counts. */
    firstWeek: number;
    /** The logarithm of the baseline; NaN: the mean of the first weeks. */
    baseline: number;
    /** The error of one weekly value, see `leanedNoise`. */
    noise: number;
    /** The rise that the forecast is about: 0.25. */
    limit: number;
}

/** @returns undefined: not enough is known. The last week of `values` has to be over. */
export function impedanceTrend({ values, firstWeek, baseline, noise, limit }: TrendInput): ImpedanceTrend | undefined {
    const level = Number.isNaN(baseline) ? firstLevel(values) : baseline;
    const weeks: number[] = [];
    const rises: number[] = [];
    for (let week = 0; week < values.length; week++) {
        if (Number.isNaN(values[week]!)) continue;
        weeks.push(firstWeek + week);
        rises.push(Math.exp(values[week]! - level) - 1);
    }
    if (weeks.length < LEAST_WEEKS || Number.isNaN(level) || Number.isNaN(noise)) return undefined;
    const named = namedAt(weeks, rises, noise);
    const last = fitLine(weeks.slice(-6), rises.slice(-6))!;
    const lastWeek = weeks.at(-1)!;
    const madeAt = endOfWeek(firstWeek + values.length - 1);
    const forecast = named && forecastOf(weeks, rises, noise, limit, madeAt);
    return {
        weeks: weeks.length,
        lastWeek,
        rise: median(rises.slice(-3)),
        perWeek: last.slope,
        noise,
        ...(named && { failing: { since: endOfWeek(named.week), by: named.by, ...(forecast && { forecast }) } }),
    };
}

/** Goes through the weeks as they came: what was named stays so until it recovers. */
function namedAt(
    weeks: readonly number[],
    rises: readonly number[],
    noise: number,
): { week: number; by: Rule['by'] } | undefined {
    let named: { week: number; by: Rule['by'] } | undefined;
    for (let index = LEAST_WEEKS - 1; index < weeks.length; index++) {
        if (named) {
            const recent = rises.slice(Math.max(0, index - RECOVERED_WEEKS + 1), index + 1);
            if (recent.every((rise) => rise < RECOVERED)) named = undefined;
            continue;
        }
        const rule = RULES.find((each) => breaks(each, weeks, rises, index, noise));
        if (rule) named = { week: weeks[index]!, by: rule.by };
    }
    return named;
}

function breaks(
    { span, reach, slope, rise, errors }: Rule,
    weeks: readonly number[],
    rises: readonly number[],
    index: number,
    noise: number,
): boolean {
    const from = index - span + 1;
    if (from < 0 || weeks[index]! - weeks[from]! >= reach || rises[index]! < rise) return false;
    const line: Line = fitLine(weeks.slice(from, index + 1), rises.slice(from, index + 1))!;
    // The baseline of four weeks has half the error of one.
    const levelError = noise * Math.hypot(line.lastError, 0.5);
    return (
        line.slope > Math.max(slope, errors * noise * line.slopeError) &&
        line.last > Math.max(rise, errors * levelError)
    );
}

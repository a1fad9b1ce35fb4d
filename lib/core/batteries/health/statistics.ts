/** The known ones of some values, ascending. */
function known(values: ArrayLike<number>): Float64Array {
    const kept = new Float64Array(values.length);
    let count = 0;
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) kept[count++] = values[i]!;
    return sorted(kept.subarray(0, count));
}

/** Most are short, and for those this is several times as fast as the sort of typed arrays. */
const SHORT = 64;

function sorted(values: Float64Array): Float64Array {
    if (values.length > SHORT) return values.sort();
    for (let i = 1; i < values.length; i++) {
        const value = values[i]!;
        let place = i;
        for (; place > 0 && values[place - 1]! > value; place--) values[place] = values[place - 1]!;
        values[place] = value;
    }
    return values;
}

/** The median of the known values; NaN if there is none. */
export function median(values: ArrayLike<number>): number {
    const all = known(values);
    const middle = all.length >> 1;
    if (all.length === 0) return NaN;
    return all.length % 2 === 1 ? all[middle]! : (all[middle - 1]! + all[middle]!) / 2;
}

/** The mean of the known values; NaN if there is none. */
export function mean(values: ArrayLike<number>): number {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i]!)) continue;
        sum += values[i]!;
        count++;
    }
    return count === 0 ? NaN : sum / count;
}

/** 1.4826 times the median distance from the median: the standard deviation of values of which some are far out. NaN with less than three. */
export function robustDeviation(values: ArrayLike<number>): number {
    const all = known(values);
    if (all.length < 3) return NaN;
    const middle = median(all);
    return 1.4826 * median(all.map((value) => Math.abs(value - middle)));
}

export function countKnown(values: ArrayLike<number>): number {
    let count = 0;
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) count++;
    return count;
}

/** A straight line through points of equal weight. */
export interface Line {
    slope: number;
    /** Its value at the last point. */
    last: number;
    /** The error of `slope` and of `last`, for points with an error of 1. */
    slopeError: number;
    lastError: number;
}

/** The line through points, x ascending; undefined for fewer than two different x. */
export function fitLine(x: readonly number[], y: readonly number[]): Line | undefined {
    const n = x.length;
    if (n < 2) return undefined;
    const middle = mean(x);
    const height = mean(y);
    let squares = 0;
    let products = 0;
    for (let i = 0; i < n; i++) {
        squares += (x[i]! - middle) ** 2;
        products += (x[i]! - middle) * (y[i]! - height);
    }
    if (squares === 0) return undefined;
    const slope = products / squares;
    const reach = x[n - 1]! - middle;
    return {
        slope,
        last: height + slope * reach,
        slopeError: 1 / Math.sqrt(squares),
        lastError: Math.sqrt(1 / n + reach ** 2 / squares),
    };
}

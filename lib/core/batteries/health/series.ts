import { mean, median } from './statistics';

/**
 * What one block measured of one quantity: `values[i]` at `times[i]` (epoch ms, ascending); NaN is "not known". Blocks that are measured at the same
 * moments share their `times`. Any battery monitor can be told in this way, at any rate.
 */
export interface Series {
    readonly times: ArrayLike<number>;
    readonly values: ArrayLike<number>;
}

export const WEEK_MS = 7 * 86_400_000;

/** The number of the week that a moment is in: weeks of seven times 24 h, counted from 1 January 1970. */
export function weekOf(at: number): number {
    return Math.floor(at / WEEK_MS);
}

/** The moment at which a week is over, epoch ms. */
export function endOfWeek(week: number): number {
    return (week + 1) * WEEK_MS;
}

/** The first index at or after a moment. */
export function indexAt(times: ArrayLike<number>, at: number): number {
    let low = 0;
    let high = times.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle]! < at) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The values within [from, to). */
export function within({ times, values }: Series, from: number, to: number): number[] {
    const found: number[] = [];
    for (let i = indexAt(times, from); i < times.length && times[i]! < to; i++) found.push(values[i]!);
    return found;
}

/** The mean of what is known within [from, to); NaN with fewer than `least` values. */
export function meanWithin(series: Series, from: number, to: number, least = 1): number {
    const values = within(series, from, to).filter((value) => !Number.isNaN(value));
    return values.length < least ? NaN : mean(values);
}

/** The median of each week from `first` to `last`; NaN for a week without a value. A value that is 0 or below counts as not known. */
export function weeklyMedians(series: Series, first: number, last: number): Float64Array {
    const weeks = new Float64Array(Math.max(0, last - first + 1)).fill(NaN);
    const { times, values } = series;
    let i = indexAt(times, first * WEEK_MS);
    for (let week = 0; week < weeks.length; week++) {
        const end = endOfWeek(first + week);
        const found: number[] = [];
        for (; i < times.length && times[i]! < end; i++) if (values[i]! > 0) found.push(values[i]!);
        weeks[week] = median(found);
    }
    return weeks;
}

import type { BatteryLayout } from '../layout';
import { meanWithin, WEEK_MS, type Series } from './series';
import { countKnown, median, robustDeviation } from './statistics';

/** A quantity of the blocks of one string over the last week. */
export interface StringSpread {
    /** From 1. */
    string: number;
    median: number;
    lowest: number;
    highest: number;
    /** The module that is lowest, and highest; from 1. */
    lowestModule: number;
    highestModule: number;
    /** The standard deviation by medians; absent: fewer than three blocks are known. */
    deviation?: number;
    /** Blocks that are known. */
    known: number;
}

/** Readings of a week that a mean needs at least. */
const LEAST_READINGS = 3;

/** For each block the mean of the last seven days; NaN: fewer than three values. Yields where others may have their turn. */
export function* weekMeans(series: readonly Series[], now: number): Generator<undefined, Float64Array> {
    const means = new Float64Array(series.length);
    for (const [index, each] of series.entries()) {
        yield;
        means[index] = meanWithin(each, now - WEEK_MS, now, LEAST_READINGS);
    }
    return means;
}

/** How far the blocks of each string are apart; strings of which nothing is known are left out. */
export function spreads(values: ArrayLike<number>, layout: BatteryLayout): StringSpread[] {
    return Array.from({ length: layout.strings }, (_, index) => index + 1).flatMap((string) => {
        const [first, last] = layout.modulesOf(string);
        const own = Array.from(values).slice(first - 1, last);
        const known = own.filter((value) => !Number.isNaN(value));
        if (known.length === 0) return [];
        const [lowest, highest] = [Math.min(...known), Math.max(...known)];
        const deviation = robustDeviation(own);
        return [
            {
                string,
                median: median(own),
                lowest,
                highest,
                lowestModule: first + own.indexOf(lowest),
                highestModule: first + own.indexOf(highest),
                ...(Number.isNaN(deviation) ? {} : { deviation }),
                known: countKnown(own),
            },
        ];
    });
}

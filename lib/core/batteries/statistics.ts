import type { Values } from './model';

/** Median of the values that are known; undefined if there is none. */
export function medianOf(values: Values | undefined): number | undefined {
    if (!values) return undefined;
    const known = values.filter((value) => !Number.isNaN(value)).sort();
    const { length } = known;
    if (length === 0) return undefined;
    const middle = length >> 1;
    return length % 2 ? known[middle] : (known[middle - 1]! + known[middle]!) / 2;
}

/** Mean of the values that are known, of index `from` up to and without `to`; undefined if fewer than `least` are known. */
export function meanOf(values: Values | undefined, from = 0, to = values?.length ?? 0, least = 1): number | undefined {
    if (!values) return undefined;
    let sum = 0;
    let count = 0;
    for (let index = from; index < to; index++) {
        const value = values[index]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
    }
    return count >= Math.max(1, least) ? sum / count : undefined;
}

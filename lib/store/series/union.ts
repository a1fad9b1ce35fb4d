import type { Spans } from './block-codec';
import type { PartTable } from './reader';
import type { Series } from './series-database';

/** Puts the tables of several parts side by side, by time. Those that a part has at one time more than once are rows of their own. */
export function union(tables: readonly PartTable[]): PartTable {
    if (tables.length === 0) return { times: new Float64Array(), columns: new Map() };
    if (tables.every((table) => isSame(table.times, tables[0].times))) {
        return { times: tables[0].times, columns: new Map(tables.flatMap((table) => [...table.columns])) };
    }
    const times = mergedTimes(tables.map((table) => table.times));
    const columns = new Map<Series, Spans>();
    for (const table of tables) {
        const places = placesIn(times, table.times);
        const spread = (values: Float64Array) => {
            const wide = new Float64Array(times.length).fill(NaN);
            values.forEach((value, i) => (wide[places[i]] = value));
            return wide;
        };
        for (const [series, { mean, min, max }] of table.columns) {
            const wide = { mean: spread(mean), ...(min && max ? { min: spread(min), max: spread(max) } : {}) };
            columns.set(series, wide);
        }
    }
    return { times, columns };
}

/** The parts of one owner are sampled together. */
function isSame(a: Float64Array, b: Float64Array): boolean {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
}

function mergedTimes(all: readonly Float64Array[]): Float64Array {
    const counts = new Map<number, number>();
    for (const times of all) {
        for (let i = 0; i < times.length;) {
            let end = i;
            while (end < times.length && times[end] === times[i]) end++;
            counts.set(times[i], Math.max(counts.get(times[i]) ?? 0, end - i));
            i = end;
        }
    }
    const merged: number[] = [];
    for (const at of Float64Array.from(counts.keys()).sort()) {
        for (let n = counts.get(at)!; n > 0; n--) merged.push(at);
    }
    return Float64Array.from(merged);
}

/** Where the times of one table are among all; both ascending. */
function placesIn(all: Float64Array, times: Float64Array): Int32Array {
    const places = new Int32Array(times.length);
    let place = 0;
    for (let i = 0; i < times.length; i++) {
        while (all[place] !== times[i]) place++;
        places[i] = place++;
    }
    return places;
}

import { packSpans, unpackSpans, unpackValues, type Spans } from './block-codec';
import type { DamagedBlock } from './packer';
import type { Part, SeriesDatabase } from './series-database';
import { emptySpans } from './spans';
import { slotStart, spansInBlock, TIERS } from './tiers';

/**
 * Blocks that hold all quantities of a part of a sheet, one behind the other: its days, and its samples of the tier `seldom`. They are stored as of its
 * first quantity, and `n` counts the values of all of them. Quantities that came later are at the end, and missing in older blocks.
 */
export const groupSeries = (part: Part) => part.series[0]!;

/** The days of a block for each quantity of a part; unknown ones if there is no such block. */
export function readDays(database: SeriesDatabase, part: Part, slot: number, damaged: DamagedBlock): Spans[] {
    const row = blockRow(database, part, 'day', slot);
    try {
        if (row) return padded(part, daysIn(row.data as Uint8Array, Number(row.n)));
    } catch {
        damaged(groupSeries(part), 'day', slot);
    }
    return padded(part, []);
}

/** @throws RangeError, or an error of zlib, if the block is damaged */
export function daysIn(data: Uint8Array, n: number): Spans[] {
    const days = spansInBlock('day');
    const { mean, min, max } = unpackSpans(data, n, true);
    return Array.from({ length: n / days }, (_, i) => {
        const cut = (plane: Float64Array) => plane.subarray(i * days, (i + 1) * days);
        return { mean: cut(mean), min: cut(min!), max: cut(max!) };
    });
}

export function packDays(days: readonly Spans[]): { count: number; data: Buffer } {
    const mean = joined(days.map((each) => each.mean));
    const data = packSpans({
        mean,
        min: joined(days.map(({ min }) => min!)),
        max: joined(days.map(({ max }) => max!)),
    });
    return { count: mean.length, data };
}

/** The samples of a block of the tier `seldom` for each quantity of a part; none that are known if there is no such block. */
export function readSeldom(
    database: SeriesDatabase,
    part: Part,
    slot: number,
    samples: number,
    damaged: DamagedBlock,
): Float64Array[] {
    const row = blockRow(database, part, 'seldom', slot);
    let found: Float64Array[] = [];
    try {
        if (row) {
            const n = Number(row.n);
            if (n % samples !== 0) throw new RangeError();
            const all = unpackValues(row.data as Uint8Array, n);
            found = Array.from({ length: n / samples }, (_, i) => all.subarray(i * samples, (i + 1) * samples));
        }
    } catch {
        damaged(groupSeries(part), 'seldom', slot);
    }
    return part.series.map((_, i) => found[i] ?? new Float64Array(samples).fill(NaN));
}

function padded({ series }: Part, found: readonly Spans[]): Spans[] {
    return series.map(({ kind }, i) => found[i] ?? emptySpans(kind, spansInBlock('day')));
}

export function joined(lists: readonly Float64Array[]): Float64Array {
    const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
    let place = 0;
    for (const list of lists) {
        all.set(list, place);
        place += list.length;
    }
    return all;
}

function blockRow({ db }: SeriesDatabase, part: Part, tier: 'day' | 'seldom', slot: number) {
    return db.get('SELECT n, data FROM block WHERE tier = ? AND series = ? AND slot = ?', [
        TIERS[tier].code,
        groupSeries(part).id,
        slot,
    ]);
}

/** Seconds of the first and the last known day of a block; undefined: there is none. */
export function knownDays(days: readonly Spans[], slot: number): { from: number; to: number } | undefined {
    const isKnown = (value: number) => !Number.isNaN(value);
    const firsts = days.map(({ mean }) => mean.findIndex(isKnown)).filter((at) => at >= 0);
    if (firsts.length === 0) return undefined;
    const start = slotStart('day', slot);
    const last = Math.max(...days.map(({ mean }) => mean.findLastIndex(isKnown)));
    return { from: start + Math.min(...firsts) * TIERS.day.step, to: start + last * TIERS.day.step };
}

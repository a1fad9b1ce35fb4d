import { packSpans, packValues, unpackSpans, unpackValues, type Spans } from './block-codec';
import { readRow } from './row-codec';
import { blockBounds, type Part, type Series, type SeriesDatabase } from './series-database';
import { emptySpans, overlay, spansOf } from './spans';
import { DAY, SPAN_TIERS, slotOf, slotStart, spansInBlock, TIERS, type SampledTier } from './tiers';
import type { Tier } from './types';

/** Rows that are read, and deleted, in one step. */
const ROWS = 100;
/** So many values of a quantity take a step of their own for each of its blocks. */
const MANY_VALUES = 4000;

interface Columns {
    times: Float64Array;
    values: Map<number, Float64Array>;
    upTo: number;
}

interface NewBlock {
    tier: Tier;
    series: Series;
    slot: number;
    count: number;
    data: Buffer;
}

/** What the blocks of a part hold that cannot be read any more. */
export type DamagedBlock = (series: Series, tier: Tier, slot: number) => void;

/**
 * Packs the live rows of a part that belong to one block, in steps that take one or two milliseconds each: reads them, packs quantity by
 * quantity, writes all blocks in one transaction together with the note up to which row they are packed, and deletes these rows. If the
 * process is killed, each row is either live or packed, never both or neither.
 * @param at any time of the block, seconds
 */
export function* packBlock(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    at: number,
    damaged: DamagedBlock,
): Generator<void, void> {
    const bounds = blockBounds(tier, at);
    const fresh = yield* readRows(database, part, tier, bounds);
    if (fresh.times.length > 0) {
        const old = readTimes(database, part, tier, bounds.slot, damaged);
        const order = mergeOrder(old, fresh.times);
        const times = ordered(order, old, fresh.times);
        const blocks: NewBlock[] = [timesBlock(part.times, tier, bounds, times)];
        // A quantity that has appeared since the rows were read is in none of them.
        const read = part.series.filter(({ column }) => fresh.values.has(column));
        for (const series of read) {
            yield;
            blocks.push(...(yield* packSeries({ database, series, tier, bounds, order, times, old, fresh, damaged })));
        }
        yield;
        writeBlocks(database, part, tier, bounds.slot, fresh.upTo, blocks);
        yield;
    }
    yield* deletePacked(database, part, tier, bounds);
}

type Bounds = ReturnType<typeof blockBounds>;

function* readRows(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    { slot, from, to }: Bounds,
): Generator<void, Columns> {
    const { code } = TIERS[tier];
    const done = database.packedUpTo(part.id, tier, slot);
    const range = [part.id, code, from, to, done];
    const { n, upTo } = database.db.get(
        'SELECT count(*) AS n, max(id) AS upTo FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id > ?',
        range,
    )!;
    const count = Number(n);
    const columns: Columns = { times: new Float64Array(count), values: new Map(), upTo: Number(upTo ?? 0) };
    for (const { column } of part.series) columns.values.set(column, new Float64Array(count).fill(NaN));
    let [row, lastAt, lastId] = [0, from, 0];
    while (row < count) {
        const rows = database.db.all(
            `SELECT id, at, data FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id > ? AND id <= ?
             AND (at, id) > (?, ?) ORDER BY at, id LIMIT ${ROWS}`,
            [...range, columns.upTo, lastAt, lastId],
        );
        if (rows.length === 0) break;
        for (const { id, at, data } of rows) {
            columns.times[row] = Number(at);
            readRow(data as Uint8Array, (column, value) => {
                const values = columns.values.get(column);
                if (values) values[row] = value;
            });
            [lastAt, lastId] = [Number(at), Number(id)];
            row++;
        }
        yield;
    }
    return columns;
}

/** Seconds of the samples in a block; none if there is no such block. */
export function readTimes(
    { db }: SeriesDatabase,
    { times }: Part,
    tier: SampledTier,
    slot: number,
    damaged: DamagedBlock,
): Float64Array {
    const row = db.get('SELECT n, data FROM block WHERE tier = ? AND series = ? AND slot = ?', [
        TIERS[tier].code,
        times.id,
        slot,
    ]);
    if (!row) return new Float64Array();
    try {
        return timesIn(row.data as Uint8Array, Number(row.n), slotStart(tier, slot));
    } catch {
        damaged(times, tier, slot);
        return new Float64Array();
    }
}

/** @param start seconds */
export function timesIn(data: Uint8Array, count: number, start: number): Float64Array {
    const times = unpackValues(data, count);
    let at = start;
    for (let i = 0; i < count; i++) times[i] = at += times[i];
    return times;
}

/** The block of a part's times. */
export function timesBlock(series: Series, tier: SampledTier, { slot, from }: Bounds, times: Float64Array): NewBlock {
    const steps = times.map((at, i) => at - (i === 0 ? from : times[i - 1]));
    return { tier, series, slot, count: times.length, data: packValues(steps) };
}

/** For each place of the merged samples: an index of the old ones, or, negative, ~index of the new ones. Both are by time. */
function mergeOrder(old: Float64Array, fresh: Float64Array): Int32Array {
    const order = new Int32Array(old.length + fresh.length);
    for (let [i, o, f] = [0, 0, 0]; i < order.length; i++) {
        const takeOld = o < old.length && (f >= fresh.length || old[o] <= fresh[f]);
        order[i] = takeOld ? o++ : ~f++;
    }
    return order;
}

function ordered(order: Int32Array, old: Float64Array | undefined, fresh: Float64Array): Float64Array {
    const merged = new Float64Array(order.length);
    for (let i = 0; i < order.length; i++) merged[i] = order[i] >= 0 ? (old ? old[order[i]] : NaN) : fresh[~order[i]];
    return merged;
}

interface SeriesToPack {
    database: SeriesDatabase;
    series: Series;
    tier: SampledTier;
    bounds: Bounds;
    order: Int32Array;
    times: Float64Array;
    old: Float64Array;
    fresh: Columns;
    damaged: DamagedBlock;
}

function* packSeries(work: SeriesToPack): Generator<void, NewBlock[]> {
    const { database, series, tier, bounds, order, times, old, fresh } = work;
    const before = old.length > 0 ? readValues(work, old.length) : undefined;
    const values = ordered(order, before, fresh.values.get(series.column)!);
    if (values.every(Number.isNaN)) return [];
    const blocks = [{ tier, series, slot: bounds.slot, count: values.length, data: packValues(values) } as NewBlock];
    if (tier !== 'fine') return blocks;
    for (const longer of SPAN_TIERS) {
        if (values.length >= MANY_VALUES) yield;
        const { step } = TIERS[longer];
        const day = spansOf(series.kind, times, values, { start: bounds.from, step, count: DAY / step });
        const slot = slotOf(longer, bounds.from);
        const all = readSpans(database, series, longer, slot, work.damaged);
        overlay(all, day, (bounds.from - slotStart(longer, slot)) / step);
        blocks.push({ tier: longer, series, slot, count: all.mean.length, data: packSpans(all) });
    }
    return blocks;
}

function readValues(
    { database, series, tier, bounds, damaged }: SeriesToPack,
    count: number,
): Float64Array | undefined {
    const row = database.db.get('SELECT n, data FROM block WHERE tier = ? AND series = ? AND slot = ?', [
        TIERS[tier].code,
        series.id,
        bounds.slot,
    ]);
    if (!row) return undefined;
    try {
        if (Number(row.n) !== count) throw new RangeError();
        return unpackValues(row.data as Uint8Array, count);
    } catch {
        damaged(series, tier, bounds.slot);
        return undefined;
    }
}

/** The quarters or hours of a block; unknown ones if there is no such block. */
export function readSpans(
    { db }: SeriesDatabase,
    series: Series,
    tier: 'quarter' | 'hour',
    slot: number,
    damaged: DamagedBlock,
): Spans {
    const row = db.get('SELECT data FROM block WHERE tier = ? AND series = ? AND slot = ?', [
        TIERS[tier].code,
        series.id,
        slot,
    ]);
    const count = spansInBlock(tier);
    if (!row) return emptySpans(series.kind, count);
    try {
        return unpackSpans(row.data as Uint8Array, count, series.kind === 'number');
    } catch {
        damaged(series, tier, slot);
        return emptySpans(series.kind, count);
    }
}

function writeBlocks(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    slot: number,
    upTo: number,
    blocks: readonly NewBlock[],
): void {
    database.transaction(() => {
        for (const { tier: of, series, slot: place, count, data } of blocks) {
            database.db.run(
                `INSERT INTO block (tier, series, slot, n, data) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (tier, series, slot) DO UPDATE SET n = excluded.n, data = excluded.data`,
                [TIERS[of].code, series.id, place, count, data],
            );
        }
        database.db.run('INSERT OR REPLACE INTO packed (part, tier, slot, upto) VALUES (?, ?, ?, ?)', [
            part.id,
            TIERS[tier].code,
            slot,
            upTo,
        ]);
    });
}

/** Deletes live rows that are packed. Their note goes together with the last of them. */
function* deletePacked(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    { slot, from, to }: Bounds,
): Generator<void, void> {
    const { code } = TIERS[tier];
    const upTo = database.packedUpTo(part.id, tier, slot);
    for (let more = upTo > 0; more;) {
        database.transaction(() => {
            const { changes } = database.db.run(
                `DELETE FROM live WHERE id IN (
                    SELECT id FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id <= ? LIMIT ${ROWS})`,
                [part.id, code, from, to, upTo],
            );
            more = changes === ROWS;
            if (!more) {
                database.db.run('DELETE FROM packed WHERE part = ? AND tier = ? AND slot = ?', [part.id, code, slot]);
            }
        });
        yield;
    }
}

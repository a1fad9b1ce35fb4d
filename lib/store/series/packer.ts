import { packSpans, packValues, unpackSpans, unpackValues, type Spans } from './block-codec';
import { readCells } from './cells';
import { groupSeries, joined, packDays, readDays, readSeldom } from './groups';
import { blockBounds, liveOf, type Part, type Series, type SeriesDatabase } from './series-database';
import { emptySpans, overlay, spansOf } from './spans';
import {
    DAY,
    SHEET_SPAN_TIERS,
    SPAN_TIERS,
    slotOf,
    slotStart,
    spansInBlock,
    TIERS,
    type SampledTier,
    type StoredTier,
} from './tiers';

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
    tier: StoredTier;
    series: Series;
    slot: number;
    count: number;
    data: Buffer;
}

/** What the blocks of a part hold that cannot be read any more. */
export type DamagedBlock = (series: Series, tier: StoredTier, slot: number) => void;

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
        const days = new Map<Series, Spans>();
        const work = { database, part, tier, bounds, order, times, old, fresh, damaged, days };
        if (tier === 'seldom') blocks.push(packSeldom(work, read));
        else {
            for (const series of read) {
                yield;
                blocks.push(...(yield* packSeries({ ...work, series })));
            }
        }
        yield;
        if (days.size > 0) {
            blocks.push(dayBlock(work));
            yield;
        }
        writeBlocks(database, part, tier, bounds.slot, fresh.upTo, blocks);
        yield;
    } else if (part.sheet && fresh.upTo > 0) {
        // All its rows are of other parts of the sheet: they need not stay for this one.
        writeBlocks(database, part, tier, bounds.slot, fresh.upTo, []);
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
    const range = [liveOf(part), code, from, to, done];
    const { n, upTo } = database.db.get(
        'SELECT count(*) AS n, max(id) AS upTo FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id > ?',
        range,
    )!;
    const count = Number(n);
    const columns: Columns = { times: new Float64Array(count), values: new Map(), upTo: Number(upTo ?? 0) };
    for (const { column } of part.series) columns.values.set(column, new Float64Array(count).fill(NaN));
    let [row, seen, lastAt, lastId] = [0, 0, from, 0];
    while (seen < count) {
        const rows = database.db.all(
            `SELECT id, at, data FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id > ? AND id <= ?
             AND (at, id) > (?, ?) ORDER BY at, id LIMIT ${ROWS}`,
            [...range, columns.upTo, lastAt, lastId],
        );
        if (rows.length === 0) break;
        for (const { id, at, data } of rows) {
            columns.times[row] = Number(at);
            const isOwn = readCells(part, data as Uint8Array, (column, value) => {
                const values = columns.values.get(column);
                if (values) values[row] = value;
            });
            [lastAt, lastId] = [Number(at), Number(id)];
            seen++;
            if (isOwn) row++;
        }
        yield;
    }
    if (row < count) {
        columns.times = columns.times.subarray(0, row);
        for (const [column, values] of columns.values) columns.values.set(column, values.subarray(0, row));
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

interface PartToPack {
    database: SeriesDatabase;
    part: Part;
    tier: SampledTier;
    bounds: Bounds;
    order: Int32Array;
    times: Float64Array;
    old: Float64Array;
    fresh: Columns;
    damaged: DamagedBlock;
    /** Of a sheet: what packing its quantities finds of the day. */
    days: Map<Series, Spans>;
}

type SeriesToPack = PartToPack & { series: Series };

function* packSeries(work: SeriesToPack): Generator<void, NewBlock[]> {
    const { database, part, series, tier, bounds, order, times, old, fresh } = work;
    const before = old.length > 0 ? readValues(work, old.length) : undefined;
    const values = ordered(order, before, fresh.values.get(series.column)!);
    if (values.every(Number.isNaN)) return [];
    const blocks = [{ tier, series, slot: bounds.slot, count: values.length, data: packValues(values) } as NewBlock];
    if (tier !== 'fine') return blocks;
    if (part.sheet)
        work.days.set(series, spansOf(series.kind, times, values, { start: bounds.from, step: DAY, count: 1 }));
    for (const longer of part.sheet ? SHEET_SPAN_TIERS : SPAN_TIERS) {
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

/** The block with the days of all quantities of a part of a sheet, with the day that is packed. */
function dayBlock({ database, part, bounds, old, days, damaged }: PartToPack): NewBlock {
    const slot = slotOf('day', bounds.from);
    const place = (bounds.from - slotStart('day', slot)) / DAY;
    const all = readDays(database, part, slot, damaged);
    for (const [i, series] of part.series.entries()) {
        const { mean, min, max } = all[i]!;
        const day = days.get(series);
        if (!day?.min || !day.max || !min || !max) continue;
        // The samples of this day may be deleted for their age: one that comes late must not take its place.
        const isLate = old.length === 0 && !Number.isNaN(mean[place]);
        mean[place] = isLate ? mean[place]! : day.mean[0]!;
        min[place] = isLate ? Math.min(min[place]!, day.min[0]!) : day.min[0]!;
        max[place] = isLate ? Math.max(max[place]!, day.max[0]!) : day.max[0]!;
    }
    return { tier: 'day', series: groupSeries(part), slot, ...packDays(all) };
}

/** The samples of all quantities of a part, in one block. */
function packSeldom(
    { database, part, tier, bounds, order, old, fresh, damaged }: PartToPack,
    read: readonly Series[],
): NewBlock {
    const before = old.length > 0 ? readSeldom(database, part, bounds.slot, old.length, damaged) : undefined;
    const values = joined(read.map(({ column }, i) => ordered(order, before?.[i], fresh.values.get(column)!)));
    return { tier, series: groupSeries(part), slot: bounds.slot, count: values.length, data: packValues(values) };
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

/**
 * Deletes live rows that are packed; of a sheet those that all its parts have packed. Their notes go together with the last of them.
 */
function* deletePacked(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    { slot, from, to }: Bounds,
): Generator<void, void> {
    const { code } = TIERS[tier];
    const parts = part.sheet ? database.partsOf(part.sheet.id) : [part.id];
    const upTo = Math.min(...parts.map((id) => database.packedUpTo(id, tier, slot)));
    for (let more = upTo > 0; more;) {
        database.transaction(() => {
            const { changes } = database.db.run(
                `DELETE FROM live WHERE id IN (
                    SELECT id FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? AND id <= ? LIMIT ${ROWS})`,
                [liveOf(part), code, from, to, upTo],
            );
            more = changes === ROWS;
            if (more) return;
            const done = 'DELETE FROM packed WHERE part = ? AND tier = ? AND slot = ? AND upto <= ?';
            for (const id of parts) database.db.run(done, [id, code, slot, upTo]);
        });
        yield;
    }
}

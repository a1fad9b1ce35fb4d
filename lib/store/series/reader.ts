import { unpackSpans, unpackValues, type Spans } from './block-codec';
import { timesIn, type DamagedBlock } from './packer';
import { readCells } from './cells';
import { daysIn, groupSeries, readSeldom } from './groups';
import { liveOf, type LiveRow, type Part, type Series, type SeriesDatabase } from './series-database';
import { emptySpans, layIn, overlay, spansOf } from './spans';
import { DAY, slotOf, slotStart, spansInBlock, TIERS, type SampledTier, type SpanTier, type StoredTier } from './tiers';

/** Scaled values of some quantities of one part; NaN = unknown. */
export interface PartTable {
    /** Seconds, ascending. */
    times: Float64Array;
    columns: Map<Series, Spans>;
}

/** Live rows of sheets that were read for one part, for the others. It is for one answer. */
export type SheetRows = Map<string, (LiveRow & { id: number })[]>;

/** The tier in which a part has its samples. */
export function sampledTier({ sheet }: Part, tier: SampledTier): SampledTier {
    return sheet?.tier === 'seldom' && tier === 'fine' ? 'seldom' : tier;
}

/** The samples of a part from one time to another (seconds, both inclusive): packed and live ones, or only those that are packed. */
export function readSamples(
    database: SeriesDatabase,
    part: Part,
    series: readonly Series[],
    asked: SampledTier,
    { from, to }: { from: number; to: number },
    damaged: DamagedBlock,
    which: 'packed' | SheetRows = new Map(),
): PartTable {
    const tier = sampledTier(part, asked);
    const blocks = timeBlocks(database, part, tier, from, to, damaged);
    const packed = blocks.reduce((sum, { hi, lo }) => sum + hi - lo, 0);
    const live = which === 'packed' ? [] : liveRowsOf(database, part, tier, { from, to }, which);
    const times = new Float64Array(packed + live.length);
    let place = 0;
    for (const { times: all, lo, hi } of blocks) {
        times.set(all.subarray(lo, hi), place);
        place += hi - lo;
    }
    const columns = new Map(series.map((each) => [each, new Float64Array(times.length).fill(NaN)]));
    if (tier === 'seldom') fillSeldom(database, part, blocks, columns, damaged);
    else fillPacked(database, columns, tier, blocks, damaged);
    const rows = packed + fillLive(part, live, times, columns, packed);
    if (rows === times.length) return inOrder(times, columns);
    const cut = [...columns].map(([each, values]): [Series, Float64Array] => [each, values.subarray(0, rows)]);
    return inOrder(times.subarray(0, rows), new Map(cut));
}

/** @returns how many of the rows are samples of this part: a row of a sheet may hold nothing of it */
function fillLive(
    part: Part,
    live: readonly LiveRow[],
    times: Float64Array,
    columns: ReadonlyMap<Series, Float64Array>,
    first: number,
): number {
    const byColumn: Float64Array[] = [];
    for (const [{ column }, values] of columns) byColumn[column] = values;
    let row = first;
    const take = (column: number, value: number) => {
        const values = byColumn[column];
        if (values) values[row] = value;
    };
    for (const { at, data } of live) {
        if (readCells(part, data, take)) times[row++] = at;
        else for (const values of columns.values()) values[row] = NaN;
    }
    return row - first;
}

function liveRowsOf(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    { from, to }: { from: number; to: number },
    known: SheetRows,
): readonly LiveRow[] {
    const { sheet } = part;
    if (!sheet) return database.liveRows(part.id, tier, from, to);
    const key = `${sheet.id} ${from} ${to}`;
    const rows = known.get(key) ?? database.sheetRows(sheet.id, tier, from, to);
    known.set(key, rows);
    if (rows.length === 0) return rows;
    const packed = database.packedSlots(part.id, tier);
    return packed.size === 0 ? rows : rows.filter(({ id, at }) => id > (packed.get(slotOf(tier, at)) ?? 0));
}

function fillSeldom(
    database: SeriesDatabase,
    part: Part,
    blocks: readonly TimeBlock[],
    columns: ReadonlyMap<Series, Float64Array>,
    damaged: DamagedBlock,
): void {
    let place = 0;
    for (const { slot, times, lo, hi } of blocks) {
        const found = readSeldom(database, part, slot, times.length, damaged);
        for (const [series, values] of columns) values.set(found[series.column - 1]!.subarray(lo, hi), place);
        place += hi - lo;
    }
}

interface TimeBlock {
    slot: number;
    times: Float64Array;
    /** The samples in the range: from `lo` until before `hi`. */
    lo: number;
    hi: number;
}

function timeBlocks(
    { db }: SeriesDatabase,
    { times: series }: Part,
    tier: SampledTier,
    from: number,
    to: number,
    damaged: DamagedBlock,
): TimeBlock[] {
    return db
        .all('SELECT slot, n, data FROM block WHERE tier = ? AND series = ? AND slot BETWEEN ? AND ? ORDER BY slot', [
            TIERS[tier].code,
            series.id,
            slotOf(tier, from),
            slotOf(tier, to),
        ])
        .flatMap((row) => {
            const slot = Number(row.slot);
            try {
                const times = timesIn(row.data as Uint8Array, Number(row.n), slotStart(tier, slot));
                return [{ slot, times, lo: firstFrom(times, from), hi: firstFrom(times, to + 1) }];
            } catch {
                damaged(series, tier, slot);
                return [];
            }
        });
}

function fillPacked(
    database: SeriesDatabase,
    columns: ReadonlyMap<Series, Float64Array>,
    tier: SampledTier,
    blocks: readonly TimeBlock[],
    damaged: DamagedBlock,
): void {
    if (blocks.length === 0) return;
    let place = 0;
    const places = new Map<number, TimeBlock & { place: number }>();
    for (const block of blocks) {
        places.set(block.slot, { ...block, place });
        place += block.hi - block.lo;
    }
    const range = { from: blocks[0]!.slot, to: blocks.at(-1)!.slot };
    for (const { series, slot, n, data } of blockRows(database, columns.keys(), tier, range)) {
        const block = places.get(slot);
        if (!block) continue;
        try {
            const { times, lo, hi } = block;
            if (n !== times.length) throw new RangeError();
            columns.get(series)!.set(unpackValues(data, n).subarray(lo, hi), block.place);
        } catch {
            damaged(series, tier, slot);
        }
    }
}

interface BlockRow {
    series: Series;
    slot: number;
    /** Values in it. */
    n: number;
    data: Uint8Array;
}

/** The blocks of some quantities of a part, from one slot to another, by one look-up: each takes as long as a dozen blocks. */
function blockRows(
    { db }: SeriesDatabase,
    wanted: Iterable<Series>,
    tier: StoredTier,
    { from, to }: { from: number; to: number },
): BlockRow[] {
    const byId = new Map(Array.from(wanted, (series) => [series.id, series]));
    if (byId.size === 0) return [];
    const marks = Array.from(byId, () => '?').join();
    return db
        .all(
            `SELECT series, slot, n, data FROM block WHERE tier = ? AND series IN (${marks}) AND slot BETWEEN ? AND ?`,
            [TIERS[tier].code, ...byId.keys(), from, to],
        )
        .map(({ series, slot, n, data }) => ({
            series: byId.get(Number(series))!,
            slot: Number(slot),
            n: Number(n),
            data: data as Uint8Array,
        }));
}

/** After a jump of the wall clock, live samples may be older than packed ones. */
function inOrder(times: Float64Array, columns: Map<Series, Float64Array>): PartTable {
    let sorted = true;
    for (let i = 1; i < times.length && sorted; i++) sorted = times[i] >= times[i - 1];
    const asSpans = (values: Float64Array): Spans => ({ mean: values });
    if (sorted) return { times, columns: new Map([...columns].map(([series, values]) => [series, asSpans(values)])) };
    const order = Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
    const moved = (values: Float64Array) => Float64Array.from(order, (place) => values[place]);
    return {
        times: moved(times),
        columns: new Map([...columns].map(([series, values]) => [series, asSpans(moved(values))])),
    };
}

/** Quarters, hours or days of a part: one for each step of the range, unknown where there is nothing. */
export function readSpanTable(
    database: SeriesDatabase,
    part: Part,
    series: readonly Series[],
    tier: SpanTier,
    { from, to }: { from: number; to: number },
    damaged: DamagedBlock,
    known: SheetRows = new Map(),
): PartTable {
    const { step } = TIERS[tier];
    const start = Math.floor(from / step) * step;
    const count = Math.max(0, Math.floor((to - start) / step) + 1);
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++) times[i] = start + i * step;
    if (part.sheet?.tier === 'seldom') {
        const range = { from: start, to: start + count * step - 1 };
        const samples = readSamples(database, part, series, 'seldom', range, damaged, known);
        const grid = { start, step, count };
        const made = series.map((each): [Series, Spans] => [
            each,
            spansOf(each.kind, samples.times, samples.columns.get(each)!.mean, grid),
        ]);
        return { times, columns: new Map(made) };
    }
    const columns = new Map(series.map((each) => [each, emptySpans(each.kind, count)]));
    if (tier === 'day') fillDays(database, part, columns, { start, to }, damaged);
    else fillSpans(database, columns, tier, { start, to }, damaged);
    for (const day of liveDays(database, part, start, start + count * step - 1)) {
        overlayDay(database, part, columns, { day, start, step }, damaged, known);
    }
    return { times, columns };
}

function fillDays(
    database: SeriesDatabase,
    part: Part,
    columns: ReadonlyMap<Series, Spans>,
    { start, to }: { start: number; to: number },
    damaged: DamagedBlock,
): void {
    const { code, step } = TIERS.day;
    const rows = database.db.all(
        'SELECT slot, n, data FROM block WHERE tier = ? AND series = ? AND slot BETWEEN ? AND ?',
        [code, groupSeries(part).id, slotOf('day', start), slotOf('day', to)],
    );
    for (const { slot, n, data } of rows) {
        try {
            const days = daysIn(data as Uint8Array, Number(n));
            const at = (slotStart('day', Number(slot)) - start) / step;
            for (const [series, spans] of columns) {
                const own = days[series.column - 1];
                if (own) layIn(spans, own, at);
            }
        } catch {
            damaged(groupSeries(part), 'day', Number(slot));
        }
    }
}

function fillSpans(
    database: SeriesDatabase,
    columns: ReadonlyMap<Series, Spans>,
    tier: 'quarter' | 'hour',
    { start, to }: { start: number; to: number },
    damaged: DamagedBlock,
): void {
    const { step } = TIERS[tier];
    const range = { from: slotOf(tier, start), to: slotOf(tier, to) };
    for (const { series, slot, data } of blockRows(database, columns.keys(), tier, range)) {
        try {
            const block = unpackSpans(data, spansInBlock(tier), series.kind === 'number');
            layIn(columns.get(series)!, block, (slotStart(tier, slot) - start) / step);
        } catch {
            damaged(series, tier, slot);
        }
    }
}

/** Days (their numbers) with samples that are not packed, and so not in quarters and hours yet. */
function liveDays({ db }: SeriesDatabase, part: Part, from: number, to: number): number[] {
    return db
        .all(`SELECT DISTINCT at / ${DAY} AS day FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ?`, [
            liveOf(part),
            TIERS.fine.code,
            from,
            to,
        ])
        .map(({ day }) => Number(day));
}

function overlayDay(
    database: SeriesDatabase,
    part: Part,
    columns: Map<Series, Spans>,
    { day, start, step }: { day: number; start: number; step: number },
    damaged: DamagedBlock,
    known: SheetRows,
): void {
    // All of the day, as it is packed: the resolution of its means is that of all its values.
    const samples = readSamples(
        database,
        part,
        [...columns.keys()],
        'fine',
        { from: day * DAY, to: (day + 1) * DAY - 1 },
        damaged,
        known,
    );
    for (const [series, spans] of columns) {
        const { mean } = samples.columns.get(series)!;
        const grid = { start: day * DAY, step, count: DAY / step };
        overlay(spans, spansOf(series.kind, samples.times, mean, grid), (day * DAY - start) / step);
    }
}

function firstFrom(times: Float64Array, at: number): number {
    let [low, high] = [0, times.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] < at) low = middle + 1;
        else high = middle;
    }
    return low;
}

import { readSpans, readTimes, type DamagedBlock } from './packer';
import { groupSeries, knownDays, readDays } from './groups';
import { liveOf, type Part, type SeriesDatabase } from './series-database';
import { slotStart, TIERS, type SampledTier, type SpanTier, type StoredTier } from './tiers';

/** Seconds of the oldest and the newest value; of quarters and hours, of the quantity that came first. */
export interface Extent {
    from: number;
    to: number;
}

/** What a part has of a tier; undefined if it has nothing. Of quarters, hours and days only what is packed. */
export function extentOf(
    database: SeriesDatabase,
    part: Part,
    tier: StoredTier,
    damaged: DamagedBlock,
): Extent | undefined {
    // Hours and days of what is sampled seldom are made of its samples.
    if (part.sheet?.tier === 'seldom') {
        return tier === 'recording' ? undefined : sampledExtent(database, part, 'seldom', damaged);
    }
    if (tier === 'day') return daysExtent(database, part, damaged);
    return tier === 'quarter' || tier === 'hour'
        ? spanExtent(database, part, tier, damaged)
        : sampledExtent(database, part, tier, damaged);
}

/**
 * What the parts of one sheet have together: the slots of all are looked at, but only one is read for each end. Quicker than each by itself, where there
 * are a hundred of them.
 */
export function sheetExtent(
    database: SeriesDatabase,
    parts: readonly Part[],
    tier: StoredTier,
    damaged: DamagedBlock,
): Extent | undefined {
    const [one] = parts;
    if (!one || parts.length === 1) return one && extentOf(database, one, tier, damaged);
    const stored = one.sheet?.tier === 'seldom' && tier !== 'recording' ? 'seldom' : tier;
    const isSampled = stored === 'fine' || stored === 'recording' || stored === 'seldom';
    const bySeries = new Map(parts.map((part) => [(isSampled ? part.times : groupSeries(part)).id, part]));
    const ranges = database.db.all(
        `SELECT series, min(slot) AS first, max(slot) AS last FROM block
         WHERE tier = ? AND series IN (${parts.map(() => '?').join()}) GROUP BY series`,
        [TIERS[stored].code, ...bySeries.keys()],
    );
    const first = Math.min(...ranges.map((range) => Number(range.first)));
    const last = Math.max(...ranges.map((range) => Number(range.last)));
    const partOf = (range: (typeof ranges)[number] | undefined) => range && bySeries.get(Number(range.series));
    const ends = [
        // Its live rows are those of all.
        one,
        partOf(ranges.find((range) => Number(range.first) === first)),
        partOf(ranges.find((range) => Number(range.last) === last)),
    ];
    return joined([...new Set(ends)].map((part) => part && extentOf(database, part, tier, damaged)));
}

function daysExtent(database: SeriesDatabase, part: Part, damaged: DamagedBlock): Extent | undefined {
    if (!part.sheet) return undefined;
    const { first, last } = slots(database, TIERS.day.code, groupSeries(part).id);
    if (first === undefined || last === undefined) return undefined;
    return joined([first, last].map((slot) => knownDays(readDays(database, part, slot, damaged), slot)));
}

/** The blocks that a part has of quarters, hours or days, from the beginning of the first to the end of the last. */
export function blocksOf(database: SeriesDatabase, part: Part, tier: SpanTier): Extent | undefined {
    const { sheet } = part;
    if (sheet) {
        // Days are kept longer than hours, and in few blocks.
        const kept = sheet.tier === 'seldom' ? 'seldom' : 'day';
        const { first, last } = slots(database, TIERS[kept].code, groupSeries(part).id);
        if (first === undefined || last === undefined) return undefined;
        return { from: slotStart(kept, first), to: slotStart(kept, last + 1) - 1 };
    }
    const { code, block } = TIERS[tier];
    return joined(
        part.series.map((series) => {
            const { first, last } = slots(database, code, series.id);
            if (first === undefined || last === undefined) return undefined;
            return { from: slotStart(tier, first), to: slotStart(tier, last) + block - 1 };
        }),
    );
}

export function joined(extents: readonly (Extent | undefined)[]): Extent | undefined {
    const known = extents.filter((extent) => extent !== undefined);
    if (known.length === 0) return undefined;
    return { from: Math.min(...known.map(({ from }) => from)), to: Math.max(...known.map(({ to }) => to)) };
}

function sampledExtent(
    database: SeriesDatabase,
    part: Part,
    tier: SampledTier,
    damaged: DamagedBlock,
): Extent | undefined {
    const { code } = TIERS[tier];
    const { db } = database;
    const live = db.get('SELECT min(at) AS first, max(at) AS last FROM live WHERE part = ? AND tier = ?', [
        liveOf(part),
        code,
    ]);
    const { first, last } = slots(database, code, part.times.id);
    const oldest = first === undefined ? undefined : readTimes(database, part, tier, first, damaged)[0];
    const newest = last === undefined ? undefined : readTimes(database, part, tier, last, damaged).at(-1);
    return joined([
        live?.first === null ? undefined : { from: Number(live?.first), to: Number(live?.last) },
        oldest === undefined || newest === undefined ? undefined : { from: oldest, to: newest },
    ]);
}

function spanExtent(
    database: SeriesDatabase,
    part: Part,
    tier: 'quarter' | 'hour',
    damaged: DamagedBlock,
): Extent | undefined {
    const { code, step } = TIERS[tier];
    // Of a part of a sheet, which are many, the first and the last one tell for all.
    const asked = part.sheet ? [...new Set([part.series[0]!, part.series.at(-1)!])] : part.series;
    const ranges = asked.map((series) => ({ series, ...slots(database, code, series.id) }));
    const firsts = ranges.flatMap(({ first }) => first ?? []);
    const lasts = ranges.flatMap(({ last }) => last ?? []);
    if (firsts.length === 0) return undefined;
    const [first, last] = [Math.min(...firsts), Math.max(...lasts)];
    // One quantity tells for all: they are sampled together. The oldest has the lowest id.
    const oldest = ranges.find((range) => range.first === first)!.series;
    const newest = ranges.find((range) => range.last === last)!.series;
    const isKnown = (value: number) => !Number.isNaN(value);
    const begin = readSpans(database, oldest, tier, first, damaged).mean.findIndex(isKnown);
    const end = readSpans(database, newest, tier, last, damaged).mean.findLastIndex(isKnown);
    const from = slotStart(tier, first) + Math.max(0, begin) * step;
    return { from, to: Math.max(from, slotStart(tier, last) + Math.max(0, end) * step) };
}

function slots({ db }: SeriesDatabase, tier: number, series: number): { first?: number; last?: number } {
    // Two queries: SQLite reads an index from one end for min alone or max alone.
    const first = db.get('SELECT min(slot) AS slot FROM block WHERE tier = ? AND series = ?', [tier, series])?.slot;
    const last = db.get('SELECT max(slot) AS slot FROM block WHERE tier = ? AND series = ?', [tier, series])?.slot;
    return first === null || last === null ? {} : { first: Number(first), last: Number(last) };
}

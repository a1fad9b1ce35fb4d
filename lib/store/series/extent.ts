import { readSpans, readTimes, type DamagedBlock } from './packer';
import type { Part, SeriesDatabase } from './series-database';
import { slotStart, TIERS, type SpanTier } from './tiers';
import type { Tier } from './types';

/** Seconds of the oldest and the newest value; of quarters and hours, of the quantity that came first. */
export interface Extent {
    from: number;
    to: number;
}

/** What a part has of a tier; undefined if it has nothing. Of quarters and hours only what is packed. */
export function extentOf(database: SeriesDatabase, part: Part, tier: Tier, damaged: DamagedBlock): Extent | undefined {
    return tier === 'fine' || tier === 'recording'
        ? sampledExtent(database, part, tier, damaged)
        : spanExtent(database, part, tier, damaged);
}

/** The blocks that a part has of quarters or hours, from the beginning of the first to the end of the last. */
export function blocksOf(database: SeriesDatabase, part: Part, tier: SpanTier): Extent | undefined {
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
    tier: 'fine' | 'recording',
    damaged: DamagedBlock,
): Extent | undefined {
    const { code } = TIERS[tier];
    const { db } = database;
    const live = db.get('SELECT min(at) AS first, max(at) AS last FROM live WHERE part = ? AND tier = ?', [
        part.id,
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
    const ranges = part.series.map((series) => ({ series, ...slots(database, code, series.id) }));
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

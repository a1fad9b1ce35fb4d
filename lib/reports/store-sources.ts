import type { LogEntry } from '../core/journal/event-log';
import type { Slices } from '../core/turns';
import type { EpisodeQuery, PlannedStep, Range, Readings, ReadingsColumn, ReadingsQuery } from './sources';
import type { ReportEpisode, ReportSources } from './sources';

/** The part of a site's store that reports read. */
export interface HistoryStore {
    /** Newest first. */
    logEntries(query: Range & { limit: number; before?: { at: number; id: number } }): LogEntry[];
    /** Latest first. */
    episodes(query: EpisodeQuery & { limit: number; before?: { since: number; episode: string } }): StoredEpisode[];
}

export interface StoredEpisode extends Omit<ReportEpisode, 'level'> {
    level: LogEntry['level'];
}

/** The part of a site's history of values that reports read. Times in epoch ms, both inclusive. */
export interface SeriesReader {
    read(query: { owner: string; quantities: string[]; from: number; to: number; tier: Tier }): SeriesTable;
    /** Those that touch a range, oldest first. */
    recordings(query: { owner: string; from: number; to: number }): { from: number; to?: number }[];
}

type Tier = 'fine' | 'quarter' | 'hour' | 'recording';

export interface SeriesTable {
    times: number[];
    columns: (ReadingsColumn & { kind: 'number' | 'state' })[];
    gapMs: number;
}

/** Entries that are read in one step. */
const PAGE = 100;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BUCKETS = { quarter: 15 * MINUTE_MS, hour: HOUR_MS } as const;

/** What the store does not know of an occurrence. */
export interface LiveFacts {
    /** What was planned when it began. */
    planAtOnset?(episode: string): PlannedStep[] | undefined;
    /** How long one that lasts has lasted by count, ms. */
    countedMs?(episode: StoredEpisode): number | undefined;
}

/** Reads reports out of the store of a site. */
export function storeSources(
    store: HistoryStore,
    series: SeriesReader,
    { planAtOnset, countedMs }: LiveFacts = {},
): ReportSources {
    return {
        episodes: (query) => episodesOf(store, query, countedMs),
        log: (range, slices) => logOf(store, range, slices),
        readings: (query, slices) => (query.detail === 'fine' ? kept : closest)(series, query, slices),
        ...(planAtOnset ? { planAtOnset } : {}),
    };
}

function episodesOf(store: HistoryStore, query: EpisodeQuery, countedMs: LiveFacts['countedMs']): ReportEpisode[] {
    const found: StoredEpisode[] = [];
    for (;;) {
        const last = found.at(-1);
        const page = store.episodes({ ...query, limit: PAGE, ...(last ? { before: last } : {}) });
        found.push(...page);
        if (page.length < PAGE) break;
    }
    return found.reverse().map((each) => {
        const { level, ...episode } = each;
        const lastedMs = each.endedAt === undefined ? countedMs?.(each) : each.lastedMs;
        const counted = lastedMs === undefined ? {} : { lastedMs };
        return { ...episode, ...counted, level: level === 'error' ? 'alarm' : level };
    });
}

async function logOf(store: HistoryStore, range: Range, slices: Slices): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for (;;) {
        const last = found.at(-1);
        const page = store.logEntries({ ...range, limit: PAGE, ...(last ? { before: last } : {}) });
        found.push(...page);
        if (page.length < PAGE) return found.reverse();
        await slices.breathe();
    }
}

/** Each sample; where they are not kept any more, quarters of an hour, or hours: the finest that reach as far back as there is anything. */
async function kept(series: SeriesReader, query: ReadingsQuery, slices: Slices): Promise<Readings> {
    let best: Readings = { times: [], columns: [], gapMs: 0 };
    for (const tier of ['fine', 'quarter', 'hour'] as const) {
        const first = best.times[0] ?? Infinity;
        // What is forgotten goes as whole days: nothing of a range that begins with a sample is missing.
        if (first - query.from < (best.bucketMs ?? best.gapMs)) break;
        const readings = read(series, query, tier);
        if ((readings.times[0] ?? Infinity) + (readings.bucketMs ?? 0) <= first) best = readings;
        await slices.breathe();
    }
    return best;
}

/** The recording where there is one, and samples before and after it. */
async function closest(series: SeriesReader, query: ReadingsQuery, slices: Slices): Promise<Readings> {
    const { owner, from, to } = query;
    const spans = series.recordings({ owner, from, to }).map((each) => ({ from: each.from, to: each.to ?? to }));
    const fine = await kept(series, query, slices);
    const close = spans.length > 0 ? await recorded(series, query, spans, slices) : undefined;
    if (!close || close.times.length === 0) return fine;
    // A mean of a quarter of an hour does not fit among seconds.
    const around = fine.bucketMs === undefined ? fine : { ...fine, times: [], columns: [] };
    const isInside = (at: number) => spans.some((span) => at >= span.from && at <= span.to);
    const places = inOrder(
        around.times.flatMap((at, index) => (isInside(at) ? [] : [{ at, index, of: around }])),
        close.times.map((at, index) => ({ at, index, of: close })),
        holes(close).map((at) => ({ at, index: 0, of: undefined })),
    );
    await slices.breathe();
    const columns: ReadingsColumn[] = [];
    for (const quantity of query.quantities) {
        const own = columnIn(close, quantity);
        const other = columnIn(around, quantity);
        if (!own && !other) continue;
        const mean = places.map(({ of, index }) => (of && (of === close ? own : other))?.mean[index]);
        columns.push({ ...bare((own ?? other)!), mean });
        await slices.breathe();
    }
    return { times: places.map(({ at }) => at), columns, gapMs: Math.max(close.gapMs, around.gapMs) };
}

/** A time of the result: a row of one of two readings, or a hole. */
interface Place {
    at: number;
    index: number;
    of: Readings | undefined;
}

/** Of the same time those of the first list come first; each list is by time. */
function inOrder(...lists: readonly (readonly Place[])[]): Place[] {
    return lists.flat().sort((a, b) => a.at - b.at);
}

function columnIn({ columns }: Readings, quantity: string): ReadingsColumn | undefined {
    return columns.find((each) => each.quantity === quantity);
}

/** What was recorded, read piece by piece: of an outage of a day there are tens of thousands of times. */
async function recorded(
    series: SeriesReader,
    query: ReadingsQuery,
    spans: readonly Range[],
    slices: Slices,
): Promise<Readings> {
    const times: number[] = [];
    const means = new Map<string, ReadingsColumn & { mean: (number | undefined)[] }>();
    let gapMs = 0;
    for (const { from, to } of windows(query, spans)) {
        const piece = read(series, { ...query, from, to }, 'recording');
        for (const column of piece.columns) {
            const name = JSON.stringify([column.quantity, column.unit]);
            const mean = means.get(name)?.mean ?? new Array<undefined>(times.length).fill(undefined);
            for (const value of column.mean) mean.push(value);
            means.set(name, { ...bare(column), mean });
        }
        for (const at of piece.times) times.push(at);
        for (const { mean } of means.values()) while (mean.length < times.length) mean.push(undefined);
        gapMs = piece.gapMs;
        await slices.breathe();
    }
    return { times, columns: [...means.values()], gapMs };
}

/** The parts of a range in which there are recordings, hour by hour. */
function windows(range: Range, spans: readonly Range[]): Range[] {
    const found: Range[] = [];
    for (let from = range.from; from <= range.to; from = (Math.floor(from / HOUR_MS) + 1) * HOUR_MS) {
        const to = Math.min(range.to, (Math.floor(from / HOUR_MS) + 1) * HOUR_MS - 1);
        if (spans.some((span) => span.from <= to && span.to >= from)) found.push({ from, to });
    }
    return found;
}

/** A moment in each gap of a recording: samples around it may be further apart than its own seconds. */
function holes({ times, gapMs }: Readings): number[] {
    return times.slice(1).flatMap((at, index) => (at - times[index]! > gapMs ? [(at + times[index]!) / 2] : []));
}

function bare({ quantity, unit, states }: ReadingsColumn): Omit<ReadingsColumn, 'mean'> {
    return { quantity, unit, ...(states ? { states } : {}) };
}

function read(series: SeriesReader, { owner, quantities, from, to }: ReadingsQuery, tier: Tier): Readings {
    const { times, columns, gapMs } = series.read({ owner, quantities: [...quantities], from, to, tier });
    const bucketMs = tier === 'quarter' || tier === 'hour' ? BUCKETS[tier] : undefined;
    return { times, columns, gapMs, ...(bucketMs === undefined ? {} : { bucketMs }) };
}

import type { LogEntry } from '../core/journal/event-log';
import { breathe } from './sources';
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

const PAGE = 500;
const MINUTE_MS = 60_000;
const BUCKETS = { quarter: 15 * MINUTE_MS, hour: 60 * MINUTE_MS } as const;

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
        log: (range) => logOf(store, range),
        readings: (query) => (query.detail === 'fine' ? kept(series, query) : closest(series, query)),
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

async function logOf(store: HistoryStore, range: Range): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for (;;) {
        const last = found.at(-1);
        const page = store.logEntries({ ...range, limit: PAGE, ...(last ? { before: last } : {}) });
        found.push(...page);
        if (page.length < PAGE) return found.reverse();
        await breathe();
    }
}

/** Each sample; where they are not kept any more, quarters of an hour, or hours: the finest that reach as far back as there is anything. */
function kept(series: SeriesReader, query: ReadingsQuery): Readings {
    let best: Readings = { times: [], columns: [], gapMs: 0 };
    for (const tier of ['fine', 'quarter', 'hour'] as const) {
        const first = best.times[0] ?? Infinity;
        // What is forgotten goes as whole days: nothing of a range that begins with a sample is missing.
        if (first - query.from < (best.bucketMs ?? best.gapMs)) break;
        const readings = read(series, query, tier);
        if ((readings.times[0] ?? Infinity) + (readings.bucketMs ?? 0) <= first) best = readings;
    }
    return best;
}

/** The recording where there is one, and samples before and after it. */
function closest(series: SeriesReader, query: ReadingsQuery): Readings {
    const { owner, from, to } = query;
    const spans = series.recordings({ owner, from, to }).map((each) => ({ from: each.from, to: each.to ?? to }));
    const fine = kept(series, query);
    const close = spans.length > 0 ? read(series, query, 'recording') : undefined;
    if (!close || close.times.length === 0) return fine;
    // A mean of a quarter of an hour does not fit among seconds.
    const around = fine.bucketMs === undefined ? fine : { ...fine, times: [], columns: [] };
    const isInside = (at: number) => spans.some((span) => at >= span.from && at <= span.to);
    const rows = [
        ...rowsOf(around, query.quantities).filter(({ at }) => !isInside(at)),
        ...rowsOf(close, query.quantities),
        ...holes(close).map((at): Row => ({ at, values: [] })),
    ].sort((a, b) => a.at - b.at);
    const columns = query.quantities.flatMap((quantity, index): ReadingsColumn[] => {
        const column = [...close.columns, ...around.columns].find((each) => each.quantity === quantity);
        return column ? [{ ...bare(column), mean: rows.map(({ values }) => values[index]) }] : [];
    });
    return { times: rows.map(({ at }) => at), columns, gapMs: Math.max(close.gapMs, around.gapMs) };
}

interface Row {
    at: number;
    values: (number | undefined)[];
}

function rowsOf({ times, columns }: Readings, quantities: readonly string[]): Row[] {
    const means = quantities.map((quantity) => columns.find((each) => each.quantity === quantity)?.mean);
    return times.map((at, index) => ({ at, values: means.map((mean) => mean?.[index]) }));
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

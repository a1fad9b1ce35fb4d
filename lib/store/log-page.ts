import type { LogEntry } from '../core/journal/event-log';
import type { EpisodeView } from './episode-query';
import type { LogPlace, LogQuery } from './log-query';

/** A row of the log view; repeated entries with the same text share one row. */
export interface LogRow {
    /** The newest of its entries, complete; its text is without the count that the row tells. */
    entry: LogEntry;
    /** The log that it comes from. */
    log: string;
    /** Number of entries in the row. */
    count: number;
    /** Times of the oldest and the newest entry, epoch ms. */
    from: number;
    to: number;
    /** Stays the same while the row grows. */
    key: string;
    /** The entries before the newest one, newest first; at most `MOST_SHOWN`. */
    others: { at: number; text: string }[];
    /** The row is this outage; its entries are those of the query `outage`. */
    outage?: EpisodeView;
}

export interface LogPage {
    /** Newest first, by the newest entry of each row. */
    rows: LogRow[];
    /** Pass it on to get the older rows; absent: there are none. */
    older?: string;
}

export interface PageQuery extends Omit<LogQuery, 'limit' | 'before'> {
    rows: number;
    /** The value from the page before. */
    older?: string;
    /** `outage`: what belongs to an outage of one UPS is one row, on the page that has the newest of its entries. */
    group?: 'outage';
}

/** A log to read; a store is one. */
export interface PagedLog {
    searchLog(query: LogQuery): Promise<LogEntry[]>;
    /** How many entries answer to the query, whatever its limit. */
    countLog(query: LogQuery): number;
    /** The episode of the outage that an entry belongs to. */
    outageOf(entry: LogEntry): string | undefined;
    episode(episode: string): EpisodeView | undefined;
}

/** The logs to read; the key identifies a log in the position of a page. */
export type PagedLogs = ReadonlyMap<string, PagedLog>;

/** An equal entry within this time is a repeat. */
const GAP_MS = 20 * 60_000;
/** Two equal entries keep their own rows: "failed", "back", "failed" reads as it happened. */
const FEWEST = 3;
const MOST_SHOWN = 20;
const BATCH = 100;
/** Limit for one page: a log of only repeats must not be read to its end at once. */
const MOST_READ = 10_000;

interface Group {
    log: string;
    same: string;
    entries: LogEntry[];
}

/** Reads several logs as one, newest first, with repeats folded into one row. */
export async function logPage(logs: PagedLogs, { rows, older, group: by, ...query }: PageQuery): Promise<LogPage> {
    const reader = new MergedLogs(logs, query, readPlaces(older));
    const outages = by === 'outage' ? new Outages(logs, query, readPlaces(older)) : undefined;
    const groups: Group[] = [];
    const open = new Map<string, Group>();
    let read = 0;
    let next: Step | undefined;
    for (; read < MOST_READ; read++) {
        next = await reader.peek();
        if (!next) break;
        const full = rowsOf(groups) + (outages?.rows.length ?? 0) >= rows;
        const outage = outages?.of(next);
        if (outages && outage !== undefined) {
            if (full && !outages.knows(next, outage)) break;
            await outages.add(next, outage);
            reader.take(next);
            continue;
        }
        const same = sameness(next);
        const group = open.get(same);
        const oldest = group?.entries.at(-1);
        if (group && oldest && oldest.at - next.entry.at <= GAP_MS) {
            group.entries.push(next.entry);
        } else {
            if (full) break;
            const made: Group = { log: next.log, same, entries: [next.entry] };
            groups.push(made);
            open.set(same, made);
        }
        reader.take(next);
    }
    const shown = [...groups.flatMap(toRows), ...(outages?.rows ?? [])].sort(
        (a, b) => b.entry.at - a.entry.at || b.entry.id - a.entry.id,
    );
    return next ? { rows: shown, older: reader.place } : { rows: shown };
}

/** The number of rows: entries that are too few to be folded have a row each. */
const rowsOf = (groups: readonly Group[]): number =>
    groups.reduce((sum, { entries }) => sum + (entries.length < FEWEST ? entries.length : 1), 0);

interface Step {
    log: string;
    entry: LogEntry;
}

/** Merges several logs, newest entry first; each log has its own ids. */
export class MergedLogs {
    private readonly buffers = new Map<string, LogEntry[]>();
    private readonly ended = new Set<string>();

    constructor(
        private readonly logs: PagedLogs,
        private readonly query: LogQuery,
        /** Where each log continues. */
        private readonly places: Map<string, LogPlace>,
    ) {}

    /** The newest entries that are left. */
    async next(limit: number): Promise<LogEntry[]> {
        const entries: LogEntry[] = [];
        while (entries.length < limit) {
            const step = await this.peek();
            if (!step) break;
            entries.push(step.entry);
            this.take(step);
        }
        return entries;
    }

    async peek(): Promise<Step | undefined> {
        let newest: Step | undefined;
        for (const log of this.logs.keys()) {
            const entry = this.buffers.get(log)?.[0] ?? (await this.read(log));
            if (entry && (!newest || entry.at > newest.entry.at)) newest = { log, entry };
        }
        return newest;
    }

    take({ log, entry }: Step): void {
        this.buffers.get(log)!.shift();
        this.places.set(log, entry);
    }

    get place(): string {
        return [...this.places].map(([log, { at, id }]) => `${log}:${at}:${id}`).join(',');
    }

    private async read(log: string): Promise<LogEntry | undefined> {
        if (this.ended.has(log)) return undefined;
        const before = this.places.get(log);
        const read = await this.logs.get(log)!.searchLog({ ...this.query, limit: BATCH, before });
        if (read.length < BATCH) this.ended.add(log);
        this.buffers.set(log, read);
        return read[0];
    }
}

/** The outages on a page. An outage is on the page that has the newest of its entries, and on no other one. */
class Outages {
    readonly rows: LogRow[] = [];
    private readonly known = new Set<string>();

    constructor(
        private readonly logs: PagedLogs,
        private readonly query: LogQuery,
        /** Where the page begins in each log. */
        private readonly begin: ReadonlyMap<string, LogPlace>,
    ) {}

    of({ log, entry }: Step): string | undefined {
        return this.logs.get(log)!.outageOf(entry);
    }

    /** Whether it is on this page already. */
    knows({ log }: Step, episode: string): boolean {
        return this.known.has(`${log}:${episode}`);
    }

    async add({ log, entry }: Step, episode: string): Promise<void> {
        const key = `${log}:${episode}`;
        if (this.known.has(key)) return;
        this.known.add(key);
        const paged = this.logs.get(log)!;
        const behind = { ...this.query, outage: episode };
        const entries = await paged.searchLog({ ...behind, limit: MOST_SHOWN + 1 });
        const newest = entries[0] ?? entry;
        if (isShownBefore(newest, this.begin.get(log))) return;
        const outage = paged.episode(episode);
        const found = row(log, key, entries.length ? entries : [entry]);
        const whole = outage && { from: outage.since, to: outage.endedAt ?? newest.at, outage };
        this.rows.push({ ...found, count: paged.countLog(behind), ...whole });
    }
}

/** An entry at the place where the page before ended, or newer. */
function isShownBefore({ at, id }: LogEntry, begin: LogPlace | undefined): boolean {
    return begin !== undefined && (at > begin.at || (at === begin.at && id >= begin.id));
}

function readPlaces(older = ''): Map<string, LogPlace> {
    const places = older.split(',').map((part): [string, LogPlace] => {
        const [, log, at, id] = /^(.+):(-?[\d.]+):(\d+)$/.exec(part) ?? [];
        return [log ?? '', { at: Number(at), id: Number(id) }];
    });
    return new Map(places.filter(([log, { at, id }]) => log !== '' && Number.isFinite(at) && Number.isSafeInteger(id)));
}

/**
 * A key that is equal for entries with the same meaning. For a job or an event: the same job or event with the same outcome. For other
 * entries also the same text, apart from the numbers in it.
 */
function sameness({ log, entry }: Step): string {
    const { kind, level, source, nodeId, eventId, active, dryRun, text } = entry;
    const words = kind === 'log' || kind === 'system' ? text.replace(/\d+([.,:]\d+)*/g, '#') : '';
    return JSON.stringify([log, kind, level, source, nodeId, eventId, active, dryRun, words]);
}

function toRows({ log, same, entries }: Group): LogRow[] {
    if (entries.length < FEWEST) {
        return entries.map((entry) => row(log, `${log}:${entry.id}`, [entry]));
    }
    return [row(log, `${same}:${entries.at(-1)!.id}`, entries)];
}

function row(log: string, key: string, entries: readonly LogEntry[]): LogRow {
    const [entry, ...others] = entries as readonly [LogEntry, ...LogEntry[]];
    const counted = entries.map(countOf);
    return {
        entry: { ...entry, text: countOf(entry).text },
        log,
        key,
        count: counted.reduce((sum, { count }) => sum + count, 0),
        from: Math.min(...counted.map(({ from }) => from)),
        to: entry.at,
        others: others.slice(0, MOST_SHOWN).map(({ at, text }) => ({ at, text })),
    };
}

/** An entry may itself count several entries (see RepeatSuppressor). */
function countOf({ at, text, detail }: LogEntry): { count: number; from: number; text: string } {
    const { flapping } = (detail ?? {}) as { flapping?: { count?: unknown; since?: unknown; text?: unknown } };
    const { count, since, text: plain } = flapping ?? {};
    if (typeof count !== 'number' || typeof since !== 'number') return { count: 1, from: at, text };
    // An entry of an earlier version has its text with the count alone.
    return { count, from: since, text: typeof plain === 'string' ? plain : text };
}

import type { LogEntry } from '../core/journal/event-log';
import type { LogQuery } from './log-table';

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
}

export interface LogPage {
    rows: LogRow[];
    /** Pass it on to get the older rows; absent: there are none. */
    older?: string;
}

export interface PageQuery extends Omit<LogQuery, 'limit' | 'beforeId'> {
    rows: number;
    /** The value from the page before. */
    older?: string;
}

/** The logs to read; the key identifies a log in the position of a page. */
export type PagedLogs = ReadonlyMap<string, (query: LogQuery) => LogEntry[]>;

/** An equal entry within this time is a repeat. */
const GAP_MS = 20 * 60_000;
/** Two equal entries keep their own rows: "failed", "back", "failed" reads as it happened. */
const FEWEST = 3;
const MOST_SHOWN = 20;
const BATCH = 250;
/** Limit for one page: a log of only repeats must not be read to its end at once. */
const MOST_READ = 10_000;

interface Group {
    log: string;
    same: string;
    entries: LogEntry[];
}

/** Reads several logs as one, newest first, with repeats folded into one row. */
export function logPage(logs: PagedLogs, { rows, older, ...query }: PageQuery): LogPage {
    const reader = new MergedLogs(logs, query, readPlaces(older));
    const groups: Group[] = [];
    const open = new Map<string, Group>();
    let read = 0;
    let next: Step | undefined;
    for (; read < MOST_READ; read++) {
        next = reader.peek();
        if (!next) break;
        const same = sameness(next);
        const group = open.get(same);
        const oldest = group?.entries.at(-1);
        if (group && oldest && oldest.at - next.entry.at <= GAP_MS) {
            group.entries.push(next.entry);
        } else {
            if (rowsOf(groups) >= rows) break;
            const made: Group = { log: next.log, same, entries: [next.entry] };
            groups.push(made);
            open.set(same, made);
        }
        reader.take();
    }
    const shown = groups.flatMap(toRows).sort((a, b) => b.to - a.to || b.entry.id - a.entry.id);
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
class MergedLogs {
    private readonly buffers = new Map<string, LogEntry[]>();
    private readonly ended = new Set<string>();

    constructor(
        private readonly logs: PagedLogs,
        private readonly query: LogQuery,
        /** The id before which each log continues. */
        private readonly places: Map<string, number>,
    ) {}

    peek(): Step | undefined {
        let newest: Step | undefined;
        for (const log of this.logs.keys()) {
            const entry = this.head(log);
            if (entry && (!newest || entry.at > newest.entry.at)) newest = { log, entry };
        }
        return newest;
    }

    take(): void {
        const step = this.peek();
        if (!step) return;
        this.buffers.get(step.log)!.shift();
        this.places.set(step.log, step.entry.id);
    }

    get place(): string {
        return [...this.places].map(([log, id]) => `${log}:${id}`).join(',');
    }

    private head(log: string): LogEntry | undefined {
        const buffer = this.buffers.get(log);
        if (buffer?.[0]) return buffer[0];
        if (this.ended.has(log)) return undefined;
        const beforeId = this.places.get(log);
        const read = this.logs.get(log)!({ ...this.query, limit: BATCH, beforeId });
        if (read.length < BATCH) this.ended.add(log);
        this.buffers.set(log, read);
        return read[0];
    }
}

function readPlaces(older = ''): Map<string, number> {
    const places = older.split(',').map((part): [string, number] => {
        const at = part.lastIndexOf(':');
        return [part.slice(0, at), Number(part.slice(at + 1))];
    });
    return new Map(places.filter(([log, id]) => log !== '' && Number.isSafeInteger(id) && id > 0));
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

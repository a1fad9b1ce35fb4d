import type { LogEntry } from '../core/journal/event-log';
import type { LogQuery } from './log-table';

/** Entries that say the same again and again stand in one row. */
export interface LogRow {
    /** The newest of them, whole. */
    entry: LogEntry;
    /** Of which of the given logs. */
    log: string;
    /** How many; 1: it stands alone. */
    count: number;
    /** The oldest and the newest of them, epoch ms. */
    from: number;
    to: number;
    /** Stays the same while the row grows. */
    key: string;
    /** Those before the newest, newest first; at most `MOST_SHOWN`. */
    others: { at: number; text: string }[];
}

export interface LogPage {
    rows: LogRow[];
    /** To be given back for the rows that are older; absent: there are none. */
    older?: string;
}

export interface PageQuery extends Omit<LogQuery, 'limit' | 'beforeId'> {
    rows: number;
    /** From the page before. */
    older?: string;
}

/** A log as far as it is read here; the key is for the place where a page ended. */
export type PagedLogs = ReadonlyMap<string, (query: LogQuery) => LogEntry[]>;

/** What comes again within this time is a repeat of it. */
const GAP_MS = 20 * 60_000;
/** Two are no repeats yet: "failed", "back", "failed" reads as it happened. */
const FEWEST = 3;
const MOST_SHOWN = 20;
const BATCH = 250;
/** Of one page: a log of nothing but repeats must not be read to its end at once. */
const MOST_READ = 10_000;

interface Group {
    log: string;
    same: string;
    entries: LogEntry[];
}

/** Reads several logs as one, newest first, with repeats folded. */
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

/** Of what is too little for a fold each has its own row. */
const rowsOf = (groups: readonly Group[]): number =>
    groups.reduce((sum, { entries }) => sum + (entries.length < FEWEST ? entries.length : 1), 0);

interface Step {
    log: string;
    entry: LogEntry;
}

/** The newest of several logs, one by one; each log counts its own entries. */
class MergedLogs {
    private readonly buffers = new Map<string, LogEntry[]>();
    private readonly ended = new Set<string>();

    constructor(
        private readonly logs: PagedLogs,
        private readonly query: LogQuery,
        /** The id before which each goes on. */
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
 * What two entries have in common that say the same: of a job or an event that it is the same one, with the same outcome; of notes
 * the words too, but for the figures in them.
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
        entry,
        log,
        key,
        count: counted.reduce((sum, { count }) => sum + count, 0),
        from: Math.min(...counted.map(({ from }) => from)),
        to: entry.at,
        others: others.slice(0, MOST_SHOWN).map(({ at, text }) => ({ at, text })),
    };
}

/** An entry may itself stand for many (see RepeatSuppressor). */
function countOf({ at, detail }: LogEntry): { count: number; from: number } {
    const { flapping } = (detail ?? {}) as { flapping?: { count?: unknown; since?: unknown } };
    const { count, since } = flapping ?? {};
    if (typeof count !== 'number' || typeof since !== 'number') return { count: 1, from: at };
    return { count, from: since };
}

import type { LogEntry, LogKind, NewLogEntry } from '../core/journal/event-log';
import type { Row, Value } from './connection';
import { csv, csvInPages, isoWithZone, type CsvColumn } from './csv';
import type { Access } from './database';
import { fromJson, toJson } from './message-json';

/** Times in epoch ms, both inclusive; without `limit` the newest 1000. */
export interface LogQuery {
    from?: number;
    to?: number;
    kinds?: readonly LogKind[];
    limit?: number;
    /** For the next page: the smallest id of this one. */
    beforeId?: number;
    /** Part of the text or the source's name, in any case (ASCII). */
    text?: string;
}

export const DEFAULT_LIMIT = 1000;

/** How often (in appends) surplus rows are looked for, and how many are deleted at once: small steps, never a pause. */
const PRUNE_EVERY = 64;
const PRUNE_STEP = 256;

export class LogTable {
    private appended = 0;

    constructor(
        private readonly db: Access,
        private readonly maxRows: number,
    ) {}

    append(entry: NewLogEntry): LogEntry {
        const { id } = this.db.write(
            `INSERT INTO log (at, kind, level, source, text, event_id, episode, active, node_id, dry_run, detail)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            [
                entry.at,
                entry.kind,
                entry.level,
                entry.source,
                entry.text,
                entry.eventId,
                entry.episode,
                entry.active,
                entry.nodeId,
                entry.dryRun,
                entry.detail === undefined ? undefined : toJson(entry.detail),
            ],
        );
        if (++this.appended % PRUNE_EVERY === 0) pruneOldest(this.db, 'log', id - this.maxRows);
        return { ...entry, id };
    }

    /** Newest first. */
    entries(query: LogQuery = {}): LogEntry[] {
        const { from, to, kinds, limit = DEFAULT_LIMIT, beforeId, text } = query;
        const { sql, values } = where([
            ['at >= ?', from],
            ['at <= ?', to],
            ['id < ?', beforeId],
            ["(text LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\')", text && likePattern(text), 2],
        ]);
        const kindSql = kinds ? ` AND kind IN (${kinds.map(() => '?').join(', ')})` : '';
        return this.db
            .all(`SELECT * FROM log WHERE ${sql}${kindSql} ORDER BY id DESC LIMIT ?`, [
                ...values,
                ...(kinds ?? []),
                limit,
            ])
            .map(toEntry);
    }

    /** As `entries`, as RFC 4180 text, oldest first. */
    csv(query: LogQuery = {}): string {
        return csv(this.entries({ limit: -1, ...query }).reverse(), COLUMNS);
    }

    /** As `csv`, without holding up the process: for whole logs. */
    csvInPages(query: LogQuery = {}): Promise<string> {
        const page = (limit: number, beforeId: number | undefined) => this.entries({ ...query, limit, beforeId });
        return csvInPages(page, query.limit ?? -1, query.beforeId, COLUMNS);
    }
}

/** Stable: columns are only ever added at the end. */
const COLUMNS: readonly CsvColumn<LogEntry>[] = [
    { header: 'time', value: ({ at }) => isoWithZone(at) },
    { header: 'level', value: ({ level }) => level },
    { header: 'kind', value: ({ kind }) => kind },
    { header: 'source', value: ({ source }) => source },
    { header: 'text', value: ({ text }) => text },
    { header: 'event', value: ({ eventId }) => eventId },
    { header: 'active', value: ({ active }) => active },
    { header: 'episode', value: ({ episode }) => episode },
    { header: 'dryRun', value: ({ dryRun }) => dryRun },
    { header: 'node', value: ({ nodeId }) => nodeId },
    { header: 'detail', value: ({ detail }) => (detail === undefined ? undefined : toJson(detail)) },
];

function toEntry(row: Row): LogEntry {
    const entry = {
        id: Number(row.id),
        at: Number(row.at),
        kind: row.kind as LogKind,
        level: row.level as LogEntry['level'],
        source: String(row.source),
        text: String(row.text),
        eventId: row.event_id ?? undefined,
        episode: row.episode ?? undefined,
        active: row.active === null ? undefined : row.active === 1,
        nodeId: row.node_id ?? undefined,
        dryRun: row.dry_run === null ? undefined : row.dry_run === 1,
        detail: fromJson(row.detail),
    };
    const known = Object.entries(entry).filter(([, value]) => value !== undefined);
    return Object.fromEntries(known) as unknown as LogEntry;
}

/** Conditions whose value is known, joined; a condition with several placeholders repeats its value. */
export function where(conditions: readonly [string, Value, number?][]): { sql: string; values: Value[] } {
    const known = conditions.filter(([, value]) => value !== undefined && value !== '');
    const values = known.flatMap(([, value, times = 1]) => Array<Value>(times).fill(value));
    return { sql: ['1', ...known.map(([sql]) => sql)].join(' AND '), values };
}

/** Deletes at most one step of the rows up to `lastId`. */
export function pruneOldest(db: Access, table: 'log' | 'data', lastId: number): void {
    if (lastId <= 0) return;
    db.write(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE id <= ? ORDER BY id LIMIT ?)`, [
        lastId,
        PRUNE_STEP,
    ]);
}

function likePattern(text: string): string {
    return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

import type { LogEntry, LogKind, NewLogEntry } from '../core/journal/event-log';
import type { Row, Value } from './connection';
import { csv, csvInPages, isoWithZone, type CsvColumn } from './csv';
import type { Access } from './database';
import { fromJson, toJson } from './message-json';

/** Times in epoch ms, both inclusive; without `limit`, the newest 1000 entries. */
export interface LogQuery {
    from?: number;
    to?: number;
    kinds?: readonly LogKind[];
    levels?: readonly LogEntry['level'][];
    /** Only entries of one source, and of jobs that ran because of its events: its id, and its name. */
    of?: { id: string; name: string };
    limit?: number;
    /** For the next page: the smallest id of this one. */
    beforeId?: number;
    /** Part of the text or the source's name, in any case (ASCII). */
    text?: string;
}

export const DEFAULT_LIMIT = 1000;

/** After how many appends surplus rows are deleted, and how many at once: small steps, without pauses. */
const PRUNE_EVERY = 64;
export const PRUNE_STEP = 256;

/**
 * How many of the newest entries are searched for the entry of an edge: the job that writes its own sentence for that edge writes it soon
 * after.
 */
const EVENT_AMONG = 500;

/** The same condition as in the indices (migrations.ts). */
const IMPORTANT = "kind = 'event' OR level IN ('alarm', 'error')";

export class LogTable {
    private appended = 0;

    constructor(
        private readonly db: Access,
        private readonly maxRows: number,
    ) {}

    append({ inPlaceOfEvent, ...entry }: NewLogEntry): LogEntry {
        const former = inPlaceOfEvent ? this.ofEvent(entry) : undefined;
        if (!former) return this.insert(entry);
        const own = { ...entry, at: former.at };
        this.put(former.id, own);
        return { ...own, id: former.id, inPlaceOfEvent };
    }

    /** The entry of the same edge, among the newest entries; an entry that counts several is not it. */
    private ofEvent({ eventId, episode, active }: NewLogEntry): { id: number; at: number } | undefined {
        const row = this.db.get(
            `SELECT id, at FROM log WHERE kind = 'event' AND event_id = ? AND episode = ? AND active = ?
             AND id > (SELECT max(id) FROM log) - ${EVENT_AMONG} AND coalesce(detail, '') NOT LIKE '{"flapping"%'
             ORDER BY id DESC LIMIT 1`,
            [eventId, episode, active],
        );
        return row && { id: Number(row.id), at: Number(row.at) };
    }

    private put(id: number, entry: NewLogEntry): void {
        this.db.write(
            'UPDATE log SET kind = ?, level = ?, source = ?, text = ?, node_id = ?, dry_run = ?, detail = ? WHERE id = ?',
            [
                entry.kind,
                entry.level,
                entry.source,
                entry.text,
                entry.nodeId,
                entry.dryRun,
                entry.detail === undefined ? undefined : toJson(entry.detail),
                id,
            ],
        );
    }

    private insert(entry: NewLogEntry): LogEntry {
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
        if (++this.appended % PRUNE_EVERY === 0) this.prune(id);
        return { ...entry, id };
    }

    /** Replaces an entry of the same node by `entry`, if it still exists. */
    replace(id: number, entry: NewLogEntry): void {
        this.db.write(
            'UPDATE log SET at = ?, level = ?, text = ?, episode = ?, active = ?, detail = ? WHERE id = ? AND node_id = ? AND kind = ?',
            [
                entry.at,
                entry.level,
                entry.text,
                entry.episode,
                entry.active,
                toJson(entry.detail),
                id,
                entry.nodeId,
                entry.kind,
            ],
        );
    }

    /**
     * Deletes old rows. Of events and alarms the newest `maxRows` stay, however many other entries there are; other entries stay if they
     * are among the newest.
     */
    private prune(newestId: number): void {
        const oldest = `SELECT id FROM log WHERE NOT (${IMPORTANT}) AND id <= ? ORDER BY id LIMIT ${PRUNE_STEP}`;
        this.db.write(`DELETE FROM log WHERE id IN (${oldest})`, [newestId - this.maxRows]);
        const last = this.db.get(`SELECT id FROM log WHERE ${IMPORTANT} ORDER BY id DESC LIMIT 1 OFFSET ?`, [
            this.maxRows,
        ]);
        if (!last) return;
        const surplus = `SELECT id FROM log WHERE (${IMPORTANT}) AND id <= ? ORDER BY id LIMIT ${PRUNE_STEP}`;
        this.db.write(`DELETE FROM log WHERE id IN (${surplus})`, [Number(last.id)]);
    }

    /** Newest first. */
    entries(query: LogQuery = {}): LogEntry[] {
        const { from, to, kinds, levels, of, limit = DEFAULT_LIMIT, beforeId, text } = query;
        const { sql, values } = where([
            ['at >= ?', from],
            ['at <= ?', to],
            ['id < ?', beforeId],
            ["(text LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\')", text && likePattern(text), 2],
        ]);
        const kind = oneOf('kind', kinds);
        const level = oneOf('level', levels);
        const source = of && {
            // Episode ids begin with the id of their source.
            sql: "AND (source = ? OR node_id = ? OR episode LIKE ? ESCAPE '\\')",
            values: [of.name, of.id, `${escaped(of.id)}:%`],
        };
        const more = [kind, level, source].filter((part) => part !== undefined);
        return this.db
            .all(
                `SELECT * FROM log WHERE ${[sql, ...more.map((part) => part.sql)].join(' ')} ORDER BY id DESC LIMIT ?`,
                [...values, ...more.flatMap((part) => part.values), limit],
            )
            .map(toEntry);
    }

    /** The entries with larger ids, the smallest first. */
    after(id: number, limit: number): LogEntry[] {
        return this.db.all('SELECT * FROM log WHERE id > ? ORDER BY id LIMIT ?', [id, limit]).map(toEntry);
    }

    /** 0 if there are none. */
    newestId(): number {
        return Number(this.db.get('SELECT max(id) AS id FROM log')?.id ?? 0);
    }

    /** As `entries`, as RFC 4180 text, oldest first. */
    csv(query: LogQuery = {}): string {
        return csv(this.entries({ limit: -1, ...query }).reverse(), COLUMNS);
    }

    /** As `csv`, without blocking the process: for whole logs. */
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

function oneOf(column: string, choices: readonly string[] | undefined): { sql: string; values: string[] } | undefined {
    return choices && { sql: `AND ${column} IN (${choices.map(() => '?').join(', ')})`, values: [...choices] };
}

function likePattern(text: string): string {
    return `%${escaped(text)}%`;
}

function escaped(text: string): string {
    return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

import type { LogEntry, LogKind } from '../core/journal/event-log';
import type { Value } from './connection';
import type { EpisodeView } from './episode-query';

/** Where a page of the log ended: the time and the id of its last entry. Of entries of the same time, the larger id is the newer one. */
export interface LogPlace {
    /** Epoch ms */
    at: number;
    id: number;
}

/** What to read of the event log, newest first. Times in epoch ms, both inclusive; without `limit`, the newest 1000 entries. */
export interface LogQuery {
    from?: number;
    to?: number;
    kinds?: readonly LogKind[];
    levels?: readonly LogEntry['level'][];
    /** Only entries of one source, and of jobs that ran because of its events: its id, and its name. */
    of?: { id: string; name: string };
    /**
     * Only entries of one site: its id. With those of all sites that share the store; and with those of earlier versions, which name no site, while
     * no other site shares it.
     */
    site?: string;
    /** Only entries about one of these events: ids, e.g. `power-fail`. */
    events?: readonly string[];
    /** Only entries of one occurrence of an event: both edges, and the jobs that ran because of them. */
    episode?: string;
    /** The same, and what else the source of this episode told while it lasted. */
    outage?: string;
    /** Part of the text or the source's name, in any case (ASCII). */
    text?: string;
    limit?: number;
    /** For the next page: the last entry of this one. */
    before?: LogPlace;
}

/** What to read of the event log, oldest first: entries of a range, of one episode, or both. */
export interface OldestFirst {
    from?: number;
    to?: number;
    episode?: string;
    /** For the next page: the last entry of this one. */
    after?: LogPlace;
    /** Entries with larger ids are left out: they came later. */
    upToId?: number;
    limit: number;
}

/** A month of the log, in the time zone of the store. */
export interface LogMonth {
    /** e.g. `2026-11` */
    month: string;
    /** Its first and its last millisecond, epoch ms: `from` and `to` of a query. */
    from: number;
    to: number;
    entries: number;
    /** Older than the months of the active log. */
    archived: boolean;
}

/** A part of a WHERE clause, and the values of its placeholders. */
export interface Condition {
    sql: string;
    values: Value[];
}

/** Conditions whose value is known, joined; a condition with several placeholders repeats its value. */
export function where(conditions: readonly [string, Value, number?][]): Condition {
    const known = conditions.filter(([, value]) => value !== undefined && value !== '');
    const values = known.flatMap(([, value, times = 1]) => Array<Value>(times).fill(value));
    return { sql: ['1', ...known.map(([sql]) => sql)].join(' AND '), values };
}

/** The stretch of the log that a query is about, in the order of the index `log_at`. @param until the last entry of the stretch */
export function stretch({ from, to, before }: LogQuery, until?: LogPlace): Condition {
    // The row values alone would do; the plain comparison makes sure that SQLite takes the index.
    return both(
        where([
            ['at >= ?', latest(from, until?.at)],
            ['at <= ?', earliest(to, before?.at)],
        ]),
        before && { sql: '(at, id) < (?, ?)', values: [before.at, before.id] },
        until && { sql: '(at, id) >= (?, ?)', values: [until.at, until.id] },
    );
}

/** The condition of `OldestFirst`. */
export function oldestFirst({ from, to, episode, after, upToId }: OldestFirst): Condition {
    return both(
        where([
            ['at >= ?', latest(from, after?.at)],
            ['at <= ?', to],
            ['episode = ?', episode],
            ['id <= ?', upToId],
        ]),
        after && { sql: '(at, id) > (?, ?)', values: [after.at, after.id] },
    );
}

/** What a query asks of each entry, apart from `outage`. */
export function filter({ kinds, levels, of, events, episode, text }: LogQuery): Condition {
    return both(
        where([
            ['episode = ?', episode],
            ["(text LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\')", text && `%${escaped(text)}%`, 2],
        ]),
        oneOf('kind', kinds),
        oneOf('level', levels),
        oneOf('event_id', events),
        // Episode ids begin with the id of their source.
        of && {
            sql: "(source = ? OR node_id = ? OR episode LIKE ? ESCAPE '\\')",
            values: [of.name, of.id, `${escaped(of.id)}:%`],
        },
    );
}

/** Whether a query asks anything of the entries that no index answers. */
export function isFiltered({ kinds, levels, of, site, events, text }: LogQuery): boolean {
    return Boolean(kinds ?? levels ?? of ?? site ?? events) || Boolean(text);
}

/** The entries of a site. @param only it is the only one that uses the store: then those that name no site are of it, too */
export function ofSite(site: string, only: boolean): Condition {
    return { sql: `(site IN (?, '')${only ? ' OR site IS NULL' : ''})`, values: [site] };
}

/** The entries of an outage: those of its episode, and those that its source told while it lasted, or that were told because of them. */
export function ofOutage({ episode, sourceId, since, endedAt }: EpisodeView): Condition {
    return {
        sql: `(episode = ? OR (at >= ? AND at <= ? AND (episode LIKE ? ESCAPE '\\' OR (episode IS NULL AND node_id = ?))))`,
        values: [episode, since, endedAt ?? Number.MAX_SAFE_INTEGER, `${escaped(sourceId)}:%`, sourceId],
    };
}

export function both(...parts: readonly (Condition | undefined)[]): Condition {
    const known = parts.filter((part) => part !== undefined);
    return { sql: known.map(({ sql }) => sql).join(' AND '), values: known.flatMap(({ values }) => values) };
}

function oneOf(column: string, choices: readonly string[] | undefined): Condition | undefined {
    return choices && { sql: `${column} IN (${choices.map(() => '?').join(', ')})`, values: [...choices] };
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
    return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
    return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function escaped(text: string): string {
    return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

import type { LogEntry, LogKind, NewLogEntry } from '../core/journal/event-log';
import { turn, type Slices } from '../core/turns';
import type { Row } from './connection';
import { csv, csvInPages, inPages, isoWithZone, type CsvColumn } from './csv';
import type { Access } from './database';
import type { EpisodeTable } from './episode-table';
import { both, filter, isFiltered, ofOutage, ofSite, oldestFirst, stretch } from './log-query';
import type { Condition, LogPlace, LogQuery, OldestFirst } from './log-query';
import { fromJson, toJson } from './message-json';

export const DEFAULT_LIMIT = 1000;
/** So many entries are looked at between two turns of others: 1 to 3 ms. */
const SLICE = 2000;
/** Between two entries of a JSON file. */
const BETWEEN = ',\n';

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
        private readonly episodes: EpisodeTable,
        /** The site that uses the store; undefined: several do, or it is not known. */
        private readonly onlySite: () => string | undefined = () => undefined,
    ) {}

    append({ inPlaceOfEvent, ...entry }: NewLogEntry): LogEntry {
        const former = inPlaceOfEvent ? this.ofEvent(entry) : undefined;
        if (!former) return this.insert(entry);
        const own = { ...entry, at: former.at, site: former.site };
        this.put(former.id, own);
        return { ...shown(own), id: former.id, inPlaceOfEvent };
    }

    /** The entry of the same edge, among the newest entries; an entry that counts several is not it. */
    private ofEvent({ eventId, episode, active }: NewLogEntry): Pick<LogEntry, 'id' | 'at' | 'site'> | undefined {
        const row = this.db.get(
            `SELECT id, at, site FROM log WHERE kind = 'event' AND event_id = ? AND episode = ? AND active = ?
             AND id > (SELECT max(id) FROM log) - ${EVENT_AMONG} AND coalesce(detail, '') NOT LIKE '{"flapping"%'
             ORDER BY id DESC LIMIT 1`,
            [eventId, episode, active],
        );
        return row && { id: Number(row.id), at: Number(row.at), site: siteIn(row) };
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
            `INSERT INTO log (at, kind, level, source, text, event_id, episode, active, node_id, dry_run, detail, site)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
                entry.site,
            ],
        );
        if (++this.appended % PRUNE_EVERY === 0) this.prune(id);
        return { ...shown(entry), id };
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

    /** Newest first. @param until the last entry of the stretch to look at */
    entries({ limit = DEFAULT_LIMIT, ...query }: LogQuery = {}, until?: LogPlace): LogEntry[] {
        const { sql, values } = this.condition(query, until);
        return this.db
            .all(`SELECT * FROM log WHERE ${sql} ORDER BY at DESC, id DESC LIMIT ?`, [...values, limit])
            .map(toEntry);
    }

    /** Oldest first, by time. */
    oldest(query: OldestFirst): LogEntry[] {
        const { sql, values } = oldestFirst(query);
        return this.db
            .all(`SELECT * FROM log WHERE ${sql} ORDER BY at, id LIMIT ?`, [...values, query.limit])
            .map(toEntry);
    }

    /** As `entries`, without blocking the process: what few entries answer to is looked for in slices of the log. */
    async search({ limit = DEFAULT_LIMIT, ...query }: LogQuery = {}): Promise<LogEntry[]> {
        if (!isFiltered(query) || query.episode !== undefined || query.outage !== undefined)
            return this.entries({ ...query, limit });
        const found: LogEntry[] = [];
        let { before } = query;
        for (;;) {
            const left = limit < 0 ? -1 : limit - found.length;
            const until = this.endOfSlice({ ...query, before });
            found.push(...this.entries({ ...query, before, limit: left }, until));
            if (!until || (limit >= 0 && found.length >= limit)) return found;
            before = until;
            await turn();
        }
    }

    /** How many entries answer to the query, whatever its limit. */
    count(query: LogQuery): number {
        const { sql, values } = this.condition(query);
        return Number(this.db.get(`SELECT count(*) AS n FROM log WHERE ${sql}`, values)?.n);
    }

    private condition({ outage, ...query }: LogQuery, until?: LogPlace): Condition {
        const known = outage === undefined ? undefined : this.episodes.get(outage);
        return both(
            stretch(query, until),
            filter({ ...query, episode: query.episode ?? (known ? undefined : outage) }),
            query.site ? ofSite(query.site, this.onlySite() === query.site) : undefined,
            known && ofOutage(known),
        );
    }

    /** The last entry of the next slice; undefined if what is left is no longer than a slice. */
    private endOfSlice(query: LogQuery): LogPlace | undefined {
        const { sql, values } = stretch(query);
        const row = this.db.get(`SELECT at, id FROM log WHERE ${sql} ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?`, [
            ...values,
            SLICE,
        ]);
        return row && { at: Number(row.at), id: Number(row.id) };
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
        return csv(this.entries({ limit: -1, ...query }).reverse(), LOG_COLUMNS);
    }

    /** As `csv`, without blocking the process: for whole logs. UTF-8 in pieces. */
    csvInPages(query: LogQuery = {}, slices?: Slices): Promise<Uint8Array[]> {
        return csvInPages(this.pages(query), query.limit ?? -1, LOG_COLUMNS, slices);
    }

    /** A JSON array of the entries, oldest first, without blocking the process. UTF-8 in pieces. */
    async json(query: LogQuery = {}, slices?: Slices): Promise<Uint8Array[]> {
        const pages = await inPages(this.pages(query), query.limit ?? -1, toJson, { between: BETWEEN, slices });
        const pieces = pages.reverse().flatMap((page, index) => (index > 0 ? [Buffer.from(BETWEEN), page] : [page]));
        return [Buffer.from('['), ...pieces, Buffer.from(']\n')];
    }

    private pages(query: LogQuery): (limit: number, last: LogEntry | undefined) => Promise<LogEntry[]> {
        return (limit, last) => this.search({ ...query, limit, before: last ?? query.before });
    }
}

/** Stable: columns are only ever added at the end. */
export const LOG_COLUMNS: readonly CsvColumn<LogEntry>[] = [
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
    { header: 'site', value: ({ site }) => site },
];

/** An entry as readers get it: one of all sites names none. */
function shown({ site, ...entry }: NewLogEntry): NewLogEntry {
    return site ? { ...entry, site } : entry;
}

function toEntry(row: Row): LogEntry {
    const entry: LogEntry = {
        id: Number(row.id),
        at: Number(row.at),
        kind: row.kind as LogKind,
        level: row.level as LogEntry['level'],
        source: String(row.source),
        text: String(row.text),
    };
    if (row.event_id !== null) entry.eventId = row.event_id as string;
    if (row.episode !== null) entry.episode = row.episode as string;
    if (row.active !== null) entry.active = row.active === 1;
    if (row.node_id !== null) entry.nodeId = row.node_id as string;
    const site = siteIn(row);
    if (site !== undefined) entry.site = site;
    if (row.dry_run !== null) entry.dryRun = row.dry_run === 1;
    const detail = fromJson(row.detail);
    if (detail !== undefined) entry.detail = detail;
    return entry;
}

function siteIn({ site }: Row): string | undefined {
    return typeof site === 'string' && site !== '' ? site : undefined;
}

import { COUNTERS } from '../core/journal/journal';
import { Connection, type Row, type Value } from './connection';
import { insertSql, type InsertVerb } from './insert-sql';
import { EPISODE_LOG, isNumbered, JOURNAL_TABLES, LOG_TABLES, migrate, TABLES, type Table } from './migrations';

export function newMemory(): Connection {
    const memory = Connection.inMemory();
    migrate(memory, ':memory:');
    return memory;
}

/** The newest id of each log. */
export function logIds(connection: Connection): Map<Table, number> {
    const newest = (table: Table) => Number(connection.get(`SELECT max(id) AS id FROM ${table}`)?.id ?? 0);
    return new Map(LOG_TABLES.map((table) => [table, newest(table)]));
}

/**
 * Copies the data of `source` into the file `disk`. With `whole`, its journal replaces that of the file; without it, its journal is added.
 * Log rows up to `known` have come from the file (or from one at the same path) and keep their ids; the file may have got others.
 */
export function mergeBack(source: Connection, disk: Connection, whole: boolean, known: Map<Table, number>): void {
    disk.exec('BEGIN');
    for (const table of JOURNAL_TABLES) {
        if (whole) disk.exec(`DELETE FROM ${table}`);
        addJournal(source, disk, table, whole);
    }
    for (const table of LOG_TABLES) {
        const last = known.get(table) ?? 0;
        copyRows(source, disk, table, { to: last, keepIds: true, insert: 'INSERT OR IGNORE' });
        copyRows(source, disk, table, { after: last });
    }
    mergeEpisodeLog(source, disk);
    disk.exec('COMMIT');
}

/**
 * Adds the data of a process that only watched (`memory`) to the store of its predecessor: values that the store lacks, and newer log rows.
 * Sources merge their episodes themselves, see `EpisodeJournal`.
 */
export function mergeWhenWatching(memory: Connection, disk: Connection): void {
    disk.exec('BEGIN');
    for (const table of ['owner_values', 'mails'] as const)
        copyRows(memory, disk, table, { insert: 'INSERT OR IGNORE' });
    addNewerLogs(memory, disk);
    disk.exec('COMMIT');
}

/**
 * Adds the data of a process that did all the work itself (`memory`) to the store of its predecessor, whose open work is ended. @param now
 * epoch ms
 */
export function mergeWhenWorking(memory: Connection, disk: Connection, now: number): void {
    disk.exec('BEGIN');
    for (const table of ['episodes', EPISODE_LOG])
        disk.run(`UPDATE ${table} SET ended_at = ? WHERE ended_at IS NULL`, [now]);
    disk.run('UPDATE deliveries SET settled = 1 WHERE settled = 0');
    disk.run('UPDATE jobs SET finished_at = ? WHERE finished_at IS NULL', [now]);
    disk.run('DELETE FROM timings');
    for (const table of JOURNAL_TABLES) addJournal(memory, disk, table, false);
    addNewerLogs(memory, disk);
    disk.exec('COMMIT');
}

/** Adds the journal. Counters in the file stay, because other systems have seen them; counting continues from there. */
function addJournal(source: Connection, disk: Connection, table: Table, keepIds: boolean): void {
    const counted = `owner = '${COUNTERS}'`;
    if (table !== 'owner_values') return copyRows(source, disk, table, { keepIds });
    copyRows(source, disk, table, { where: `NOT (${counted})` });
    copyRows(source, disk, table, { where: counted, insert: 'INSERT OR IGNORE' });
}

function addNewerLogs(memory: Connection, disk: Connection): void {
    // An episode goes with its entry.
    const newest = Number(disk.get('SELECT max(at) AS at FROM log')?.at ?? 0);
    mergeEpisodeLog(memory, disk, `since > ${newest}`);
    for (const table of LOG_TABLES) {
        const newest = Number(disk.get(`SELECT max(at) AS at FROM ${table}`)?.at ?? 0);
        copyRows(memory, disk, table, { where: `at > ${newest}` });
    }
}

/** What both know of an episode becomes one row: either may lack its end, or failures that the other has seen. */
function mergeEpisodeLog(source: Connection, disk: Connection, where = '1'): void {
    const columns: readonly string[] = TABLES[EPISODE_LOG];
    const sql = `${insertSql(EPISODE_LOG, columns, 'INSERT')} ON CONFLICT (episode) DO UPDATE SET
        ended_at = coalesce(excluded.ended_at, ended_at), lasted_ms = coalesce(excluded.lasted_ms, lasted_ms), failures = max(excluded.failures, failures)`;
    for (const row of source.iterate(`SELECT * FROM ${EPISODE_LOG} WHERE ${where} ORDER BY rowid`))
        disk.run(
            sql,
            columns.map((column) => row[column] as Value),
        );
}

interface CopyOptions {
    after?: number;
    to?: number;
    where?: string;
    /** Otherwise a row gets the next id. */
    keepIds?: boolean;
    insert?: InsertVerb;
}

function copyRows(
    source: Connection,
    target: Connection,
    table: Table,
    {
        after = 0,
        to = Number.MAX_SAFE_INTEGER,
        where = '1',
        keepIds = false,
        insert = 'INSERT OR REPLACE',
    }: CopyOptions,
): void {
    const columns: readonly string[] = TABLES[table];
    const sql = insertSql(table, columns, insert);
    const renumber = isNumbered(table) && !keepIds;
    const rows = `SELECT * FROM ${table} WHERE rowid > ${after} AND rowid <= ${to} AND ${where} ORDER BY rowid`;
    for (const row of source.iterate(rows)) {
        const values: Row = renumber ? { ...row, id: null } : row;
        target.run(
            sql,
            columns.map((column) => values[column] as Value),
        );
    }
}

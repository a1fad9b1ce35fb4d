import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Connection, type Row } from './connection';
import { EPISODE_LOG, JOURNAL_TABLES, LOG_TABLES, orderedColumns, type Table } from './migrations';
import { insertSql } from './insert-sql';

const LOGS: readonly Table[] = [...LOG_TABLES, EPISODE_LOG];

/** The result of a copy. */
export interface Copied {
    rows: number;
    /** Tables that could not be read to their end. */
    incomplete: Table[];
}

/** Log rows that are kept in memory, for each log: as many as live views and mail attachments need while the disk is missing. */
export const LOG_ROWS_IN_MEMORY = 2000;

/**
 * Copies everything that is still readable of a damaged or unwritable store file into `target`, the journal first. The file itself is not
 * changed: SQLite works on a copy in the temporary folder, because opening replays and removes the WAL.
 */
export function salvageFile(file: string, target: Connection, newestLogRows?: number): Copied {
    let folder: string | undefined;
    let source: Connection | undefined;
    try {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-salvage-'));
        const copy = join(folder, 'copy.sqlite');
        writeFileSync(copy, withSoundHeader(readFileSync(file)));
        if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.isFile()) copyFileSync(`${file}-wal`, `${copy}-wal`);
        source = new Connection(new DatabaseSync(copy));
        return copyTables(source, target, newestLogRows);
    } catch {
        // Nothing in this file is readable; the caller reports the damage.
        return { rows: 0, incomplete: [...JOURNAL_TABLES, ...LOGS] };
    } finally {
        source?.close();
        if (folder) rmSync(folder, { recursive: true, force: true });
    }
}

/** Copies every table as far as it is readable; `newestLogRows` limits the logs. Both connections must be outside of a transaction. */
export function copyTables(source: Connection, target: Connection, newestLogRows?: number): Copied {
    const copied: Copied = { rows: 0, incomplete: [] };
    target.exec('BEGIN');
    for (const table of [...JOURNAL_TABLES, ...LOGS]) {
        const limit = LOGS.includes(table) ? newestLogRows : undefined;
        const down = copyRows(source, target, table, 'DESC', limit);
        copied.rows += down.rows;
        if (down.complete) continue;
        // There is a damaged page in the middle: read up to it from the other end, too.
        copied.rows += limit ? 0 : copyRows(source, target, table, 'ASC').rows;
        copied.incomplete.push(table);
    }
    target.exec('COMMIT');
    return copied;
}

function copyRows(
    source: Connection,
    target: Connection,
    table: Table,
    order: 'ASC' | 'DESC',
    limit?: number,
): { rows: number; complete: boolean } {
    const columns = presentColumns(source, table);
    const insert = insertSql(table, columns, 'INSERT OR IGNORE');
    let rows = 0;
    // NOT INDEXED, because the index itself may be damaged.
    const select = `SELECT ${columns.join(', ')} FROM ${table} NOT INDEXED ORDER BY rowid ${order} LIMIT ${limit ?? -1}`;
    try {
        for (const row of source.iterate(select)) {
            const values = readable(row, columns);
            if (values) rows += target.run(insert, values).changes;
        }
        return { rows, complete: true };
    } catch {
        // The source cannot be read further: `complete: false` says so, and the caller reports it.
        return { rows, complete: false };
    }
}

/** The columns that the file has: a file of an older version lacks the newest columns. If the schema cannot be read, all columns are tried. */
function presentColumns(source: Connection, table: Table): readonly string[] {
    const present = columnsOf(source, table);
    return orderedColumns(table).filter((column) => column === 'rowid' || !present.size || present.has(column));
}

function columnsOf(source: Connection, table: Table): Set<unknown> {
    try {
        return new Set(source.all(`PRAGMA table_info(${table})`).map(({ name }) => name));
    } catch {
        // The schema is damaged: the caller finds that out when it reads the rows.
        return new Set();
    }
}

/** The values of the row; undefined if one of them has a type that we never write. */
function readable(row: Row, columns: readonly string[]): (string | number | null)[] | undefined {
    const values = columns.map((column) => row[column]);
    const known = values.every((value) => value === null || typeof value === 'string' || typeof value === 'number');
    return known ? (values as (string | number | null)[]) : undefined;
}

/** sqlite.org/fileformat.html, section 1.3: the same for every file that this package writes. */
const PAGE_SIZE = 4096;
const MAGIC = 'SQLite format 3\0';
const WAL_VERSIONS = [2, 2];
const PAYLOAD_FRACTIONS = [0, 64, 32, 32];
const SCHEMA_FORMAT = 4;
const UTF_8 = 1;

/** Repairs the header: SQLite would not read the intact pages if the header is damaged, or gives a larger number of pages than the file has. */
export function withSoundHeader(bytes: Buffer): Buffer {
    if (bytes.length < PAGE_SIZE) return bytes;
    const changeCounter = bytes.readUInt32BE(24);
    bytes.write(MAGIC, 0, 'latin1');
    bytes.writeUInt16BE(PAGE_SIZE, 16);
    bytes.set([...WAL_VERSIONS, ...PAYLOAD_FRACTIONS], 18);
    bytes.writeUInt32BE(Math.floor(bytes.length / PAGE_SIZE), 28);
    bytes.writeUInt32BE(SCHEMA_FORMAT, 44);
    bytes.writeUInt32BE(UTF_8, 56);
    bytes.writeUInt32BE(changeCounter, 92);
    return bytes;
}

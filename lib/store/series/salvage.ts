import { mkdtempSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Connection, type Row, type Value } from '../connection';
import { withSoundHeader } from '../salvage';
import { SERIES_TABLES, type SeriesTableName } from './schema';
import type { SeriesDatabase } from './series-database';
import { withoutGroups } from './sheet-codec';
import { TIERS } from './tiers';

/** What a source is known by, and its recordings: small, and copied at once, so that new ids are not those of the old file. */
const AT_ONCE: readonly SeriesTableName[] = ['owner', 'part', 'series', 'recording', 'discharge', 'meta'];
/** The values, copied in slices. */
const IN_SLICES = ['live', 'block', 'discharge_row', 'discharge_block'] as const;
const ROWS = 100;
const PROGRESS = 'salvage';

/** How far a salvage has come; kept with each slice, so that a process that is killed goes on where it was. */
interface Progress {
    /** The damaged file as it was kept; absent: a file that was removed, and is still open in this process. */
    file?: string;
    table: (typeof IN_SLICES)[number];
    /** The lowest row of the table that is copied. */
    before: number;
    /** The highest ids that were copied at once: rows of others belong to nobody. */
    parts: number;
    series: number;
    /** Absent: it began before there were any. */
    discharges?: number;
}

/** Copies from `source` what the values need, and notes that they follow. */
export function beginSalvage(disk: SeriesDatabase, source: Connection, file: string | undefined): void {
    disk.transaction(() => {
        for (const table of AT_ONCE) copyTable(source, disk.db, table);
        const highest = (table: string) => Number(disk.db.get(`SELECT max(id) AS id FROM ${table}`)?.id ?? 0);
        const progress: Progress = {
            ...(file === undefined ? {} : { file }),
            table: 'live',
            before: Number.MAX_SAFE_INTEGER,
            parts: highest('part'),
            series: highest('series'),
            discharges: highest('discharge'),
        };
        keep(disk, progress);
    });
    disk.reload();
}

/**
 * Copies the values of a damaged or removed file in slices, the newest first.
 * @param open the file that was removed, if it is still open
 */
export function* salvage(disk: SeriesDatabase, open: Connection | undefined): Generator<void, void> {
    const begun = progressOf(disk);
    if (!begun) return;
    const kept = begun.file === undefined ? undefined : openKept(begun.file);
    const source = kept?.connection ?? open;
    try {
        if (source) yield* copyRows(disk, source, begun);
    } finally {
        kept?.close();
    }
    disk.transaction(() => disk.db.run('DELETE FROM meta WHERE name = ?', [PROGRESS]));
}

function* copyRows(disk: SeriesDatabase, source: Connection, begun: Progress): Generator<void, void> {
    const packed = packedRows(source);
    const ids = (table: string, most: number) =>
        new Set(disk.db.all(`SELECT id FROM ${table} WHERE id <= ?`, [most]).map(({ id }) => Number(id)));
    const parts = ids('part', begun.parts);
    const series = ids('series', begun.series);
    const discharges = ids('discharge', begun.discharges ?? 0);
    const places = sheetPlaces(disk);
    const kept = (row: Row): Row | undefined => {
        if (row.discharge !== undefined) return discharges.has(Number(row.discharge)) ? row : undefined;
        if (row.series !== undefined) return series.has(Number(row.series)) ? row : undefined;
        if (!parts.has(Number(row.part))) return undefined;
        const sheet = places.get(Number(row.part));
        if (!sheet) return Number(row.id) <= packed(row, Number(row.part)) ? undefined : row;
        return unpackedOf(row, sheet, packed);
    };
    for (const table of IN_SLICES.slice(IN_SLICES.indexOf(begun.table))) {
        let before = table === begun.table ? begun.before : Number.MAX_SAFE_INTEGER;
        for (;;) {
            const rows = readDown(source, table, before);
            if (!rows || rows.length === 0) {
                // There is a damaged page: what is below it is read from the other end.
                if (!rows) yield* copyUp(disk, source, table, before, kept);
                break;
            }
            before = Number(rows.at(-1)!.id);
            disk.transaction(() => {
                for (const row of rows) insertKept(disk.db, table, kept(row));
                keep(disk, { ...begun, table, before });
            });
            yield;
        }
    }
}

function* copyUp(
    disk: SeriesDatabase,
    source: Connection,
    table: (typeof IN_SLICES)[number],
    before: number,
    kept: (row: Row) => Row | undefined,
): Generator<void, void> {
    // All in one transaction: there is no note of how far it has come.
    const found: Row[] = [];
    for (let after = 0; ;) {
        const rows = readOne(source, table, after, before);
        if (!rows) break;
        found.push(rows);
        after = Number(rows.id);
        if (found.length % ROWS === 0) yield;
    }
    disk.transaction(() => {
        for (const row of found) insertKept(disk.db, table, kept(row));
    });
    yield;
}

function readDown(source: Connection, table: string, before: number): Row[] | undefined {
    try {
        return source.all(`SELECT * FROM ${table} NOT INDEXED WHERE id < ? ORDER BY id DESC LIMIT ${ROWS}`, [before]);
    } catch {
        // Undefined says so: the rows below are read from the other end.
        return undefined;
    }
}

function readOne(source: Connection, table: string, after: number, before: number): Row | undefined {
    try {
        return source.get(`SELECT * FROM ${table} NOT INDEXED WHERE id > ? AND id < ? ORDER BY id LIMIT 1`, [
            after,
            before,
        ]);
    } catch {
        // The damaged page is reached from below, too.
        return undefined;
    }
}

/** The parts of each sheet by their places. */
function sheetPlaces({ db }: SeriesDatabase): Map<number, Map<number, number>> {
    const sheets = new Map<number, Map<number, number>>();
    for (const { id, sheet, place } of db.all('SELECT id, sheet, place FROM part WHERE sheet IS NOT NULL')) {
        const places = sheets.get(Number(sheet)) ?? new Map<number, number>();
        sheets.set(Number(sheet), places.set(Number(place), Number(id)));
    }
    return sheets;
}

/** A row of a sheet without what its parts have packed; undefined if they have packed it all. */
function unpackedOf(
    row: Row,
    places: ReadonlyMap<number, number>,
    packed: (row: Row, part: number) => number,
): Row | undefined {
    const done = [...places].filter(([, part]) => Number(row.id) <= packed(row, part)).map(([place]) => place);
    if (done.length === 0) return row;
    if (done.length === places.size) return undefined;
    try {
        return { ...row, data: withoutGroups(row.data as Uint8Array, new Set(done)) };
    } catch {
        // The row is damaged.
        return undefined;
    }
}

function insertKept(db: Connection, table: (typeof IN_SLICES)[number], row: Row | undefined): void {
    if (row) insert(db, table, row);
}

/** Live rows get new ids: rows that were written meanwhile have theirs. */
function insert(db: Connection, table: (typeof IN_SLICES)[number], row: Row): void {
    const columns = SERIES_TABLES[table].filter((column) => column !== 'id');
    const values = columns.map((column) => row[column] as Value);
    const places = columns.map(() => '?').join(', ');
    db.run(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`, values);
}

/** @returns whether all of it was read; what is damaged of it is lost, and the damage is reported */
function copyTable(source: Connection, db: Connection, table: SeriesTableName): boolean {
    try {
        // A file of an earlier version has not all of them.
        const there = new Set(source.all(`PRAGMA table_info(${table})`).map(({ name }) => String(name)));
        const known = SERIES_TABLES[table].filter((column) => there.has(column));
        const columns = known.join(', ');
        const places = known.map(() => '?').join(', ');
        for (const row of source.iterate(`SELECT ${columns} FROM ${table} NOT INDEXED`)) {
            const values = known.map((column) => row[column] as Value);
            db.run(`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${places})`, values);
        }
        return true;
    } catch {
        return false;
    }
}

/** Up to which id the live rows of a block are packed: those are in its blocks. */
function packedRows(source: Connection): (row: Row, part: number) => number {
    const notes = new Map(
        readPacked(source).map(({ part, tier, slot, upto }) => [
            `${String(part)} ${String(tier)} ${String(slot)}`,
            Number(upto),
        ]),
    );
    const seconds = new Map(Object.values(TIERS).map(({ code, block }) => [code, block]));
    return ({ tier, at }, part) => {
        const slot = Math.floor(Number(at) / (seconds.get(Number(tier)) ?? 1));
        return notes.get(`${part} ${String(tier)} ${slot}`) ?? 0;
    };
}

function readPacked(source: Connection): Row[] {
    try {
        return source.all('SELECT * FROM packed');
    } catch {
        // Without the notes, a row that was just packed may come twice.
        return [];
    }
}

function progressOf({ db }: SeriesDatabase): Progress | undefined {
    const row = db.get('SELECT value FROM meta WHERE name = ?', [PROGRESS]);
    return row ? (JSON.parse(String(row.value)) as Progress) : undefined;
}

function keep({ db }: SeriesDatabase, progress: Progress): void {
    db.run('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', [PROGRESS, JSON.stringify(progress)]);
}

interface Kept {
    connection: Connection;
    close(): void;
}

/** Opens a damaged file for reading, and does not change it; undefined if nothing in it can be read. */
export function openKept(file: string): Kept | undefined {
    return openAsIs(file) ?? openCopy(file);
}

function openAsIs(file: string): Kept | undefined {
    let connection: Connection | undefined;
    try {
        connection = new Connection(new DatabaseSync(file, { readOnly: true }));
        connection.get('SELECT count(*) FROM sqlite_schema');
        const opened = connection;
        const close = () => {
            opened.close();
            // A reader leaves its companions behind; an empty WAL holds nothing.
            if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size === 0) rmSync(`${file}-wal`);
            rmSync(`${file}-shm`, { force: true });
        };
        return { connection, close };
    } catch {
        // It is tried with another header.
        connection?.close();
        return undefined;
    }
}

function openCopy(file: string): Kept | undefined {
    let folder: string | undefined;
    let connection: Connection | undefined;
    const close = () => {
        connection?.close();
        if (folder) rmSync(folder, { recursive: true, force: true });
    };
    try {
        if (!existsSync(file)) return undefined;
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-salvage-'));
        const copy = join(folder, 'copy.sqlite');
        writeFileSync(copy, withSoundHeader(readFileSync(file)));
        connection = new Connection(new DatabaseSync(copy));
        connection.get('SELECT count(*) FROM sqlite_schema');
        return { connection, close };
    } catch {
        // Nothing in this file is readable; the damage is reported.
        close();
        return undefined;
    }
}

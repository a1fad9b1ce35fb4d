import type { DischargeRecord, DischargeRow } from '../../core/batteries/discharge/record';
import { Slices } from '../../core/turns';
import {
    CURVES,
    decodeRows,
    encodeRows,
    joinRows,
    RowOrder,
    rowsOf,
    type Curve,
    type DischargeRows,
} from './discharge-codec';
import type { Owner, SeriesDatabase } from './series-database';
import type { SeriesFile } from './series-file';
import type { DischargeHistory } from './types';

/** Rows that are packed together: of 512 modules in two or three milliseconds. */
const ROWS = 64;
/** Rows or packed ones that are read in one step. */
const PIECES = 32;

/** Writes or replaces a record; call it in a transaction. Its rows stay. */
export function putDischarge({ db }: SeriesDatabase, owner: Owner, record: DischargeRecord): void {
    const { id, onset, end, phase } = record;
    db.run(
        `INSERT INTO discharge (owner, key, onset, ended, complete, record) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE SET onset = excluded.onset, ended = excluded.ended, complete = excluded.complete, record = excluded.record`,
        [owner.id, id, Math.round(onset), end, phase === 'complete', JSON.stringify(record)],
    );
}

/** Adds a row, unless it is there already; call it in a transaction. */
export function appendRow(database: SeriesDatabase, owner: Owner, key: string, row: DischargeRow): void {
    const id = dischargeOf(database, owner, key);
    const at = Math.round(row.atMs);
    const { upTo } = database.db.get('SELECT max(upto) AS upTo FROM discharge_block WHERE discharge = ?', [id])!;
    // Within a record times only grow.
    if (upTo !== null && at <= Number(upTo)) return;
    insertRow(database, id, at, encodeRows(rowsOf(row)));
}

function insertRow({ db }: SeriesDatabase, discharge: number, at: number, data: Uint8Array): void {
    db.run('INSERT OR IGNORE INTO discharge_row (discharge, at, data) VALUES (?, ?, ?)', [discharge, at, data]);
}

/** A row may come before its record where the file is a new one: the record is written again at the end. */
function dischargeOf({ db }: SeriesDatabase, owner: Owner, key: string): number {
    const known = db.get('SELECT id FROM discharge WHERE owner = ? AND key = ?', [owner.id, key]);
    if (known) return Number(known.id);
    const made = "INSERT INTO discharge (owner, key, onset, complete, record) VALUES (?, ?, 0, 0, '')";
    return db.run(made, [owner.id, key]).id;
}

/** Oldest first. */
export function recordsOf({ db }: SeriesDatabase, { id, cut }: Owner): DischargeRecord[] {
    return db
        .all(`SELECT record FROM discharge WHERE owner = ? AND record <> '' ${notCut(cut)} ORDER BY onset, id`, [id])
        .flatMap(({ record }) => recordIn(record) ?? []);
}

/** What ended before the cut (seconds) is being deleted. */
function notCut(cut: number | undefined): string {
    return cut === undefined ? '' : `AND (ended IS NULL OR ended >= ${cut * 1000})`;
}

/** Undefined: it is damaged. */
function recordIn(text: unknown): DischargeRecord | undefined {
    try {
        return JSON.parse(String(text)) as DischargeRecord;
    } catch {
        // Its rows are still there, but nobody knows whose they are.
        return undefined;
    }
}

/** One record with its curves, read in slices. @param damaged is told of rows that cannot be read any more */
export async function dischargeSoon(
    file: SeriesFile,
    owner: string,
    key: string,
    damaged: () => void,
    slices = new Slices(),
): Promise<DischargeHistory | undefined> {
    const records = file.read((database) => {
        const known = database.owners.get(owner);
        return known && recordsOf(database, known).find(({ id }) => id === key);
    });
    const record = records.findLast((each) => each !== undefined);
    if (!record) return undefined;
    const pieces: DischargeRows[] = [];
    for (const table of ['discharge_block', 'discharge_row'] as const) {
        for (let after: number | undefined = Number.MIN_SAFE_INTEGER; after !== undefined;) {
            const from: number = after;
            const pages = file.read((database) => piecesAfter(database, owner, key, table, from));
            for (const { data } of pages.flat()) {
                const piece = decoded(data);
                if (piece) pieces.push(piece);
                else damaged();
                await slices.breathe();
            }
            const full = pages.filter(({ length }) => length === PIECES);
            // What of two databases is read twice counts once.
            after = full.length > 0 ? Math.min(...full.map((page) => page.at(-1)!.at)) : undefined;
        }
    }
    const order = new RowOrder(pieces);
    const curves: Record<Curve, Float64Array[]> = { voltage: [], temperature: [], current: [] };
    for (const curve of CURVES) {
        for (let n = 0; n < order.widthOf(curve); n++) {
            curves[curve].push(order.column(curve, n));
            await slices.breathe();
        }
    }
    return { record, atMs: order.atMs, phases: order.phases, ...curves };
}

function piecesAfter(
    { db, owners }: SeriesDatabase,
    owner: string,
    key: string,
    table: 'discharge_block' | 'discharge_row',
    after: number,
): { at: number; data: Uint8Array }[] {
    const known = owners.get(owner);
    if (!known) return [];
    return db
        .all(
            `SELECT at, data FROM ${table} WHERE discharge = (SELECT id FROM discharge WHERE owner = ? AND key = ?) AND at > ?
             ORDER BY at LIMIT ${PIECES}`,
            [known.id, key, after],
        )
        .map(({ at, data }) => ({ at: Number(at), data: data as Uint8Array }));
}

function decoded(data: Uint8Array): DischargeRows | undefined {
    try {
        return decodeRows(data);
    } catch {
        // The damage is reported; what other rows have stays.
        return undefined;
    }
}

/** Packs the rows of discharges: by the dozens while one runs, and the rest when it is complete. */
export function* packDischarges(database: SeriesDatabase): Generator<void, void> {
    const { db } = database;
    const open = db.all(
        `SELECT discharge AS id, count(*) AS n, (SELECT complete FROM discharge WHERE id = discharge_row.discharge) AS complete
         FROM discharge_row GROUP BY discharge`,
    );
    yield;
    for (const { id, n, complete } of open) {
        for (let left = Number(n); left >= ROWS || (left > 0 && Number(complete) === 1); left -= ROWS) {
            packRows(database, Number(id));
            yield;
        }
    }
}

function packRows(database: SeriesDatabase, discharge: number): void {
    const { db } = database;
    const rows = db.all(`SELECT id, at, data FROM discharge_row WHERE discharge = ? ORDER BY at LIMIT ${ROWS}`, [
        discharge,
    ]);
    const block = joinRows(rows.flatMap(({ data }) => decoded(data as Uint8Array) ?? []));
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return;
    database.transaction(() => {
        if (block.atMs.length > 0) {
            db.run('INSERT OR REPLACE INTO discharge_block (discharge, at, upto, n, data) VALUES (?, ?, ?, ?, ?)', [
                discharge,
                Number(first.at),
                Number(last.at),
                block.atMs.length,
                encodeRows(block),
            ]);
        }
        for (const { id } of rows) db.run('DELETE FROM discharge_row WHERE id = ?', [Number(id)]);
    });
}

/** Deletes the discharges of an owner in steps: all, or those that ended before (epoch ms). */
export function* deleteDischarges({ db }: SeriesDatabase, owner: number, before?: number): Generator<void, void> {
    const gone =
        before === undefined
            ? db.all('SELECT id FROM discharge WHERE owner = ?', [owner])
            : db.all(`SELECT id FROM discharge WHERE owner = ? AND (ended < ? OR ended IS NULL AND record = '')`, [
                  owner,
                  before,
              ]);
    for (const { id } of gone) {
        for (const table of ['discharge_row', 'discharge_block']) {
            for (;;) {
                const { changes } = db.run(
                    `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE discharge = ? LIMIT 50)`,
                    [Number(id)],
                );
                yield;
                if (changes < 50) break;
            }
        }
        db.run('DELETE FROM discharge WHERE id = ?', [Number(id)]);
    }
}

/** Brings the discharges of an owner from one database into another; call it in a transaction. What is there already stays. */
export function copyDischarges(from: SeriesDatabase, source: Owner, to: SeriesDatabase, target: Owner): void {
    for (const { id, key, record } of from.db.all('SELECT id, key, record FROM discharge WHERE owner = ?', [
        source.id,
    ])) {
        const told = recordIn(record);
        if (told) putDischarge(to, target, told);
        const own = dischargeOf(to, target, String(key));
        for (const table of ['discharge_block', 'discharge_row'] as const) {
            for (const row of from.db.all(`SELECT * FROM ${table} WHERE discharge = ?`, [Number(id)])) {
                if (table === 'discharge_row') insertRow(to, own, Number(row.at), row.data as Uint8Array);
                else {
                    to.db.run(
                        'INSERT OR IGNORE INTO discharge_block (discharge, at, upto, n, data) VALUES (?, ?, ?, ?, ?)',
                        [own, Number(row.at), Number(row.upto), Number(row.n), row.data as Uint8Array],
                    );
                }
            }
        }
    }
}

/** While the file fails: of the rows in memory the newest are kept. */
export function dropOldestRows({ db }: SeriesDatabase, most: number): void {
    const last = db.get('SELECT id FROM discharge_row ORDER BY id DESC LIMIT 1 OFFSET ?', [most]);
    if (last) db.run('DELETE FROM discharge_row WHERE id <= ?', [Number(last.id)]);
}

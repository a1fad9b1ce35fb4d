import type { DataEntry } from '../data-table';
import type { SeriesDatabase } from './series-database';
import { statusSamples } from './status-samples';
import type { SeriesRetention } from './types';

/** The data log that earlier versions kept in the journal's file. */
export interface OldDataLog {
    /** Whether it can be read and emptied now. */
    readonly isOnDisk: boolean;
    /** The next rows after this id, oldest first; those that cannot be read are left out. */
    dataAfter(id: number, limit: number): { entries: DataEntry[]; lastId: number } | undefined;
    /** Deletes the rows up to this id, at most `limit` of them. @returns how many */
    dropData(upToId: number, limit: number): number;
}

const ROWS = 40;
const TAKEN = 'taken';

/**
 * Takes the old data log over, once, in slices, and empties it. How far it has come is written together with the values, so that after a
 * kill no row is taken twice, and none is lost.
 */
export function* takeOver(
    database: SeriesDatabase,
    old: OldDataLog,
    retention: SeriesRetention,
): Generator<void, void> {
    while (old.isOnDisk) {
        const taken = Number(database.db.get('SELECT value FROM meta WHERE name = ?', [TAKEN])?.value ?? 0);
        while (old.dropData(taken, 5 * ROWS) > 0) yield;
        const rows = old.dataAfter(taken, ROWS);
        if (!rows) return;
        database.transaction(() => {
            for (const { sourceId: id, name, at, status } of rows.entries) {
                const known = database.owners.get(id);
                const owner = known ?? database.owner({ id, name }, retention);
                database.insert(owner, 'fine', Math.round(at / 1000), statusSamples(status));
            }
            database.db.run('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', [TAKEN, String(rows.lastId)]);
        });
        yield;
    }
}

import type { UpsStatus } from '../core/status/status';
import type { Access } from './database';
import { fromJson } from './message-json';

/** One row of the data log that earlier versions kept here: the readings of a UPS. */
export interface DataEntry {
    /** Time of the reading, epoch ms */
    at: number;
    sourceId: string;
    name: string;
    status: UpsStatus;
}

/** The data log of earlier versions. The series take it over (lib/store/series), and nothing is added to it. */
export class DataTable {
    constructor(private readonly db: Access) {}

    /** The next rows after this id, oldest first, without those that cannot be read; undefined if there are none. */
    after(id: number, limit: number): { entries: DataEntry[]; lastId: number } | undefined {
        const rows = this.db.all('SELECT * FROM data WHERE id > ? ORDER BY id LIMIT ?', [id, limit]);
        if (rows.length === 0) return undefined;
        const entries = rows.flatMap((row): DataEntry[] => {
            const status = fromJson(row.status) as UpsStatus | undefined;
            if (!status?.battery) return [];
            return [{ at: Number(row.at), sourceId: String(row.source_id), name: String(row.name), status }];
        });
        return { entries, lastId: Number(rows[rows.length - 1].id) };
    }

    /** Deletes the rows up to this id, at most `limit` of them. @returns how many */
    drop(upToId: number, limit: number): number {
        const oldest = 'SELECT id FROM data WHERE id <= ? ORDER BY id LIMIT ?';
        return this.db.write(`DELETE FROM data WHERE id IN (${oldest})`, [upToId, limit]).changes;
    }
}

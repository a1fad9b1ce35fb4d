import type { Table } from './migrations';

export type InsertVerb = 'INSERT' | 'INSERT OR IGNORE' | 'INSERT OR REPLACE';

/** `INSERT` of one row with these columns. */
export function insertSql(table: Table, columns: readonly string[], verb: InsertVerb): string {
    return `${verb} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

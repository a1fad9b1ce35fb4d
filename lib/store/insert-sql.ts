import type { Table } from './migrations';

/** `INSERT` of one row with these columns. */
export function insertSql(
    table: Table,
    columns: readonly string[],
    verb: 'INSERT OR IGNORE' | 'INSERT OR REPLACE',
): string {
    return `${verb} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

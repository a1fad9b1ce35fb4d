import type { SnmpVarbind } from '../snmp/transport';

/** Whether a table counts its rows from 0 or from 1, found out or set. */
export type IndexBase = 0 | 1;

/** The row numbers among the answers of a column, ascending; the last part of an instance of one or two parts. */
export function instancesOf(column: string, cells: readonly SnmpVarbind[]): number[] {
    const found = new Set<number>();
    for (const { oid } of cells) {
        if (!oid.startsWith(`${column}.`)) continue;
        const [first = ''] = oid.slice(column.length + 1).split('.');
        found.add(Number(first));
    }
    return [...found].sort((a, b) => a - b);
}

/**
 * Whether rows count from 0 or from 1. Cards of both kinds are known [inferred: readers of these tables cope with both]. A row 0, or a row with the number of
 * all rows, decides. Undefined: neither was seen, because the first or the last row is missing.
 */
export function indexBase(instances: readonly number[], rows: number): IndexBase | undefined {
    if (instances[0] === 0) return 0;
    return instances.includes(rows) ? 1 : undefined;
}

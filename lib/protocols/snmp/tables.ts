import { SCALARS, type ScalarName } from './oids';
import { rawNumber } from './values';
import type { SnmpValue } from './transport';

/** More lines than any UPS has; further rows of a broken agent are ignored. */
export const MAX_ROWS = 12;

export type RawRow = Partial<
    Record<'frequency' | 'voltage' | 'current' | 'power' | 'load' | 'apparentPower', SnmpValue>
>;

export interface TableShape {
    entry: string;
    /** The object with the number of lines. */
    lines: ScalarName;
    columns: Readonly<Partial<Record<keyof RawRow, number>>>;
}

/**
 * The rows of a table, ordered by index. Cards use different indexes (`.1`, `.1.0`) and many omit NumLines, so the existing rows
 * count. Left out are: rows at the end without a known value (Delta fills up to three with NULL), and rows beyond NumLines if the
 * card reports it (single-phase cards fill three rows with 0 V, centreon-plugins 334).
 */
export function readTable(values: ReadonlyMap<string, SnmpValue>, table: TableShape): RawRow[] {
    const byIndex = new Map<string, RawRow>();
    const names = Object.entries(table.columns);
    const prefix = `${table.entry}.`;
    values.forEach((value, oid) => {
        if (!oid.startsWith(prefix)) return;
        const dot = oid.indexOf('.', prefix.length);
        const column = Number(oid.slice(prefix.length, dot));
        const [name] = names.find(([, each]) => each === column) ?? [];
        if (dot < 0 || !name) return;
        const index = oid.slice(dot + 1);
        const row = byIndex.get(index) ?? {};
        row[name as keyof RawRow] = value;
        byIndex.set(index, row);
    });
    const all = [...byIndex].sort(([a], [b]) => compareIndex(a, b)).map(([, row]) => row);
    const rows = all.slice(0, lineCount(values, table, all));
    while (rows.length && Object.values(rows.at(-1)!).every((value) => rawNumber(value) === undefined)) rows.pop();
    return rows.slice(0, MAX_ROWS);
}

/** How many rows are lines. A card that reports 0 lines beside a live row is still starting; a number above MAX_ROWS is invalid. */
function lineCount(values: ReadonlyMap<string, SnmpValue>, table: TableShape, rows: readonly RawRow[]): number {
    const told = rawNumber(values.get(SCALARS[table.lines]));
    if (told === undefined || !Number.isInteger(told) || told < 0 || told > MAX_ROWS) return MAX_ROWS;
    const live = rows.some((row) => (rawNumber(row.voltage) ?? 0) > 0);
    return told === 0 && live ? MAX_ROWS : told;
}

function compareIndex(a: string, b: string): number {
    const left = a.split('.').map(Number);
    const right = b.split('.').map(Number);
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
        const difference = (left[i] ?? -1) - (right[i] ?? -1);
        if (difference !== 0) return difference;
    }
    return 0;
}

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

/** How many rows are lines. A card that reports 0 lines beside a live row is still starting. */
function lineCount(values: ReadonlyMap<string, SnmpValue>, table: TableShape, rows: readonly RawRow[]): number {
    const told = toldLines(values, table);
    return told === undefined || (told === 0 && rows.some(isLive)) ? MAX_ROWS : told;
}

/** The number of lines; undefined: the card tells none, or one that is not possible. */
function toldLines(values: ReadonlyMap<string, SnmpValue>, table: TableShape): number | undefined {
    const told = rawNumber(values.get(SCALARS[table.lines]));
    return told !== undefined && Number.isInteger(told) && told >= 0 && told <= MAX_ROWS ? told : undefined;
}

type Tables = Record<'input' | 'output' | 'bypass', RawRow[]>;

/**
 * A card of one phase that does not tell how many lines it has may fill three rows with zeros (Riello NetMan 204). Output rows without voltage, current
 * and power beside a live one are no lines, and so are those of the input and the bypass that are as empty.
 */
export function withoutEmptyPhases(
    rows: Tables,
    values: ReadonlyMap<string, SnmpValue>,
    tables: Record<keyof Tables, TableShape>,
): Tables {
    const { output } = rows;
    const count = output.findLastIndex((row) => !isEmpty(row) || !tellsMore(row)) + 1;
    if (!output[0] || !isLive(output[0]) || count === output.length) return rows;
    const cut = (name: keyof Tables) => {
        const own = rows[name];
        if (toldLines(values, tables[name]) !== undefined || !own[0] || !isLive(own[0])) return own;
        return own.slice(0, Math.max(count, own.findLastIndex((row) => !isEmpty(row)) + 1));
    };
    return { input: cut('input'), output: cut('output'), bypass: cut('bypass') };
}

const isLive = (row: RawRow) => (rawNumber(row.voltage) ?? 0) > 0;
/** 0 V alone may be a line that has failed. */
const tellsMore = ({ current, power, load }: RawRow) =>
    [current, power, load].some((each) => rawNumber(each) !== undefined);
/** -1 stands for "not known". */
const isEmpty = (row: RawRow) => Object.values(row).every((value) => [0, -1].includes(rawNumber(value) ?? 0));

function compareIndex(a: string, b: string): number {
    const left = a.split('.').map(Number);
    const right = b.split('.').map(Number);
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
        const difference = (left[i] ?? -1) - (right[i] ?? -1);
        if (difference !== 0) return difference;
    }
    return 0;
}

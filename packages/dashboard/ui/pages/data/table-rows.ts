import { valueAt, type Aligned } from './tables';
import type { TimeRange } from './time-range';

const MOST_ROWS = 500;

export interface TableRow {
    at: number;
    values: (number | undefined)[];
}

/** What the charts show as rows, the newest first. `left`: so many older ones are not in it. */
export function tableRows(
    { times, measured, columns }: Aligned,
    { from, to }: TimeRange,
    most = MOST_ROWS,
): { rows: TableRow[]; left: number } {
    const rows: TableRow[] = [];
    let left = 0;
    for (let index = times.length - 1; index >= 0; index--) {
        const at = times[index]!;
        if (at < from || at > to || !measured[index]) continue;
        if (rows.length < most) rows.push({ at, values: columns.map(({ mean }) => valueAt(mean, index)) });
        else left++;
    }
    return { rows, left };
}

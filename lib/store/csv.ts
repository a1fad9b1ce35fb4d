import { stringify } from 'csv-stringify/sync';

export interface CsvColumn<T> {
    header: string;
    value: (row: T) => string | number | boolean | undefined;
}

/**
 * RFC 4180: header line, CRLF, quotes where necessary. Texts (not numbers) that a spreadsheet would run as a formula get a leading
 * apostrophe, because texts may come from the network.
 */
export function csv<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
    return lines([columns.map(({ header }) => header)]) + csvRows(rows, columns);
}

/** A page of an export: few enough rows to make their text within some milliseconds. */
const PAGE = 250;

/**
 * Goes through entries in pages, newest first, with a turn of the event loop between them: a hundred thousand rows take a second, and without
 * pauses no trap would be read and no timing would fire in it.
 * @param page reads the entries before `last`, the last one of the page before
 * @param limit of entries; -1 = all
 */
export async function inPages<T>(
    page: (limit: number, last: T | undefined) => T[] | Promise<T[]>,
    limit: number,
    take: (rows: T[]) => void,
): Promise<void> {
    let last: T | undefined;
    for (let left = limit < 0 ? Infinity : limit; left > 0; left -= PAGE) {
        const rows = await page(Math.min(PAGE, left), last);
        if (!rows.length) return;
        take(rows);
        last = rows.at(-1);
        await turn();
    }
}

/** Resolves when others have had their turn. */
export function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

/** As `csv`, in pages: see `inPages`. */
export async function csvInPages<T>(
    page: (limit: number, last: T | undefined) => T[] | Promise<T[]>,
    limit: number,
    columns: readonly CsvColumn<T>[],
): Promise<string> {
    const pieces: string[] = [];
    await inPages(page, limit, (rows) => pieces.push(csvRows(rows.toReversed(), columns)));
    return csv([], columns) + pieces.reverse().join('');
}

export function csvRows<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
    return lines(rows.map((row) => columns.map(({ value }) => cell(value(row)))));
}

function lines(cells: string[][]): string {
    return stringify(cells, { record_delimiter: '\r\n' });
}

function cell(value: string | number | boolean | undefined): string {
    if (value === undefined) return '';
    if (typeof value === 'string' && /^[=+\-@\t\r]/.test(value)) return `'${value}`;
    return String(value);
}

/** Local time with its offset, e.g. `2026-01-15T04:00:00.000+01:00`; `at` in epoch ms. */
export function isoWithZone(at: number): string {
    const date = new Date(at);
    const offset = -date.getTimezoneOffset();
    const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
    return new Date(at + offset * 60_000).toISOString().replace('Z', zone);
}

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

const PAGE = 1000;

/**
 * As `csv`, made in pages with a turn of the event loop between them: a hundred thousand rows take a second, and without pauses no trap
 * would be read and no timing would fire in it.
 * @param page reads entries, newest first, older than an id; the id is that of the last entry of the page before
 * @param limit of rows; -1 = all
 */
export async function csvInPages<T extends { id: number }>(
    page: (limit: number, beforeId: number | undefined) => T[],
    limit: number,
    beforeId: number | undefined,
    columns: readonly CsvColumn<T>[],
): Promise<string> {
    const pieces: string[] = [];
    for (let left = limit < 0 ? Infinity : limit; left > 0; left -= PAGE) {
        const rows = page(Math.min(PAGE, left), beforeId);
        if (!rows.length) break;
        pieces.push(csvRows(rows.toReversed(), columns));
        beforeId = rows[rows.length - 1].id;
        await new Promise((resolve) => setImmediate(resolve));
    }
    return csv([], columns) + pieces.reverse().join('');
}

function csvRows<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
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

import { stringify } from 'csv-stringify/sync';

export interface CsvColumn<T> {
    header: string;
    value: (row: T) => string | number | boolean | undefined;
}

/**
 * RFC 4180: header line, CRLF, quotes where needed. Texts (not numbers) that a spreadsheet would run as a formula get a
 * leading apostrophe, because texts may come from the network.
 */
export function csv<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
    const cells = rows.map((row) => columns.map(({ value }) => cell(value(row))));
    return stringify([columns.map(({ header }) => header), ...cells], { record_delimiter: '\r\n' });
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

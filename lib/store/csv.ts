import { Slices } from '../core/turns';

export type CsvValue = string | number | boolean | undefined;

export interface CsvColumn<T> {
    header: string;
    value: (row: T) => CsvValue;
}

/** The end of each line (RFC 4180, section 2, rule 1). */
export const LINE_END = '\r\n';
const FORMULA = /^[=+\-@\t\r]/;
const TO_QUOTE = /[",\r\n]/;

/**
 * RFC 4180: header line, CRLF, quotes where necessary. Texts (not numbers) that a spreadsheet would run as a formula get a leading
 * apostrophe, because texts may come from the network.
 */
export function csv<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
    return headerLine(columns) + csvRows(rows, columns);
}

export function csvRows<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
    return rows.map((row) => line(row, columns)).join('');
}

/** As `csv`, in slices: for rows whose texts take their time. */
export async function csvSoon<T>(
    rows: readonly T[],
    columns: readonly CsvColumn<T>[],
    slices = new Slices(),
): Promise<string> {
    const pieces = [headerLine(columns)];
    for (const row of rows) {
        pieces.push(line(row, columns));
        if (slices.isOver) await slices.next();
    }
    return pieces.join('');
}

/** Entries that are read in one step. */
const PAGE = 100;

/**
 * Goes through entries in pages, newest first, in slices: a hundred thousand rows take a second, and without pauses no trap would be read and no
 * timing would fire in it.
 * @param page reads the entries before `last`, the last one of the page before
 * @param limit of entries; -1 = all
 * @param write the text of one entry
 * @param between stands between two entries
 * @returns UTF-8 of each page, the latest page first, in it the oldest entry first
 */
export async function inPages<T>(
    page: (limit: number, last: T | undefined) => T[] | Promise<T[]>,
    limit: number,
    write: (row: T) => string,
    { between = '', slices = new Slices() }: { between?: string; slices?: Slices } = {},
): Promise<Uint8Array[]> {
    const pages: Uint8Array[] = [];
    let last: T | undefined;
    for (let left = limit < 0 ? Infinity : limit; left > 0; left -= PAGE) {
        const rows = await page(Math.min(PAGE, left), last);
        if (!rows.length) break;
        await slices.breathe();
        const texts: string[] = [];
        for (const row of rows) {
            texts.push(write(row));
            if (slices.isOver) await slices.next();
        }
        // As bytes it is no more in the way of the collection of garbage.
        pages.push(Buffer.from(texts.reverse().join(between)));
        last = rows.at(-1);
    }
    return pages;
}

/** As `csv`, oldest first, in pages: see `inPages`. @returns UTF-8 in pieces, so that no text of megabytes is made at once */
export async function csvInPages<T>(
    page: (limit: number, last: T | undefined) => T[] | Promise<T[]>,
    limit: number,
    columns: readonly CsvColumn<T>[],
    slices?: Slices,
): Promise<Uint8Array[]> {
    const pages = await inPages(page, limit, (row) => line(row, columns), { slices });
    return [Buffer.from(headerLine(columns)), ...pages.reverse()];
}

const PIECE = 65_536;

/** A long text as UTF-8, in pieces, while it is made: what is added leaves the heap at once. */
export class TextPieces {
    private readonly pieces: Uint8Array[] = [];
    private piece = Buffer.allocUnsafe(PIECE);
    private length = 0;

    add(text: string): void {
        // A UTF-16 unit takes three bytes at most.
        const most = text.length * 3;
        if (this.length + most > this.piece.length) {
            this.pieces.push(this.piece.subarray(0, this.length));
            this.piece = Buffer.allocUnsafe(Math.max(PIECE, most));
            this.length = 0;
        }
        this.length += this.piece.write(text, this.length, 'utf8');
    }

    /** All of it; nothing may be added any more. */
    take(): Uint8Array[] {
        return [...this.pieces, this.piece.subarray(0, this.length)];
    }
}

/** The whole text of pieces of UTF-8. */
export function textOf(pieces: readonly Uint8Array[]): string {
    return Buffer.concat(pieces).toString('utf8');
}

function headerLine(columns: readonly { header: string }[]): string {
    return columns.map(({ header }) => csvCell(header)).join(',') + LINE_END;
}

function line<T>(row: T, columns: readonly CsvColumn<T>[]): string {
    return columns.map(({ value }) => csvCell(value(row))).join(',') + LINE_END;
}

/** One value as it stands between two commas. */
export function csvCell(value: CsvValue): string {
    if (value === undefined) return '';
    if (typeof value !== 'string') return String(value);
    const text = FORMULA.test(value) ? `'${value}` : value;
    return TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Local time with its offset, e.g. `2026-01-15T04:00:00.000+01:00`; `at` in epoch ms. */
export function isoWithZone(at: number): string {
    const date = new Date(at);
    const offset = -date.getTimezoneOffset();
    const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
    return new Date(at + offset * 60_000).toISOString().replace('Z', zone);
}

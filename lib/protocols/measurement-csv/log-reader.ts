import { said, type Sentence } from '../../core/language/sentence';
import { quoted } from '../../core/quote';
import { quantityOf, type Quantity } from '../../core/units/value-text';
import { readText } from '../shared/read-text';
import { refusedFile } from '../shared/refused-file';
import { Columns, headerFinder, type CsvMapping, type PlacedColumn } from './columns';
import type { KnownPart } from './known-part';
import { linesOf, type Line } from './lines';
import { LONGEST_PAUSE, type LogPosition, type SeenRows } from './position';
import { delimiterOf, fieldsOf, type Delimiter } from './rows';
import { secondPassFinder, type ReadTime } from './time-format';
import type { Zone } from '../../core/schedules/local-time';

/** One row of measurements. */
export interface LogRow {
    /** Epoch ms. */
    at: number;
    /** From 1. */
    line: number;
    site?: string;
    /** By the names of the mapped columns; those without a value are left out. */
    values: Record<string, LogValue>;
}

export interface LogValue {
    /** As it stands there. */
    text: string;
    /** In a column of numbers: that of the text; without a unit of its own, it has that of the header. */
    quantity?: Quantity;
    /** The unit in the header, if it states one plainly. A letter may also be the name of a phase: `Voltage (A)`. */
    unit?: string;
}

/** What reading the lines has led to, beside the rows. */
export interface ReadLines {
    seen: LogPosition;
    bad: { count: number; first?: Sentence };
    missing: string[];
    unfinished: boolean;
    /** Rows that stand behind those that were read of the same file before, or in the new one that goes on where that one ended. */
    behind: number;
    /** All lines that have their end. */
    read: Omit<KnownPart, 'check' | 'mapping'>;
}

/** A header stands further down in no file. */
const MOST_LINES_ABOVE = 50;

/** What is known of the place where this file was left. */
export interface WhereLeft {
    /** All lines from there on are new, bytes; undefined: it is not known where that is. */
    newFrom?: number;
    /** Of the file that the device writes: time of the last row that was read, epoch ms. */
    lastAt?: number;
}

/** What is wrong with a row; the sentence is only made of the first one. */
type Damage = () => Sentence;

/** Goes through the lines of one file: header, rows, damaged rows. */
export class LogReader {
    /** Those that are new. Whoever has them takes them out. */
    readonly rows: LogRow[] = [];
    private readonly bad: ReadLines['bad'] = { count: 0 };
    private readonly mayBeHeader: (row: string) => boolean;
    private columns: Columns | undefined;
    private header = { text: '', start: 0 };
    private delimiter: Delimiter = ',';
    private site: string | undefined;
    private unfinished = false;
    /** Up to the end of the last whole line. */
    private behind = { bytes: 0, lines: 0 };
    /** Of the last good row, epoch ms: a damaged one has no time that could be trusted. */
    private lastAt = 0;
    /** Of the row before, also of one in the file before this one, epoch ms. */
    private before: number;
    private newFrom: number;
    private behindLeft = 0;
    private readonly secondPassOf: (at: number) => number | undefined;

    constructor(
        private readonly mapping: CsvMapping,
        zone: Zone,
        private readonly readTime: ReadTime,
        private readonly seen: SeenRows,
        private readonly left: WhereLeft = {},
    ) {
        this.mayBeHeader = headerFinder(mapping);
        this.secondPassOf = secondPassFinder(mapping.time.format, zone);
        this.newFrom = left.newFrom ?? Infinity;
        this.before = (left.newFrom === undefined ? left.lastAt : undefined) ?? 0;
    }

    /** All lines of a part have been read before, by the same mapping: only its headers are looked at. */
    continueBehind({ bytes, lines, header, at }: KnownPart, file: Uint8Array): void {
        for (const line of linesOf(file)) {
            this.read(line);
            if (this.columns) break;
        }
        if (header > this.header.start)
            this.readHeader(linesOf(file, { byte: header, number: 1 }).next().value as Line);
        this.behind = { bytes, lines };
        if (at === undefined) return;
        this.lastAt = this.before = at;
        this.seen.continueFrom(at);
    }

    read(line: Line): void {
        const { text, number, ended, end } = line;
        if (!ended) {
            this.unfinished = !isBlank(text);
            return;
        }
        this.behind = { bytes: end, lines: number };
        if (isBlank(text)) return;
        if (this.columns) this.readRow(line, this.columns);
        else this.readAbove(line);
    }

    private readAbove({ text, number, start }: Line): void {
        const delimiter = delimiterOf(text);
        const fields = fieldsOf(text, delimiter)?.map((field) => field.trim()) ?? [];
        const columns = Columns.of(fields, this.mapping);
        if (columns) {
            this.delimiter = delimiter;
            this.begin(columns, text, start);
        } else if (number > MOST_LINES_ABOVE) throw this.noHeader();
        else if (!/^sep=/i.test(text)) this.site ??= readText(fields.filter(Boolean).join(' '));
    }

    /** @returns whether it is one */
    private readHeader({ text, start }: Line): boolean {
        const columns = Columns.of(fieldsOf(text, this.delimiter) ?? [], this.mapping);
        if (columns) this.begin(columns, text, start);
        return columns !== undefined;
    }

    private begin(columns: Columns, text: string, start: number): void {
        this.columns = columns;
        this.header = { text, start };
    }

    private readRow(whole: Line, columns: Columns): void {
        const { text, number: line, tooLong, start } = whole;
        if (tooLong) return this.takeBad(() => said('csv.tooLong'), text, line);
        if (text === this.header.text) return;
        const fields = fieldsOf(text, this.delimiter);
        const row = fields ? this.rowOf(fields, columns, line) : () => said('csv.quotes');
        if (typeof row === 'object') {
            const told = row.at;
            row.at = this.inPass(told);
            if (this.lastAt === 0) this.begins(row.at);
            this.lastAt = this.before = row.at;
            this.takeRow(row, start, row.at === told ? text : `${text}\n`);
            return;
        }
        // Names may have changed. No row that can be read is a header: that has no time in the column of the time.
        if (!this.mayBeHeader(text) || !this.readHeader(whole)) this.takeBad(row, text, line);
    }

    private takeRow(row: LogRow, start: number, text: string): void {
        if (start >= this.newFrom) {
            this.seen.takeBehind(row.at, text);
            this.behindLeft++;
        } else if (!this.seen.take(row.at, text)) return;
        this.rows.push(row);
    }

    /** A row that seems to be from before the one above it may be of the second pass of the hour that comes twice in autumn. */
    private inPass(at: number): number {
        if (at >= this.before || at < this.before - LONGEST_PAUSE) return at;
        const second = this.secondPassOf(at) ?? 0;
        return second >= this.before ? second : at;
    }

    /** Of a new file that goes on where the last one ended, all rows are new, though its clock may have been set back before. */
    private begins(at: number): void {
        const { newFrom, lastAt } = this.left;
        if (newFrom !== undefined || lastAt === undefined) return;
        if (at >= lastAt && at - lastAt <= LONGEST_PAUSE) this.newFrom = 0;
    }

    private noHeader() {
        return refusedFile('csv.noHeader', { columns: { list: this.mapping.time.columns } });
    }

    private rowOf(fields: readonly string[], columns: Columns, line: number): LogRow | Damage {
        const found = columns.countOf(fields);
        if (found !== columns.count) return () => said('csv.fields', { found, expected: columns.count });
        const time = columns.timeOf(fields);
        const at = this.readTime(time);
        if (at === undefined) return () => said('csv.time', { time: quoted(time) });
        const values: [string, LogValue][] = [];
        for (const column of columns.mapped) {
            const given = readText(fields[column.index]);
            if (given === undefined || NOTHING.test(given)) continue;
            const text = this.withPoint(given);
            const isNumber = column.kind === 'number';
            const quantity = isNumber ? this.quantityOf(text, column) : undefined;
            if (isNumber && !quantity) return () => said('csv.number', { column: column.label, value: text });
            const { unit } = column;
            values.push([column.label, { text, ...(quantity && { quantity }), ...(unit && { unit }) }]);
        }
        const site = columns.siteOf(fields) ?? this.site;
        return { at, line, ...(site ? { site } : {}), values: Object.fromEntries(values) };
    }

    /** Where semicolons part the fields, the comma parts decimals: there `1,234` is no thousand. */
    private withPoint(text: string): string {
        return this.delimiter === ';' ? text.replace(/^([+-]?\d+),(\d+)(?![\d.,])/, '$1.$2') : text;
    }

    private quantityOf(text: string, { unit, plain }: PlacedColumn): Quantity | undefined {
        if (PLAIN_NUMBER.test(text)) {
            if (!unit) return { value: Number(text) };
            if (plain) return { value: Number((Number(text) * plain.scale).toPrecision(12)), unit: plain.unit };
        }
        const quantity = quantityOf(text);
        return quantity && !quantity.unit && unit ? quantityOf(`${text} ${unit}`) : quantity;
    }

    private takeBad(reason: Damage, text: string, line: number): void {
        if (!this.seen.takeDamaged(this.lastAt, text)) return;
        this.bad.count++;
        this.bad.first ??= said('file.inLine', { line, reason: reason() });
    }

    /** @throws UpsError file-refused: csv.noHeader */
    end(): ReadLines {
        if (!this.columns) throw this.noHeader();
        const { bad, unfinished, header, behind, lastAt } = this;
        return {
            behind: this.behindLeft,
            seen: this.seen.behind(),
            bad,
            missing: this.columns.missing,
            unfinished,
            read: { ...behind, header: header.start, ...(lastAt === 0 ? {} : { at: lastAt }) },
        };
    }
}

/** What stands where there is no value. */
const NOTHING = /^(?:-+|n\/?a)$/i;
/** As nearly all numbers are written: what it is is found out much faster. */
const PLAIN_NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

function isBlank(text: string): boolean {
    const first = text.charCodeAt(0);
    return !(first > 0x20 && first < 0x7f) && text.trim() === '';
}

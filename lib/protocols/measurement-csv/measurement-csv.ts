import { said, type Sentence } from '../../core/language/sentence';
import type { Zone } from '../../core/schedules/local-time';
import { quoted } from '../../core/quote';
import { readText } from '../shared/read-text';
import { refusedFile } from '../shared/refused-file';
import { quantityOf, type Quantity } from '../../core/units/value-text';
import { Columns, type CsvMapping } from './columns';
import { linesOf, type Line } from './lines';
import { hashOf, SeenRows, START, type LogPosition } from './position';
import { delimiterOf, fieldsOf, type Delimiter } from './rows';
import { timeReader, type ReadTime } from './time-format';

/** The largest file that is read, bytes. The RMCU begins a new one at 5 MB (RMCU manual, "Logging"). */
export const MOST_LOG_BYTES = 16 * 1024 * 1024;

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
    /** Where it is a number, alone or with a unit: that of the text, else that of the header. */
    quantity?: Quantity;
    /** The unit in the header, if it states one plainly. A letter may also be the name of a phase: `Voltage (A)`. */
    unit?: string;
}

export interface LogReading {
    /** Rows that were not read before, in the order of the file. */
    rows: LogRow[];
    /** To be kept together with the rows, for the next reading. */
    position: LogPosition;
    /** Damaged rows that were not met before; the first of them for people. They are left out as a whole. */
    bad: { count: number; first?: Sentence };
    /** Mapped columns that the header lacks. */
    missing: string[];
    /** The last line has no end: it is still being written, or was cut, and is read the next time. */
    unfinished: boolean;
}

export interface LogOptions {
    /** Whose wall clock the times of the file are. */
    zone: Zone;
    /** Default: nothing was read yet. */
    position?: LogPosition;
    /** Lets others have their turn, every thousand lines. */
    pause?: () => Promise<void>;
}

const LINES_BETWEEN_PAUSES = 1000;
/** A header stands further down in no file. */
const MOST_LINES_ABOVE = 50;

/**
 * Reads a file of measurements, such as RMCU.CSV. The RMCU manual says that it is CSV, that the name of the device is in it, and that a new one begins at 5 MB
 * ("Logging"), but not how a row looks: columns are found by their names in the header, the form of the time is the user's choice. A line above
 * the header is taken for the name of the site if no column is. [inferred]
 * @throws UpsError file-refused: file.tooLong, file.empty; csv.noHeader (columns), csv.columnTwice (column), csv.timeFormat
 */
export async function readMeasurements(
    bytes: Uint8Array,
    mapping: CsvMapping,
    { zone, position = START, pause = nextTurn }: LogOptions,
): Promise<LogReading> {
    if (bytes.length > MOST_LOG_BYTES)
        throw refusedFile('file.tooLong', { most: `${MOST_LOG_BYTES / 1024 / 1024} MiB` });
    const readTime = timeReader(mapping.time.format, zone);
    if (!readTime) throw refusedFile('csv.timeFormat', { format: mapping.time.format });
    const reader = new Reader(mapping, readTime, new SeenRows(position));
    for (const line of linesOf(bytes)) {
        if (!line.ended) reader.unfinished = line.text.trim() !== '';
        else reader.read(line);
        if (line.number % LINES_BETWEEN_PAUSES === 0) await pause();
    }
    return reader.end(bytes.length === 0);
}

function nextTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

/** What is wrong with a row. */
type Damage = Sentence;

class Reader {
    unfinished = false;
    private readonly rows: LogRow[] = [];
    private readonly bad: LogReading['bad'] = { count: 0 };
    private columns: Columns | undefined;
    private delimiter: Delimiter = ',';
    private site: string | undefined;
    /** Of the last good row, epoch ms: a damaged one has no time that could be trusted. */
    private lastAt = 0;

    constructor(
        private readonly mapping: CsvMapping,
        private readonly readTime: ReadTime,
        private readonly seen: SeenRows,
    ) {}

    read({ text, number: line, tooLong }: Line): void {
        if (text.trim() === '') return;
        if (!this.columns) return this.readAbove(text, line);
        if (tooLong) return this.takeBad(said('csv.tooLong'), text, line);
        const fields = fieldsOf(text, this.delimiter);
        const header = fields && Columns.of(fields, this.mapping);
        if (header) {
            this.columns = header;
            return;
        }
        const row = fields ? this.rowOf(fields, line) : said('csv.quotes');
        if ('key' in row) this.takeBad(row, text, line);
        else {
            this.lastAt = row.at;
            if (this.seen.take(row.at, hashOf(text))) this.rows.push(row);
        }
    }

    private readAbove(text: string, line: number): void {
        const delimiter = delimiterOf(text);
        const fields = fieldsOf(text, delimiter) ?? [];
        this.columns = Columns.of(fields, this.mapping);
        if (this.columns) this.delimiter = delimiter;
        else if (line > MOST_LINES_ABOVE) throw this.noHeader();
        else if (!/^sep=/i.test(text)) this.site ??= readText(fields.filter(Boolean).join(' '));
    }

    private noHeader() {
        return refusedFile('csv.noHeader', { columns: { list: this.mapping.time.columns } });
    }

    private rowOf(given: string[], line: number): LogRow | Damage {
        const columns = this.columns!;
        const fields = columns.trimmed(given);
        if (fields.length !== columns.count)
            return said('csv.fields', { found: fields.length, expected: columns.count });
        const time = columns.timeOf(fields);
        const at = this.readTime(time);
        if (at === undefined) return said('csv.time', { time: quoted(time) });
        const values: [string, LogRow['values'][string]][] = [];
        for (const { label, kind, index, unit } of columns.mapped) {
            const text = readText(fields[index]);
            if (text === undefined || NOTHING.test(text)) continue;
            const quantity = this.quantityOf(text, unit);
            if (kind === 'number' && !quantity) return said('csv.number', { column: label, value: text });
            values.push([label, { text, ...(quantity ? { quantity } : {}), ...(unit ? { unit } : {}) }]);
        }
        const site = columns.siteOf(fields) ?? this.site;
        return { at, line, ...(site ? { site } : {}), values: Object.fromEntries(values) };
    }

    /** Where semicolons part the fields, the comma parts decimals: there `1,234` is no thousand. */
    private quantityOf(text: string, unit: string | undefined): Quantity | undefined {
        const plain = this.delimiter === ';' ? text.replace(/^([+-]?\d+),(\d+)(?![\d.,])/, '$1.$2') : text;
        const quantity = quantityOf(plain);
        return quantity && !quantity.unit && unit ? quantityOf(`${plain} ${unit}`) : quantity;
    }

    private takeBad(reason: Damage, text: string, line: number): void {
        if (!this.seen.take(this.lastAt, hashOf(text))) return;
        this.bad.count++;
        this.bad.first ??= said('file.inLine', { line, reason });
    }

    /** @throws UpsError file-refused: file.empty, csv.noHeader */
    end(isEmpty: boolean): LogReading {
        if (isEmpty) throw refusedFile('file.empty');
        if (!this.columns) throw this.noHeader();
        return {
            rows: this.rows,
            position: this.seen.position(),
            bad: this.bad,
            missing: this.columns.missing,
            unfinished: this.unfinished,
        };
    }
}

/** What stands where there is no value. */
const NOTHING = /^(?:-+|n\/?a)$/i;

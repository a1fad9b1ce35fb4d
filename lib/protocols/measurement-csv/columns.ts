import { plainUnit } from '../../core/units/plain-units';
import { readText } from '../shared/read-text';
import { refusedFile } from '../shared/refused-file';

/** Which columns of a log file are what, by their names in its header. Chosen by the user. */
export interface CsvMapping {
    /** One column, or two: day and time of day, which are read with a blank between them. */
    time: { columns: readonly string[]; format: string };
    /** The column with the name of the site, if there is one. */
    site?: string;
    columns: readonly CsvColumn[];
}

export interface CsvColumn {
    /** As the header writes it; capitals do not matter. */
    label: string;
    /** A row whose number is none is damaged. */
    kind: 'number' | 'text';
}

/** The columns of a file, as its header orders them. */
export class Columns {
    private constructor(
        readonly count: number,
        private readonly times: readonly number[],
        private readonly site: number | undefined,
        readonly mapped: readonly (CsvColumn & { index: number; unit?: string })[],
        readonly missing: string[],
    ) {}

    /**
     * The columns of a header; undefined for a row that is none, because the time is not named in it.
     * @throws UpsError file-refused: csv.columnTwice
     */
    static of(fields: readonly string[], { time, site, columns }: CsvMapping): Columns | undefined {
        const names = fields.map(keyOf);
        while (names.length && !names.at(-1)) names.pop();
        const times = time.columns.map((label) => names.indexOf(keyOf(label)));
        if (!times.length || times.some((index) => index < 0)) return undefined;
        for (const label of [...time.columns, ...(site ? [site] : []), ...columns.map((each) => each.label)]) {
            if (names.indexOf(keyOf(label)) !== names.lastIndexOf(keyOf(label)))
                throw refusedFile('csv.columnTwice', { column: label });
        }
        const placed = columns.map((column) => ({ ...column, index: names.indexOf(keyOf(column.label)) }));
        const siteIndex = site === undefined ? -1 : names.indexOf(keyOf(site));
        return new Columns(
            names.length,
            times,
            siteIndex < 0 ? undefined : siteIndex,
            placed.filter(({ index }) => index >= 0).map((column) => ({ ...column, ...unitOf(fields[column.index]!) })),
            placed.filter(({ index }) => index < 0).map(({ label }) => label),
        );
    }

    /** Without the empty fields that a delimiter at the end of a row makes. */
    trimmed(fields: readonly string[]): readonly string[] {
        let { length } = fields;
        while (length > this.count && !fields[length - 1]) length--;
        return fields.slice(0, length);
    }

    timeOf(fields: readonly string[]): string {
        return this.times.map((index) => fields[index]!).join(' ');
    }

    siteOf(fields: readonly string[]): string | undefined {
        return this.site === undefined ? undefined : readText(fields[this.site]);
    }
}

/** The unit that a header states plainly: `Volts Battery (V)`, `Volts Battery [mV]`. */
function unitOf(header: string): { unit?: string } {
    const unit = /(?:\(([^()]+)\)|\[([^[\]]+)\])\s*$/.exec(header)?.slice(1).find(Boolean);
    return unit !== undefined && plainUnit(unit) ? { unit } : {};
}

function keyOf(label: string): string {
    return label.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}

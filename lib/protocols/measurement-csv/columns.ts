import { plainUnit, type PlainUnit } from '../../core/units/plain-units';
import { quantityOf } from '../../core/units/value-text';
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

/** A column and its place in a row. */
export interface PlacedColumn extends CsvColumn {
    index: number;
    /** The unit that the header states plainly: `Volts Battery (V)`, `Volts Battery [mV]`. */
    unit?: string;
    /** What a number without a unit is in it, where such a number can have it. */
    plain?: PlainUnit;
}

/** The columns of a file, as its header orders them. */
export class Columns {
    private constructor(
        readonly count: number,
        private readonly times: readonly number[],
        private readonly site: number | undefined,
        readonly mapped: readonly PlacedColumn[],
        readonly missing: string[],
    ) {}

    /**
     * The columns of a header; undefined for a row that is none, because the time is not named in it.
     * @throws UpsError file-refused: csv.columnTwice
     */
    static of(fields: readonly string[], { time, site, columns }: CsvMapping): Columns | undefined {
        const names = fields.map(keyOf);
        while (names.length && !names.at(-1)) names.pop();
        const places = placesOf(names);
        const placeOf = (label: string) => places.get(keyOf(label))?.first ?? -1;
        const times = time.columns.map(placeOf);
        if (!times.length || times.some((index) => index < 0)) return undefined;
        for (const label of [...time.columns, ...(site ? [site] : []), ...columns.map((each) => each.label)])
            if (places.get(keyOf(label))?.again) throw refusedFile('csv.columnTwice', { column: label });
        const placed = columns.map((column) => ({ ...column, index: placeOf(column.label) }));
        const siteIndex = site === undefined ? -1 : placeOf(site);
        return new Columns(
            names.length,
            times,
            siteIndex < 0 ? undefined : siteIndex,
            placed.filter(({ index }) => index >= 0).map((column) => ({ ...column, ...unitOf(fields[column.index]!) })),
            placed.filter(({ index }) => index < 0).map(({ label }) => label),
        );
    }

    /** How many fields a row has, without the empty ones that a delimiter at its end makes. */
    countOf(fields: readonly string[]): number {
        let { length } = fields;
        while (length > this.count && fields[length - 1]!.trim() === '') length--;
        return length;
    }

    timeOf(fields: readonly string[]): string {
        return this.times.length === 1
            ? fields[this.times[0]!]!.trim()
            : this.times.map((index) => fields[index]!.trim()).join(' ');
    }

    siteOf(fields: readonly string[]): string | undefined {
        return this.site === undefined ? undefined : readText(fields[this.site]);
    }
}

/** Finds rows that may be headers without taking them apart: their text names all columns of the time. */
export function headerFinder({ time }: CsvMapping): (row: string) => boolean {
    const patterns = time.columns.map((label) => {
        const forms = new Set(['NFC', 'NFD'].map((form) => patternOf(keyOf(label).normalize(form))));
        return new RegExp([...forms].join('|'), 'iu');
    });
    return (row) => patterns.every((pattern) => pattern.test(row));
}

/** Quotes in a field are doubled, and blanks are as many as there are. */
function patternOf(name: string): string {
    return name
        .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
        .replaceAll(' ', '\\s+')
        .replaceAll('"', '"{1,2}');
}

/** Where each name stands first, and whether it stands there again. */
function placesOf(names: readonly string[]): ReadonlyMap<string, { first: number; again: boolean }> {
    const places = new Map<string, { first: number; again: boolean }>();
    for (const [index, name] of names.entries()) {
        const place = places.get(name);
        if (place) place.again = true;
        else places.set(name, { first: index, again: false });
    }
    return places;
}

function unitOf(header: string): Pick<PlacedColumn, 'unit' | 'plain'> {
    const unit = /(?:\(([^()]+)\)|\[([^[\]]+)\])\s*$/.exec(header)?.slice(1).find(Boolean);
    const plain = unit === undefined ? undefined : plainUnit(unit);
    if (unit === undefined || !plain) return {};
    return { unit, ...(quantityOf(`1 ${unit}`)?.unit === plain.unit ? { plain } : {}) };
}

/** No column that anybody asks for has a longer name, characters. */
const LONGEST_NAME = 320;

function keyOf(label: string): string {
    const plain = label.replace(/\s+/g, ' ').trim();
    return plain.length > LONGEST_NAME ? plain : plain.normalize('NFC').toLowerCase();
}

/** What parts the fields: the manuals show none, and spreadsheets of some countries want others. */
export type Delimiter = ',' | ';' | '\t';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];

/** The delimiter that a header has most of. */
export function delimiterOf(header: string): Delimiter {
    const counts = DELIMITERS.map((each) => header.split(each).length);
    return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** A field in quotes, or one without any; then the delimiter, or the end. */
const FIELD: Readonly<Record<Delimiter, RegExp>> = {
    ',': /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^",]*))(,|$)/y,
    ';': /[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^";]*))(;|$)/y,
    '\t': / *(?:"((?:[^"]|"")*)" *|([^"\t]*))(\t|$)/y,
};

/**
 * The fields of one row (RFC 4180, section 2), without quotes and blanks around them; undefined if its quotes do not come out even. A row is a line: a line
 * break within quotes, which RFC 4180 allows, would let one lost quote swallow all rows behind it, and no device writes one.
 */
export function fieldsOf(row: string, delimiter: Delimiter): string[] | undefined {
    if (!row.includes('"')) return row.split(delimiter).map((field) => field.trim());
    const pattern = FIELD[delimiter];
    const fields: string[] = [];
    pattern.lastIndex = 0;
    for (;;) {
        const match = pattern.exec(row);
        if (!match) return undefined;
        const [, quoted, plain, end] = match;
        fields.push((quoted?.replaceAll('""', '"') ?? plain!).trim());
        if (!end) return fields;
    }
}

/** What parts the fields: the manuals show none, and spreadsheets of some countries want others. */
export type Delimiter = ',' | ';' | '\t';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];

/** The delimiter that a header has most of. */
export function delimiterOf(header: string): Delimiter {
    const counts = DELIMITERS.map((each) => header.split(each).length);
    return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/**
 * The fields of one row (RFC 4180, section 2), without quotes; blanks around a field may be left. Undefined if its quotes do not come out even. A row is a
 * line: a line break within quotes, which RFC 4180 allows, would let one lost quote swallow all rows behind it, and no device writes one.
 */
export function fieldsOf(row: string, delimiter: Delimiter): string[] | undefined {
    return row.includes('"') ? quotedFields(row, delimiter) : row.split(delimiter);
}

/** Goes over each character once: regular expressions for this go over blanks again and again. */
function quotedFields(row: string, delimiter: Delimiter): string[] | undefined {
    const afterBlanks = (at: number) => {
        while (row[at] === ' ' || (row[at] === '\t' && delimiter !== '\t')) at++;
        return at;
    };
    const fields: string[] = [];
    for (let at = 0; ; at++) {
        const begin = afterBlanks(at);
        if (row[begin] === '"') {
            const close = closingQuote(row, begin);
            if (close < 0) return undefined;
            fields.push(row.slice(begin + 1, close).replaceAll('""', '"'));
            at = afterBlanks(close + 1);
            if (at < row.length && row[at] !== delimiter) return undefined;
        } else {
            const end = row.indexOf(delimiter, begin);
            at = end < 0 ? row.length : end;
            const field = row.slice(begin, at);
            if (field.includes('"')) return undefined;
            fields.push(field);
        }
        if (at >= row.length) return fields;
    }
}

/** Of two quotes, the second is a character of the field. Negative: it is not there. */
function closingQuote(row: string, opening: number): number {
    let at = row.indexOf('"', opening + 1);
    while (at >= 0 && row[at + 1] === '"') at = row.indexOf('"', at + 2);
    return at;
}

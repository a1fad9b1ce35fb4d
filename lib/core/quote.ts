import { DEEPEST } from './depth';

/** How much of a value from outside an error or a log entry quotes, characters. */
export const QUOTED = 200;
/** So many values of one that is nested are looked at to quote it: each has a character at least. */
const MOST_VALUES = 2 * QUOTED;

const CUT = /… \(\d+\)$/;

/**
 * Quotes a text: whole, or its beginning with an ellipsis and its length, as `AAAA… (200000)`. Without this limit, one huge value would
 * fill the log.
 * @param most characters kept
 */
export function quoted(text: string, most = QUOTED): string {
    if (text.length <= most) return text;
    // What was cut before keeps the length that it was cut from.
    if (text.length <= most + 20 && CUT.test(text)) return text;
    // A surrogate pair is not split.
    const end = isHighSurrogate(text.charCodeAt(most - 1)) ? most - 1 : most;
    return `${text.slice(0, end)}… (${text.length})`;
}

/**
 * Quotes any value from outside, a text as it is and an object as JSON. It never throws: an object may have a `toString` that is no function, be in
 * itself, or be nested more deeply than JSON can be written.
 */
export function shown(value: unknown): string {
    if (typeof value === 'string') return quoted(value);
    if (typeof value !== 'object' || value === null) return quoted(String(value as number));
    const outline = Array.isArray(value) ? '[…]' : '{…}';
    try {
        const rest = { values: MOST_VALUES, cut: false };
        const text = JSON.stringify(beginning(value, 1, rest)) ?? '';
        return rest.cut && text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : quoted(text);
    } catch {
        // It is nested too deeply, a large whole number, or an object that refuses to be read.
        return outline;
    }
}

/** As much of a value as can be quoted: of a million values nobody writes all. @throws RangeError it is nested too deeply */
function beginning(value: unknown, depth: number, rest: { values: number; cut: boolean }): unknown {
    rest.values--;
    if (typeof value === 'string') return quoted(value, 2 * QUOTED);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (depth > DEEPEST) throw new RangeError('too deep');
    const isList = Array.isArray(value);
    const found: [string, unknown][] = [];
    for (const [key, each] of isList ? value.entries() : entriesOf(value)) {
        if (rest.values <= 0) {
            rest.cut = true;
            break;
        }
        found.push([String(key), beginning(each, depth + 1, rest)]);
    }
    return isList ? found.map(([, each]) => each) : Object.fromEntries(found);
}

function* entriesOf(value: object): Generator<[string, unknown]> {
    for (const key in value) if (Object.hasOwn(value, key)) yield [key, (value as Record<string, unknown>)[key]];
}

function isHighSurrogate(code: number): boolean {
    return code >= 0xd800 && code <= 0xdbff;
}

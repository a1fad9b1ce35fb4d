import { isTooDeep } from './depth';

/** How much of a value from outside an error or a log entry quotes, characters. */
export const QUOTED = 200;

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
    if (isTooDeep(value)) return outline;
    try {
        return quoted(JSON.stringify(value) ?? '');
    } catch {
        // A large whole number, or an object that refuses to be written.
        return outline;
    }
}

function isHighSurrogate(code: number): boolean {
    return code >= 0xd800 && code <= 0xdbff;
}

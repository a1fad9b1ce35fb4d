/** What an error or a log entry quotes of a value that came from outside, characters. */
export const QUOTED = 200;

/**
 * A text as others are told of it: whole, or its beginning with an ellipsis and its length, as `AAAA… (200000)`. A value that nobody bounds
 * would fill the logs of who only wants to know what was wrong with it.
 * @param most characters kept
 */
export function quoted(text: string, most = QUOTED): string {
    if (text.length <= most) return text;
    // Never the first half of a character of two.
    const end = isHighSurrogate(text.charCodeAt(most - 1)) ? most - 1 : most;
    return `${text.slice(0, end)}… (${text.length})`;
}

function isHighSurrogate(code: number): boolean {
    return code >= 0xd800 && code <= 0xdbff;
}

/** Characters (UTF-16 units) of a text that a device tells: a DisplayString of SNMP has no more (RFC 2579). */
export const LONGEST_TEXT = 255;

/**
 * What a terminal, a log or a mail would obey instead of show: control characters (C0, C1), line and paragraph separators, marks that turn
 * the direction of writing, and halves of surrogate pairs.
 */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]+/gu;

/** Nothing of that is in it; nearly all texts are so, and this is found out much faster. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * A text that a device tells, as people may read it: one line without control characters and lone surrogates (a blank stands for them), trimmed,
 * at most `max` UTF-16 units long and cut between two characters. A number is told as its digits. Undefined when nothing is left. What
 * a protocol pads or ends its texts with (NUL, a memory dump after the first line) it cuts off before.
 */
export function readText(value: unknown, max = LONGEST_TEXT): string | undefined {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    // A megabyte is not searched for what could be shown of it; blanks and rubbish in front are granted their room.
    const head = String(value).slice(0, 16 * max + 4096);
    const text = (PLAIN.test(head) ? head : head.replace(UNSHOWABLE, ' ')).trim();
    return cut(text, max).trimEnd() || undefined;
}

/** Its longest beginning of at most `max` units that splits no character: no surrogate pair, no letter from its accents. */
function cut(text: string, max: number): string {
    if (text.length <= max) return text;
    let end = 0;
    for (const { index, segment } of CHARACTERS.segment(text.slice(0, max + 2))) {
        if (index + segment.length > max) break;
        end = index + segment.length;
    }
    // One "character" of hundreds of accents is none that anybody wrote.
    return end > 0 ? text.slice(0, end) : text.slice(0, max).replace(/\p{Cs}/gu, '');
}

const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

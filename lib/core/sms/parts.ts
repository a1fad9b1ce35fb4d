import { septetsOf } from './gsm-alphabet';

export type SmsAlphabet = 'gsm7' | 'ucs2';

/** One part of a message: the content of one SMS. */
export interface SmsPart {
    alphabet: SmsAlphabet;
    text: string;
    /** Counts from 1. */
    number: number;
    total: number;
}

/** How long a text is, in septets or UTF-16 units. */
export interface SmsLength {
    alphabet: SmsAlphabet;
    length: number;
    /** Capacity of a single SMS. */
    alone: number;
    /** Number of SMS that the text needs. */
    parts: number;
}

export interface SmsPlan {
    parts: SmsPart[];
    /** The text was too long for the allowed number of parts: it was cut, and ends in dots. */
    cut: boolean;
}

/** Capacity of one SMS (3GPP 23.040 section 9.2.3.24.1), in septets or UTF-16 units: alone, and beside a header of six octets. */
const CAPACITY = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } } as const;
/** A concatenated message counts its parts in one octet. */
export const MOST_PARTS = 255;

const DOTS = '...';

/** Length of a character, in the units of CAPACITY. */
function costOf(alphabet: SmsAlphabet, char: string): number {
    return alphabet === 'gsm7' ? (septetsOf(char)?.length ?? 1) : char.length;
}

/**
 * Line ends become
 * , tabs become spaces, other control characters are removed.
 */
export function smsText(text: string): string {
    return text
        .replace(/\r\n?/g, '\n')
        .replace(/\t/g, ' ')
        .replace(/[\x00-\x09\x0b-\x1f\x7f]/g, '')
        .trim();
}

/**
 * Splits a text into the parts in which it is sent: in the GSM alphabet if that has every character, or else in UCS-2. A character is never
 * split.
 * @param maxParts 1 to 255; text beyond it is cut
 */
export function planSms(text: string, maxParts: number): SmsPlan {
    const chars = [...smsText(text)];
    const alphabet = alphabetOf(chars);
    const { alone, joined } = CAPACITY[alphabet];
    let pieces = lengthOf(alphabet, chars) <= alone ? [chars.join('')] : split(chars, alphabet, joined);
    const most = Math.min(Math.max(1, maxParts), MOST_PARTS);
    const cut = pieces.length > most;
    if (cut) {
        pieces = pieces.slice(0, most);
        const last = most === 1 ? fitting(chars, alphabet, alone - DOTS.length) : [...(pieces[most - 1] ?? '')];
        pieces[most - 1] = `${fitting(last, alphabet, (most === 1 ? alone : joined) - DOTS.length).join('')}${DOTS}`;
    }
    const total = pieces.length;
    return { cut, parts: pieces.map((piece, index) => ({ alphabet, text: piece, number: index + 1, total })) };
}

/** The length of a text, as the dialog shows it. */
export function measureSms(text: string): SmsLength {
    const chars = [...smsText(text)];
    const alphabet = alphabetOf(chars);
    const parts = planSms(text, MOST_PARTS).parts.length;
    return { alphabet, length: lengthOf(alphabet, chars), alone: CAPACITY[alphabet].alone, parts };
}

function alphabetOf(chars: readonly string[]): SmsAlphabet {
    return chars.every((char) => septetsOf(char)) ? 'gsm7' : 'ucs2';
}

function lengthOf(alphabet: SmsAlphabet, chars: readonly string[]): number {
    return chars.reduce((sum, char) => sum + costOf(alphabet, char), 0);
}

function split(chars: readonly string[], alphabet: SmsAlphabet, capacity: number): string[] {
    const pieces: string[] = [];
    for (let rest = chars; rest.length > 0;) {
        const piece = fitting(rest, alphabet, capacity);
        pieces.push(piece.join(''));
        rest = rest.slice(piece.length);
    }
    return pieces;
}

function fitting(chars: readonly string[], alphabet: SmsAlphabet, capacity: number): string[] {
    let used = 0;
    let count = 0;
    while (count < chars.length && used + costOf(alphabet, chars[count] ?? '') <= capacity) {
        used += costOf(alphabet, chars[count] ?? '');
        count += 1;
    }
    return chars.slice(0, count);
}

import { isUtf8 } from 'node:buffer';
import { decodeText } from '../shared/text-encoding';

export interface Line {
    text: string;
    /** From 1. */
    number: number;
    /** Whether its end is there: a line without it may still be being written, or be cut. */
    ended: boolean;
    /** Longer than `LONGEST_LINE`: its text is only its beginning. */
    tooLong: boolean;
}

/** The longest line that is read, bytes. */
export const LONGEST_LINE = 16 * 1024;

/**
 * The lines of a log file. Each is decoded for itself, so that one damaged byte does not change how all others are read: as UTF-8 if it is that, else
 * as Latin-1. UTF-16 is decoded as a whole.
 */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
    const head = decodeText(bytes.subarray(0, 4096));
    if (head?.encoding.startsWith('utf-16')) {
        const text = decodeText(bytes.subarray(0, bytes.length - (bytes.length % 2)))!.text;
        yield* utf16Lines(text);
        return;
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = head?.bom ? 3 : 0;
    for (let at = start, number = 1; at < buffer.length; number++) {
        const found = buffer.indexOf(0x0a, at);
        const end = found < 0 ? buffer.length : found;
        const line = buffer.subarray(at, end);
        const tooLong = line.length > LONGEST_LINE;
        const text = tooLong
            ? line.toString('latin1', 0, LONGEST_LINE)
            : line.toString(isUtf8(line) ? 'utf8' : 'latin1');
        yield { text: text.replace(/\r+$/, ''), number, ended: found >= 0, tooLong };
        at = end + 1;
    }
}

function* utf16Lines(text: string): Generator<Line> {
    const lines = text.split('\n');
    for (const [at, line] of lines.entries()) {
        const ended = at < lines.length - 1;
        if (!ended && !line) return;
        const tooLong = line.length * 2 > LONGEST_LINE;
        yield { text: line.slice(0, LONGEST_LINE).replace(/\r+$/, ''), number: at + 1, ended, tooLong };
    }
}

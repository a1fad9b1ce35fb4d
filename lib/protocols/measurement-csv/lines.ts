import { isAscii, isUtf8 } from 'node:buffer';
import { decodeText } from '../shared/text-encoding';

export interface Line {
    text: string;
    /** From 1. */
    number: number;
    /** Whether its end is there: a line without it may still be being written, or be cut. */
    ended: boolean;
    /** Longer than `LONGEST_LINE`: its text is only its beginning. */
    tooLong: boolean;
    /** Where it begins in the file, and where the next one does, bytes. */
    start: number;
    end: number;
}

/** Where a line begins. */
export interface LinePlace {
    /** Bytes in front of it. */
    byte: number;
    /** Its number, from 1. */
    number: number;
}

/** The longest line that is read, bytes. */
export const LONGEST_LINE = 16 * 1024;
/** So much is decoded at once, bytes: some milliseconds of work for who reads the lines. Only a line that is longer is taken as one. */
const BLOCK = 32 * 1024;

/**
 * The lines of a log file, those of each block together, so that others can have their turn in between. Lines without any character are left out, but
 * counted. Each is decoded for itself, so that one damaged byte does not change how all others are read: as UTF-8 if it is that, else as Latin-1. UTF-16
 * is known by its beginning.
 * @param from where a line begins; default: at the beginning of the file
 */
export function blocksOf(bytes: Uint8Array, from?: LinePlace): Generator<Line[]> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = decodeText(bytes.subarray(0, 4096));
    const encoding = head?.encoding;
    const first = { byte: head?.bom ? (encoding === 'utf-8' ? 3 : 2) : 0, number: 1 };
    return encoding === 'utf-16le' || encoding === 'utf-16be'
        ? wideBlocks(buffer.subarray(0, buffer.length - (buffer.length % 2)), encoding, from ?? first)
        : narrowBlocks(buffer, from ?? first);
}

/** The same, line by line. */
export function* linesOf(bytes: Uint8Array, from?: LinePlace): Generator<Line> {
    for (const block of blocksOf(bytes, from)) yield* block;
}

function* narrowBlocks(buffer: Buffer, { byte, number }: LinePlace): Generator<Line[]> {
    for (let at = byte; at < buffer.length;) {
        const most = Math.min(at + BLOCK, buffer.length);
        const last = buffer.subarray(at, most).lastIndexOf(NEW_LINE);
        const found = last < 0 ? buffer.indexOf(NEW_LINE, most) : at + last;
        const end = found < 0 ? buffer.length : found + 1;
        const block = buffer.subarray(at, end);
        const lines = new Lines({ byte: at, number }, 1);
        if (last < 0) lines.add(decoded(buffer.subarray(at, found < 0 ? end : found)), found >= 0, end);
        else if (isAscii(block)) lines.addAll(block.toString('latin1'));
        else
            for (let line = 0, stop; line < block.length; line = stop + 1) {
                stop = block.indexOf(NEW_LINE, line);
                lines.add(decoded(block.subarray(line, stop)), true, at + stop + 1);
            }
        yield lines.all;
        at = end;
        number = lines.number;
    }
}

function* wideBlocks(buffer: Buffer, encoding: WideEncoding, { byte, number }: LinePlace): Generator<Line[]> {
    const textOf = (from: number, to: number) => decodeWide(buffer.subarray(from, to), encoding);
    for (let at = byte; at < buffer.length;) {
        let end = Math.min(at + BLOCK, buffer.length);
        const text = textOf(at, end);
        const last = text.lastIndexOf('\n');
        const lines = new Lines({ byte: at, number }, 2);
        if (last >= 0) {
            lines.addAll(text.slice(0, last + 1));
            end = at + 2 * (last + 1);
        } else {
            let found = -1;
            while (found < 0 && end < buffer.length) {
                const next = Math.min(end + BLOCK, buffer.length);
                found = textOf(end, next).indexOf('\n');
                end = found < 0 ? next : end + 2 * (found + 1);
            }
            const tooLong = end - at > LONGEST_LINE + (found < 0 ? 0 : 2);
            lines.add({ text: text.slice(0, LONGEST_LINE), tooLong }, found >= 0, end);
        }
        yield lines.all;
        at = end;
        number = lines.number;
    }
}

const NEW_LINE = 0x0a;

type WideEncoding = 'utf-16le' | 'utf-16be';

/** Buffer knows the little end only. */
function decodeWide(bytes: Buffer, encoding: WideEncoding): string {
    return (encoding === 'utf-16le' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
}

type Decoded = Pick<Line, 'text' | 'tooLong'>;

function decoded(line: Buffer): Decoded {
    if (line.length > LONGEST_LINE) return { text: line.toString('latin1', 0, LONGEST_LINE), tooLong: true };
    return { text: line.toString(isUtf8(line) ? 'utf8' : 'latin1'), tooLong: false };
}

/** Collects the lines of one block. */
class Lines {
    readonly all: Line[] = [];
    /** Of the next line. */
    number: number;
    private byte: number;

    constructor(
        place: LinePlace,
        /** Bytes of a character. */
        private readonly width: number,
    ) {
        this.number = place.number;
        this.byte = place.byte;
    }

    /** @param end where the next line begins, bytes */
    add({ text, tooLong }: Decoded, ended: boolean, end: number): void {
        const shown = withoutReturns(text);
        if (shown !== '') this.all.push({ text: shown, number: this.number, ended, tooLong, start: this.byte, end });
        this.number++;
        this.byte = end;
    }

    /** @param text of whole lines, each character of which has the same number of bytes */
    addAll(text: string): void {
        const { width } = this;
        const begin = this.byte;
        for (let at = 0, stop; at < text.length; at = stop + 1) {
            stop = text.indexOf('\n', at);
            const tooLong = (stop - at) * width > LONGEST_LINE;
            const shown = text.slice(at, tooLong ? at + LONGEST_LINE : stop);
            this.add({ text: shown, tooLong }, true, begin + width * (stop + 1));
        }
    }
}

/** Without the carriage returns at its end. A regular expression would look for them from each of its places. */
function withoutReturns(text: string): string {
    let { length } = text;
    while (length > 0 && text.charCodeAt(length - 1) === 0x0d) length--;
    return length < text.length ? text.slice(0, length) : text;
}

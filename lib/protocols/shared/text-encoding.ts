import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** A text, and how it was written, so that `encodeText` makes the same bytes again. */
export interface DecodedText {
    text: string;
    encoding: Encoding;
    /** Whether a byte order mark stood in front. It is not part of `text`. */
    bom: boolean;
}

const MARKS: readonly [Encoding, readonly number[]][] = [
    ['utf-8', [0xef, 0xbb, 0xbf]],
    ['utf-16le', [0xff, 0xfe]],
    ['utf-16be', [0xfe, 0xff]],
];

/**
 * The text of a file that does not say how it is written: by its byte order mark; else UTF-16 if every other byte of its beginning is mostly 0;
 * else UTF-8 if it is that; else Latin-1, in which every byte is a character. Undefined where the bytes of UTF-16 do not come out even.
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
    for (const [encoding, mark] of MARKS) {
        if (!mark.every((byte, at) => bytes[at] === byte)) continue;
        const rest = bytes.subarray(mark.length);
        if (encoding === 'utf-8' && !isUtf8(rest)) break;
        return decoded(rest, encoding, true);
    }
    return decoded(bytes, encodingOf(bytes), false);
}

function decoded(bytes: Uint8Array, encoding: Encoding, bom: boolean): DecodedText | undefined {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (encoding === 'utf-8' || encoding === 'latin1') return { text: buffer.toString(encoding), encoding, bom };
    if (buffer.length % 2) return undefined;
    // Buffer knows the little end only. Halves of surrogate pairs stay as they are.
    const little = encoding === 'utf-16le' ? buffer : Buffer.from(buffer).swap16();
    return { text: little.toString('utf16le'), encoding, bom };
}

/** Bytes in which a 0 in every other place is looked for. */
const LOOKED_AT = 4096;
/** Of all characters: letters, digits and signs of Western files have it in UTF-16. */
const MOSTLY = 0.5;

function encodingOf(bytes: Uint8Array): Encoding {
    const head = bytes.subarray(0, LOOKED_AT);
    const zeros = [0, 0];
    head.forEach((byte, at) => {
        if (byte === 0) zeros[at % 2]!++;
    });
    const enough = (head.length / 2) * MOSTLY;
    if (bytes.length % 2 === 0 && zeros[0] === 0 && zeros[1]! > enough) return 'utf-16le';
    if (bytes.length % 2 === 0 && zeros[1] === 0 && zeros[0]! > enough) return 'utf-16be';
    return isUtf8(bytes) ? 'utf-8' : 'latin1';
}

/** The bytes of a text; undefined if its encoding has no place for one of its characters. */
export function encodeText({ text, encoding, bom }: DecodedText): Uint8Array | undefined {
    const mark = Buffer.from(bom ? MARKS.find(([each]) => each === encoding)![1] : []);
    switch (encoding) {
        case 'utf-8':
            return /\p{Cs}/u.test(text) ? undefined : Buffer.concat([mark, Buffer.from(text, 'utf8')]);
        case 'latin1':
            return /[^\0-\xff]/.test(text) ? undefined : Buffer.from(text, 'latin1');
        case 'utf-16le':
            return Buffer.concat([mark, Buffer.from(text, 'utf16le')]);
        case 'utf-16be':
            return Buffer.concat([mark, Buffer.from(text, 'utf16le').swap16()]);
    }
}

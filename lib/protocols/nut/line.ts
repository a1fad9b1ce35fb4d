import { StringDecoder } from 'node:string_decoder';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/** Every line of upsd is much shorter (RFC 9271 section 4.1 knows no limit; upsd's own buffers are 512 bytes per value). */
export const LONGEST_LINE = 8192;

/** A word in the quotes of RFC 9271 section 4.1: `"` and `\` escaped by `\`. @throws UpsError config-invalid on control characters */
export function quote(word: string): string {
    // A line feed would end the line, and the rest of the value would be a command of its own.

    if (/[\u0000-\u001f\u007f]/.test(word)) {
        throw new UpsError('config-invalid', { property: 'value', value: word, expected: said('expected.oneLine') });
    }
    return `"${word.replace(/(["\\])/g, '\\$1')}"`;
}

/**
 * The words of one line (RFC 9271 section 4.1): separated by blanks, quoted ones unescaped.
 * @throws UpsError protocol when a quote is not closed
 */
export function splitLine(line: string): string[] {
    const words: string[] = [];
    let at = 0;
    while (at < line.length) {
        if (line[at] === ' ' || line[at] === '\t') {
            at++;
            continue;
        }
        const quoted = line[at] === '"';
        if (quoted) at++;
        let word = '';
        let from = at;
        for (; at < line.length; at++) {
            const char = line[at]!;
            if (quoted ? char === '"' : char === ' ' || char === '\t') break;
            if (char !== '\\' || at + 1 >= line.length) continue;
            word += line.slice(from, at++);
            from = at;
        }
        word += line.slice(from, at);
        if (quoted && at++ >= line.length) throw new UpsError('protocol', { reason: said('nut.quote') });
        words.push(word);
    }
    return words;
}

/** Makes lines of bytes that arrive in any split. */
export class LineReader {
    private readonly decoder = new StringDecoder('utf8');
    private rest = '';

    /** The lines completed by `bytes`. @throws UpsError protocol when a line exceeds LONGEST_LINE characters */
    push(bytes: Buffer): string[] {
        const lines = (this.rest + this.decoder.write(bytes)).split('\n');
        this.rest = lines.pop()!;
        if (this.rest.length > LONGEST_LINE || lines.some((line) => line.length > LONGEST_LINE)) {
            this.rest = '';
            throw new UpsError('protocol', { reason: said('nut.longLine', { most: LONGEST_LINE }) });
        }
        return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    }
}

import type { RccmdTerminator } from '../../core/rccmd/parameters';
import { checkVerb } from './verbs';

/** The longest message sent or taken, bytes. No limit is public; texts seen are under 100. */
export const MAX_MESSAGE_BYTES = 4096;

/** One RCCMD message. */
export interface RccmdMessage {
    /** As on the wire, in upper case, e.g. `MSG_EXECUTE`. */
    verb: string;
    /** Without the `MSG_TEXT` in front; empty if there is none. */
    text: string;
}

export interface ParsedMessage extends RccmdMessage {
    /** The whole line as it came, decoded. */
    raw: string;
}

/** What one TCP segment holds on any path (RFC 8200 section 5: 1280 bytes, less the headers): it comes whole or not at all. */
const ONE_SEGMENT_BYTES = 1220;

const TERMINATORS: Record<RccmdTerminator, string> = { none: '', lf: '\n', crlf: '\r\n', nul: '\0' };

const PREFIX = 'CONNECT TO RCCMD (SEND)';
/** Control characters of both sets, and Unicode's own line ends: each could end a line or a string at the other side. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const NESTED_PREFIX = /CONNECT(\s+)TO(\s+)RCCMD/gi;
const MESSAGE =
    /^\s*CONNECT\s+TO\s+RCCMD\s*\(\s*SEND\s*\)\s*([A-Z0-9_]{1,64})(?:\s+MSG_TEXT(?![A-Z0-9_]))?(?:\s([^]*))?$/i;

/**
 * `CONNECT TO RCCMD (SEND) <verb> MSG_TEXT <text>` in UTF-8 (seen for MSG_EXECUTE; inferred for every other verb). Texts come
 * from wildcards, hence from devices: control characters become blanks, a message hidden in the text is broken up, and
 * what is too long is cut at a character.
 *
 * @throws UpsError config-invalid for a verb that is no word
 */
export function encodeMessage(message: RccmdMessage, terminator: RccmdTerminator = 'none'): Buffer {
    const end = TERMINATORS[terminator];
    const head = `${PREFIX} ${checkVerb(message.verb)}`;
    const text = plainText(message.text);
    if (!text) return Buffer.from(head + end, 'utf8');
    const room = MAX_MESSAGE_BYTES - Buffer.byteLength(`${head} MSG_TEXT ${end}`, 'utf8');
    return Buffer.from(`${head} MSG_TEXT ${cutToBytes(text, room)}${end}`, 'utf8');
}

/** A text as it may travel: one line, no control characters, nothing that starts a message of its own. */
export function plainText(text: string): string {
    return text.replace(CONTROLS, ' ').replace(NESTED_PREFIX, 'CONNECT_TO_RCCMD').trim();
}

function cutToBytes(text: string, room: number): string {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length <= room) return text;
    let end = room;
    // Bytes 10xxxxxx continue a character: step back to where it starts.
    while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
    return bytes.toString('utf8', 0, end);
}

/** One line as a message; undefined if it is none. UTF-8, or Latin-1 where it is not valid UTF-8. */
export function parseMessage(line: Uint8Array): ParsedMessage | undefined {
    if (line.length > MAX_MESSAGE_BYTES) return undefined;
    const raw = decode(line);
    const match = MESSAGE.exec(raw);
    if (!match) return undefined;
    return { verb: match[1]!.toUpperCase(), text: (match[2] ?? '').trim(), raw: raw.trim() };
}

/** A whole datagram: usually one message, but every line of it is looked at. */
export function parseDatagram(bytes: Uint8Array): { messages: ParsedMessage[]; garbage: number } {
    const parser = new RccmdParser();
    const messages = [...parser.push(bytes), ...parser.end()];
    return { messages, garbage: parser.garbage };
}

function decode(bytes: Uint8Array): string {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        // Not UTF-8, which is the answer to the question and no failure: an older Windows sender's umlauts.
        return Buffer.from(bytes).toString('latin1');
    }
}

/**
 * Messages out of a stream, in whatever pieces it comes. A message ends at CR, LF, NUL or the end of the stream. Lines that
 * are no message, or too long, are counted and dropped, and the next line is taken afresh. A message within a line is
 * never taken as a second one: its text may come from a stranger.
 */
export class RccmdParser {
    /** Bytes dropped so far. */
    garbage = 0;
    private pending: Buffer[] = [];
    private pendingBytes = 0;
    private overlong = false;

    /** Whether a message has begun and not ended. */
    get incomplete(): boolean {
        return this.pendingBytes > 0;
    }

    /**
     * Whether more of a text may be on its way: it came in pieces, or is more than one segment holds. A verb alone says what is to be done,
     * whatever text may follow it.
     */
    get unfinished(): boolean {
        if (this.pending.length <= 1 && this.pendingBytes <= ONE_SEGMENT_BYTES) return false;
        return Boolean(parseMessage(Buffer.concat(this.pending))?.text);
    }

    push(bytes: Uint8Array): ParsedMessage[] {
        const messages: ParsedMessage[] = [];
        const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        let from = 0;
        for (let at = 0; at < chunk.length; at++) {
            if (!endsLine(chunk[at]!)) continue;
            this.keep(chunk.subarray(from, at));
            this.take(messages);
            from = at + 1;
        }
        this.keep(chunk.subarray(from));
        return messages;
    }

    /** The stream has ended: what is there is a whole line. */
    end(): ParsedMessage[] {
        const messages: ParsedMessage[] = [];
        this.take(messages);
        return messages;
    }

    private keep(piece: Buffer): void {
        if (!piece.length) return;
        this.pendingBytes += piece.length;
        if (this.overlong || this.pendingBytes > MAX_MESSAGE_BYTES) {
            this.overlong = true;
            this.pending = [];
            return;
        }
        // A copy: the caller's buffer may be a window of a larger one, or used again.
        this.pending.push(Buffer.from(piece));
    }

    private take(messages: ParsedMessage[]): void {
        const bytes = this.pendingBytes;
        const message = bytes && !this.overlong ? parseMessage(Buffer.concat(this.pending)) : undefined;
        if (message) messages.push(message);
        else this.garbage += bytes;
        this.pending = [];
        this.pendingBytes = 0;
        this.overlong = false;
    }
}

function endsLine(byte: number): boolean {
    return byte === 0x0a || byte === 0x0d || byte === 0x00;
}

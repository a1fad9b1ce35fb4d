import type { RccmdTerminator } from '../../core/rccmd/parameters';
import { checkVerb } from './verbs';

/** Longest message sent or accepted, bytes. No limit is published; known texts have fewer than 100. */
export const MAX_MESSAGE_BYTES = 4096;

/** One RCCMD message. */
export interface RccmdMessage {
    /** As sent, in upper case, e.g. `MSG_EXECUTE`. */
    verb: string;
    /** The text after `MSG_TEXT`; empty if there is none. */
    text: string;
}

export interface ParsedMessage extends RccmdMessage {
    /** The whole line as received, decoded. */
    raw: string;
}

/** Size that one TCP segment carries on any path (RFC 8200 section 5: 1280 bytes minus headers): such a message arrives complete. */
const ONE_SEGMENT_BYTES = 1220;

const TERMINATORS: Record<RccmdTerminator, string> = { none: '', lf: '\n', crlf: '\r\n', nul: '\0' };

const PREFIX = 'CONNECT TO RCCMD (SEND)';
/** Control characters of both sets, and Unicode line ends: each could end a line or a string at the receiver. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const NESTED_PREFIX = /CONNECT(\s+)TO(\s+)RCCMD/gi;
const MESSAGE =
    /^\s*CONNECT\s+TO\s+RCCMD\s*\(\s*SEND\s*\)\s*([A-Z0-9_]{1,64})(?:\s+MSG_TEXT(?![A-Z0-9_]))?(?:\s([^]*))?$/i;

/**
 * `CONNECT TO RCCMD (SEND) <verb> MSG_TEXT <text>` in UTF-8 (seen for MSG_EXECUTE; inferred for every other verb). Texts contain
 * wildcards, hence data of devices: control characters become blanks, a message inside the text is broken up, and a long text is
 * cut at a character.
 *
 * @throws UpsError config-invalid if the verb is not a word
 */
export function encodeMessage(message: RccmdMessage, terminator: RccmdTerminator = 'none'): Buffer {
    const end = TERMINATORS[terminator];
    const head = `${PREFIX} ${checkVerb(message.verb)}`;
    const text = plainText(message.text);
    if (!text) return Buffer.from(head + end, 'utf8');
    const room = MAX_MESSAGE_BYTES - Buffer.byteLength(`${head} MSG_TEXT ${end}`, 'utf8');
    return Buffer.from(`${head} MSG_TEXT ${cutToBytes(text, room)}${end}`, 'utf8');
}

/** A text that is safe to send: one line, without control characters, without the beginning of another message. */
export function plainText(text: string): string {
    return text.replace(CONTROLS, ' ').replace(NESTED_PREFIX, 'CONNECT_TO_RCCMD').trim();
}

function cutToBytes(text: string, room: number): string {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length <= room) return text;
    let end = room;
    // Bytes 10xxxxxx continue a character: go back to its first byte.
    while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
    return bytes.toString('utf8', 0, end);
}

/** The message in one line; undefined if the line is not a message. Decoded as UTF-8, or as Latin-1 if it is not valid UTF-8. */
export function parseMessage(line: Uint8Array): ParsedMessage | undefined {
    if (line.length > MAX_MESSAGE_BYTES) return undefined;
    const raw = decode(line);
    const match = MESSAGE.exec(raw);
    if (!match) return undefined;
    return { verb: match[1]!.toUpperCase(), text: (match[2] ?? '').trim(), raw: raw.trim() };
}

/** The messages of a datagram: usually one, but every line is parsed. */
export function parseDatagram(bytes: Uint8Array): { messages: ParsedMessage[]; garbage: number } {
    const parser = new RccmdParser();
    const messages = [...parser.push(bytes), ...parser.end()];
    return { messages, garbage: parser.garbage };
}

function decode(bytes: Uint8Array): string {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        // Not UTF-8: an older Windows sender with umlauts.
        return Buffer.from(bytes).toString('latin1');
    }
}

/**
 * Extracts messages from a stream in chunks of any size. A message ends at CR, LF, NUL or the end of the stream. Lines that are
 * too long or not a message are counted and dropped. A message inside a line is never extracted: its text may come from a
 * stranger.
 */
export class RccmdParser {
    /** Number of bytes dropped so far. */
    garbage = 0;
    private pending: Buffer[] = [];
    private pendingBytes = 0;
    private overlong = false;

    /** Whether a message has begun and not ended. */
    get incomplete(): boolean {
        return this.pendingBytes > 0;
    }

    /**
     * Whether the rest of a text may still be on its way: the text arrived in several chunks, or is longer than one segment. A
     * message without a text counts as complete: its verb defines the action.
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

    /** End of the stream: the remaining bytes are a line. */
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
        // A copy: the caller may reuse its buffer.
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

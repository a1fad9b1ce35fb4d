import { refusedFile } from '../shared/refused-file';
import { decodeText } from '../shared/text-encoding';
import { modulesOf, type MibModule } from './modules';

/** The largest file that is read, bytes. */
export const MOST_MIB_BYTES = 1024 * 1024;

const HTML = /^\s*<(?:!doctype|html|head|body|\?xml|title)\b|<html[\s>]/i;
/** What texts have between their lines and pages, and a terminal's end of file. */
const BINARY = /[^\P{Cc}\t\n\r\f\v\x1a\x80-\x9f]/u;

/**
 * The modules of a MIB file that a user uploads, SMIv1 (RFC 1155, RFC 1212) or SMIv2 (RFC 2578). What is no such file is refused by its name; nothing
 * is printed.
 * @throws UpsError file-refused: file.tooLong, empty, html, binary; mib.notMib, cut (line), unclosed (line), syntax (line), tooMany
 */
export function mibModules(bytes: Uint8Array): MibModule[] {
    if (bytes.length > MOST_MIB_BYTES) throw refusedFile('file.tooLong', { most: '1 MiB' });
    const decoded = decodeText(bytes);
    if (decoded && !decoded.text.trim()) throw refusedFile('file.empty');
    if (!decoded || BINARY.test(decoded.text)) throw refusedFile('file.binary');
    const text = decoded.text.replace(/\r\n?/g, '\n');
    if (HTML.test(text.slice(0, 4096))) throw refusedFile('file.html');
    return modulesOf(text);
}

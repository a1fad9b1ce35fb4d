import { isIP } from 'node:net';
import addressparser from 'nodemailer/lib/addressparser';
import { UpsError } from '../../core/errors';

/** More in one mail is a mailing list; servers must take 100 (RFC 5321 section 4.5.3.1.8). */
export const MOST_RECIPIENTS = 100;

/** atext of RFC 5322 section 3.2.3, with the letters beyond ASCII of RFC 6531. */
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+)*$/u;
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/**
 * Recipients from a field: separated by commas, semicolons or line ends, display names allowed and dropped, each once.
 * @throws UpsError config-missing, config-invalid: names the entry that is no address
 */
export function parseRecipients(field: string): string[] {
    const lines = field.split(/[\r\n]+/).map((line) => line.trim().replace(/[,;]+$/, ''));
    const found = new Map<string, string>();
    for (const line of lines.filter(Boolean)) {
        for (const { name, address } of addressparser(line, { flatten: true })) {
            // two addresses without a comma between them parse as a name and one address
            if (name.includes('@') || (name && !line.includes('<'))) throw notAnAddress(`${name} ${address}`.trim());
            if (!isPlainAddress(address)) throw notAnAddress(address || name);
            const unique = uniqueForm(address);
            if (!found.has(unique)) found.set(unique, address);
        }
    }
    if (!found.size) throw new UpsError('config-missing', { property: 'to' });
    if (found.size > MOST_RECIPIENTS) {
        const expected = `at most ${MOST_RECIPIENTS} recipients`;
        throw new UpsError('config-invalid', { property: 'to', value: found.size, expected });
    }
    return [...found.values()];
}

/** Whether the text is one address, with or without a display name. */
export function isAddress(text: string): boolean {
    if (/[\r\n]/.test(text)) return false;
    const parsed = addressparser(text, { flatten: true });
    const [{ name = '', address = '' } = {}] = parsed;
    return parsed.length === 1 && (name === '' || text.includes('<')) && isPlainAddress(address);
}

/** An address without its display name. */
export function plainAddress(text: string): string {
    return addressparser(text, { flatten: true })[0]?.address ?? '';
}

/** Whether only a server with SMTPUTF8 can be told this address; a domain in any script has an ASCII form (RFC 5890). */
export function needsUtf8(address: string): boolean {
    return /[^\x00-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

/** The domain of an address, for Message-IDs; `localhost` where it has none that may stand there. */
export function domainOf(address: string): string {
    const plain = plainAddress(address);
    const domain = plain.slice(plain.lastIndexOf('@') + 1);
    return /^[A-Za-z\d.-]+$/.test(domain) ? domain : 'localhost';
}

/** addr-spec of RFC 5322 section 3.4.1 without comments; lengths of RFC 5321 section 4.5.3.1. */
function isPlainAddress(address: string): boolean {
    const at = address.lastIndexOf('@');
    if (at < 1) return false;
    const local = address.slice(0, at);
    const domain = address.slice(at + 1);
    if (Buffer.byteLength(local) > 64 || Buffer.byteLength(domain) > 255) return false;
    return (DOT_ATOM.test(local) || QUOTED.test(local)) && isDomain(domain);
}

function isDomain(domain: string): boolean {
    const literal = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(domain);
    if (literal) return isIP(literal[1]) === (/^\[IPv6:/i.test(domain) ? 6 : 4);
    return domain.split('.').every((label) => LABEL.test(label));
}

function uniqueForm(address: string): string {
    const at = address.lastIndexOf('@');
    return address.slice(0, at + 1) + address.slice(at + 1).toLowerCase();
}

function notAnAddress(value: string): UpsError {
    return new UpsError('config-invalid', { property: 'to', value, expected: 'e-mail addresses' });
}

import { isIP } from 'node:net';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

const LABEL = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;

/**
 * The name by which we greet a mail server in EHLO: a domain, or an address in brackets (RFC 5321 section 4.1.3). Undefined: none is set.
 * @throws UpsError config-invalid
 */
export function greetingName(typed: string | undefined): string | undefined {
    const text = typed?.trim() ?? '';
    if (!text) return undefined;
    const literal = /^\[(IPv6:)?([^\]]+)\]$/i.exec(text);
    const valid = literal
        ? isIP(literal[2]) === (literal[1] ? 6 : 4)
        : text.length <= 255 && !/^[\d.]+$/.test(text) && text.split('.').every((label) => LABEL.test(label));
    if (valid) return text;
    const expected = said('expected.greeting');
    throw new UpsError('config-invalid', { property: 'ehloName', value: text.slice(0, 100), expected });
}

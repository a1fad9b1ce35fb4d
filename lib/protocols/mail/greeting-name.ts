import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { isGreetingName } from '../../core/mail/greeting-name';

/**
 * Our name in EHLO: a domain, or an address in brackets (RFC 5321 section 4.1.3). Undefined if none is set.
 * @throws UpsError config-invalid
 */
export function greetingName(typed: string | undefined): string | undefined {
    const text = typed?.trim() ?? '';
    if (!text) return undefined;
    if (isGreetingName(text)) return text;
    const expected = said('expected.greeting');
    throw new UpsError('config-invalid', { property: 'ehloName', value: text.slice(0, 100), expected });
}

import { addressOf, isOneMail, MOST_RECIPIENTS, splitMails } from '../../core/addresses/mail';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/** The addresses in a field of recipients: separated by commas, semicolons or line ends, without display names and duplicates. */
export interface Recipients {
    to: string[];
    /** Entries that are not addresses. */
    wrong: string[];
}

/** @throws UpsError config-invalid: too many recipients */
export function readRecipients(field: string): Recipients {
    const found = new Map<string, string>();
    const wrong: string[] = [];
    for (const entry of splitMails(field)) {
        const address = addressOf(entry);
        if (address === undefined) wrong.push(entry);
        else if (!found.has(uniqueForm(address))) found.set(uniqueForm(address), address);
    }
    if (found.size > MOST_RECIPIENTS) {
        const expected = said('expected.atMostRecipients', { most: MOST_RECIPIENTS });
        throw new UpsError('config-invalid', { property: 'to', value: found.size, expected });
    }
    return { to: [...found.values()], wrong };
}

/**
 * Like `readRecipients`, but every entry must be an address.
 * @throws UpsError config-missing, config-invalid: names the invalid entry
 */
export function parseRecipients(field: string): string[] {
    const { to, wrong } = readRecipients(field);
    if (wrong.length) throw notAnAddress(wrong[0]);
    if (!to.length) throw new UpsError('config-missing', { property: 'to' });
    return to;
}

/**
 * The recipients of a mail that is about to be sent. An invalid entry, e.g. a wildcard without a value, does not stop the mail to
 * the others.
 * @throws UpsError config-missing, config-invalid if no entry is an address
 */
export function recipientsOf(field: string): { to: string[]; wrong?: string[] } {
    const { to, wrong } = readRecipients(field);
    if (!to.length) return { to: parseRecipients(field) };
    return wrong.length ? { to, wrong } : { to };
}

/** Whether the text is exactly one address, with or without a display name. */
export function isAddress(text: string): boolean {
    return isOneMail(text);
}

/** An address without its display name. */
export function plainAddress(text: string): string {
    return addressOf(splitMails(text)[0] ?? '') ?? '';
}

/**
 * Whether the address requires SMTPUTF8 (RFC 6531): its local part has characters beyond ASCII. A domain always has an ASCII form
 * (RFC 5890).
 */
export function needsUtf8(address: string): boolean {
    return /[^\x00-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

/** The domain of an address, for Message-IDs; `localhost` if the domain is missing or not allowed there. */
export function domainOf(address: string): string {
    const plain = plainAddress(address);
    const domain = plain.slice(plain.lastIndexOf('@') + 1);
    return /^[A-Za-z\d.-]+$/.test(domain) ? domain : 'localhost';
}

function uniqueForm(address: string): string {
    const at = address.lastIndexOf('@');
    return address.slice(0, at + 1) + address.slice(at + 1).toLowerCase();
}

function notAnAddress(value: string): UpsError {
    return new UpsError('config-invalid', { property: 'to', value, expected: said('expected.mails') });
}

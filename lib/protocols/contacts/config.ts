import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { CONTACT_IDS, isContactId, type ContactSetup } from './contacts';
import { MODEM_LINES } from './serial-input';

/** Where contacts come from. */
export const CONTACT_SOURCES = ['message', 'modbus', 'serial'] as const;
export type ContactSource = (typeof CONTACT_SOURCES)[number];

/** A row of the dialog. */
export interface ContactRow {
    contact?: string;
    type?: string;
    input?: string | number;
}

const HIGHEST_ADDRESS = 65535;

/**
 * The contacts of a dialog, each checked against what its source understands. An empty `input` of a message contact is its own name.
 * @throws UpsError config-missing, config-invalid
 */
export function readContacts(rows: readonly ContactRow[] | undefined, source: ContactSource): ContactSetup[] {
    if (!rows?.length) throw new UpsError('config-missing', { property: 'contacts' });
    const contacts = rows.map(({ contact, type, input }): ContactSetup => {
        if (!isContactId(contact)) throw invalid('contact', contact, CONTACT_IDS.join(', '));
        if (type !== 'nc' && type !== 'no') throw invalid(contact, type, 'no, nc');
        return { contact, type, input: readInput(contact, String(input ?? '').trim(), source) };
    });
    const twice = contacts.find(({ contact }, i) => contacts.findIndex((other) => other.contact === contact) < i);
    if (twice) throw invalid('contacts', twice.contact, said('expected.eachContactOnce'));
    return contacts;
}

function readInput(contact: string, input: string, source: ContactSource): string {
    if (source === 'message') return input || contact;
    if (source === 'serial') {
        const line = MODEM_LINES.find((name) => name === input.toUpperCase());
        if (!line) throw invalid(contact, input, MODEM_LINES.join(', '));
        return line;
    }
    if (!/^\d+$/.test(input) || Number(input) > HIGHEST_ADDRESS)
        throw invalid(contact, input, `0 … ${HIGHEST_ADDRESS}`);
    return String(Number(input));
}

function invalid(property: string, value: unknown, expected: Told): UpsError {
    return new UpsError('config-invalid', { property, value: String(value ?? ''), expected });
}

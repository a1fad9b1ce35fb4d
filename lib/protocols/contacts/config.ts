import type { ContactId, ContactSetup, ContactType } from './contacts';

/** The kind of input that reads the contacts. */
export type ContactSource = 'message' | 'modbus' | 'serial';

/** A contact and its input: the topic of a message, a Modbus address, or a line of a serial port. */
export interface ContactRow {
    contact: ContactId;
    type: ContactType;
    input: string;
}

/** The contacts of a node with the input names of their source. For messages, an empty `input` means the name of the contact. */
export function contactsOf(rows: readonly ContactRow[], source: ContactSource): ContactSetup[] {
    return rows.map(({ contact, type, input }) => ({ contact, type, input: nameOf(contact, input, source) }));
}

function nameOf(contact: string, input: string, source: ContactSource): string {
    if (source === 'message') return input || contact;
    return source === 'serial' ? input.toUpperCase() : String(Number(input));
}

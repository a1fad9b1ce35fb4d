import type { ContactId, ContactSetup, ContactType } from './contacts';

/** Where contacts come from. */
export type ContactSource = 'message' | 'modbus' | 'serial';

/** A contact, and where it is read: the topic of a message, a Modbus address, a line of a serial port. */
export interface ContactRow {
    contact: ContactId;
    type: ContactType;
    input: string;
}

/** The contacts of a node as its source names them. An empty `input` of a message is the contact's own name. */
export function contactsOf(rows: readonly ContactRow[], source: ContactSource): ContactSetup[] {
    return rows.map(({ contact, type, input }) => ({ contact, type, input: nameOf(contact, input, source) }));
}

function nameOf(contact: string, input: string, source: ContactSource): string {
    if (source === 'message') return input || contact;
    return source === 'serial' ? input.toUpperCase() : String(Number(input));
}

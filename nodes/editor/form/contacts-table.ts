import type { DialogParts } from './dialog';

/** The table of contacts, which several devices have. */
export const contactsTable: Pick<DialogParts, 'tables' | 'refresh'> = {
    tables: {
        contacts: (form) => ({
            add: form.text('add.contact'),
            columns: { contact: { width: '3 1 150px' }, type: { width: '2 1 90px' }, input: { width: '2 1 90px' } },
        }),
    },
    refresh() {
        // The meaning of an input depends on the source: each row is checked again.
        $('#node-input-contacts-list').find('input').trigger('change');
    },
};

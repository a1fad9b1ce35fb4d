import { dialog } from '../editor/form/dialog';
import { settings } from './ups-contacts.settings';

export default dialog(settings, {
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
});

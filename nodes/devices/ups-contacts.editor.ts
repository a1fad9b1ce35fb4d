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
        // Another source reads contacts elsewhere: each row is checked anew.
        $('#node-input-contacts-list').find('input').trigger('change');
    },
});

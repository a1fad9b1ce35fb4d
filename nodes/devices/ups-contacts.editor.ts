import { contactsTable } from '../editor/form/contacts-table';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-contacts.settings';

export default dialog(settings, contactsTable);

import { mapDialog } from '../editor/device-map/map-dialog';
import { contactsTable } from '../editor/form/contacts-table';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-duramax.settings';

export default dialog(settings, { ...mapDialog({ property: 'ownMap', places: 'frames' }), ...contactsTable });

import { mapDialog } from '../editor/device-map/map-dialog';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-modbus.settings';

export default dialog(settings, mapDialog({ property: 'ownMap', places: 'registers' }));

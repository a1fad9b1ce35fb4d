import { mapDialog } from '../editor/device-map/map-dialog';
import { dialog } from '../editor/form/dialog';
import { showPrivacy } from '../editor/snmp-privacy';
import { settings } from './ups-snmp.settings';

export default dialog(settings, { ...mapDialog({ property: 'map', places: 'objects' }), refresh: showPrivacy });

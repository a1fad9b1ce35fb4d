import { dialog } from '../editor/form/dialog';
import { showPrivacy } from '../editor/snmp-privacy';
import { settings } from './ups-snmp.settings';

export default dialog(settings, { refresh: showPrivacy });

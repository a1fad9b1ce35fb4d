import { batteryActs } from '../editor/battery-acts';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-battery.settings';

export default dialog(settings, { prepare: batteryActs });

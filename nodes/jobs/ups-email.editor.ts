import { dialog } from '../editor/form/dialog';
import { recipientLabel } from '../editor/recipient-label';
import { settings } from './ups-email.settings';

export default dialog(settings, { label: recipientLabel });

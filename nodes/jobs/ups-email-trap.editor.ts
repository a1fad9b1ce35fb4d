import { dialog } from '../editor/form/dialog';
import { recipientLabel } from '../editor/recipient-label';
import { settings } from './ups-email-trap.settings';

export default dialog(settings, { label: recipientLabel });

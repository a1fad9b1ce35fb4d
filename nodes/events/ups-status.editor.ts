import { dialog } from '../editor/form/dialog';
import { nameOf } from '../editor/nodes-of-flow';
import { text } from '../editor/texts';
import { settings } from './ups-status.settings';

export default dialog(settings, {
    label({ ups, send }) {
        const unit = nameOf(ups);
        return unit && `${unit}: ${text('ups-status', `option.send.${String(send)}`)}`;
    },
});

import { dialog } from '../editor/form/dialog';
import { settings } from './ups-shutdown.settings';

export default dialog(settings, {
    refresh(form) {
        const action = String(form.value('action'));
        // It says what devices can do of the orders that few of them know.
        form.row('action')
            .find('.ridethrough-tip')
            .toggle(action === 'startup' || action === 'reboot');
        form.relabel('seconds', form.text(action === 'reboot' ? 'label.offSeconds' : 'label.seconds'));
    },
});

import { dialog } from '../editor/form/dialog';
import { settings } from './ups-shutdown.settings';

export default dialog(settings, {
    refresh(form) {
        const action = String(form.value('action'));
        // The tip says which devices support the rarer commands.
        form.row('action')
            .find('.ridethrough-tip')
            .toggle(action === 'startup' || action === 'reboot');
        form.relabel('seconds', form.text(action === 'reboot' ? 'label.offSeconds' : 'label.seconds'));
    },
});

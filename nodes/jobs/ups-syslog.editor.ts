import { dialog } from '../editor/form/dialog';
import { settings } from './ups-syslog.settings';

export default dialog(settings, {
    refresh(form) {
        form.row('mode')
            .find('.ridethrough-tip')
            .toggle(form.value('mode') === 'log');
    },
});

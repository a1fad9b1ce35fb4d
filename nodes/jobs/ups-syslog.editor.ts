import { dialog } from '../editor/form/dialog';
import { shorten } from '../editor/texts';
import { settings } from './ups-syslog.settings';

export default dialog(settings, {
    label: ({ hosts }) => (hosts ? `syslog ${shorten(hosts, 24)}` : ''),
    refresh(form) {
        form.row('mode')
            .find('.ridethrough-tip')
            .toggle(form.value('mode') === 'log');
    },
});

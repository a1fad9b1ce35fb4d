import { dialog } from '../editor/form/dialog';
import { settings } from './ups-test.settings';

export default dialog(settings, {
    refresh(form) {
        // The tip says what a full test needs.
        form.row('test')
            .find('.ridethrough-tip')
            .toggle(form.value('test') === 'full');
    },
});

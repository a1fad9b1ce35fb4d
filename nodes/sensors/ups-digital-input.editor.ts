import { channelChoice } from '../editor/channel-choice';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-digital-input.settings';

export default dialog(settings, {
    prepare(form) {
        channelChoice(form);
    },
});

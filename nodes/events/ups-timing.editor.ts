import { formatSeconds } from '../editor/durations';
import { dialog } from '../editor/form/dialog';
import { text } from '../editor/texts';
import { settings } from './ups-timing.settings';

export default dialog(settings, {
    label({ mode, seconds, repeat }) {
        const again = mode !== 'repeat' && Number(repeat) > 0;
        const every = again ? text('ups-timing', 'short.again', { time: formatSeconds(repeat) }) : '';
        return text('ups-timing', `short.${String(mode)}`, { time: formatSeconds(seconds) }) + every;
    },
    refresh(form) {
        form.relabel('seconds', form.text(`timeLabel.${String(form.value('mode'))}`));
    },
});

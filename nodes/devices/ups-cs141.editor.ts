import { dialog } from '../editor/form/dialog';
import { settings } from './ups-cs141.settings';

/** Maps without a register that shows an outage. */
const WORDLESS = ['m600', 'everexceed'];

export default dialog(settings, {
    prepare(form) {
        const tip = $('<div class="ridethrough-tip"></div>').attr('id', 'ups-cs141-wordless');
        tip.text(form.text('tip.wordless')).appendTo(form.row('map'));
    },
    refresh(form) {
        $('#ups-cs141-wordless').toggle(WORDLESS.includes(String(form.value('map'))));
    },
});

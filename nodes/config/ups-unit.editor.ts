import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { settings } from './ups-unit.settings';

const WARNING = 'ridethrough-unit-test-short';

/** Warns that a test beyond the time limit counts as an outage if the device does not report its input. */
function warn(form: Form): void {
    const [most, hold] = ['testMaxMinutes', 'holdMinutes'].map((property) => Number(form.input(property).val()));
    $(`#${WARNING}`).toggle(most! > 0 && most! < hold!);
}

export default dialog(settings, {
    prepare(form) {
        const tip = $(`<div id="${WARNING}" class="ridethrough-tip ridethrough-warning"></div>`);
        tip.append('<i class="fa fa-exclamation-triangle"></i> ', $('<span></span>').text(form.text('tip.testShort')));
        form.row('testMaxMinutes').append(tip);
        form.input('holdMinutes')
            .add(form.input('testMaxMinutes'))
            .on('input', () => warn(form));
    },
    refresh: warn,
});

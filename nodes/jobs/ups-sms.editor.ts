import { measureSms } from '../../lib/core/sms/parts';
import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { settings } from './ups-sms.settings';

export default dialog(settings, {
    prepare(form) {
        const tip = $('<div class="ridethrough-tip" role="status" aria-live="polite"></div>');
        $('<div class="form-row" id="ups-sms-length"></div>').append(tip).insertAfter(form.row('text'));
        const count = () => tip.text(lengthOf(form));
        form.input('text').on('input change', count);
        count();
    },
});

/** Wildcards are replaced later: their length is not known here. */
function lengthOf(form: Form): string {
    const typed = String(form.input('text').val() ?? '').replace(/\{\{[^}]*\}\}/g, '');
    const { alphabet, ...counts } = measureSms(typed);
    return form.text(`count.${alphabet}`, counts);
}

import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { settings } from './ups-ssh.settings';

const EXAMPLE_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';

/** A stored key never comes back to the browser: a placeholder is shown, which nobody should take for a key. */
function hideStoredKey(form: Form): void {
    const stored = form.input('privateKey').hide();
    const key = $('<textarea rows="3" id="ups-ssh-key" spellcheck="false" class="ridethrough-code"></textarea>');
    key.attr('placeholder', stored.val() ? form.text('key.stored') : EXAMPLE_KEY).insertBefore(stored);
    form.row('privateKey').find('label').attr('for', 'ups-ssh-key');
    key.on('change', () => {
        const typed = String(key.val()).trim();
        if (typed) stored.val(typed === '-' ? '' : `${typed}\n`);
    });
}

export default dialog(settings, {
    prepare(form) {
        for (const property of ['input', 'hostKeys']) form.input(property).attr('spellcheck', 'false');
        hideStoredKey(form);
    },
});

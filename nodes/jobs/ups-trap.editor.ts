import { eventOptions } from '../editor/event-list';
import { dialog } from '../editor/form/dialog';
import { t } from '../editor/texts';
import { settings } from './ups-trap.settings';

export default dialog(settings, {
    refresh(form) {
        const engineId = form.input('engineId');
        if (form.value('version') === '3' && !engineId.val()) engineId.val(newEngineId()).trigger('change');
    },
    tryNow: () => ({
        actions: [{ label: 'try.send', fields: [{ name: 'event', label: t('try.event'), options: eventOptions() }] }],
    }),
});

/** A new engine id in the format for octets (RFC 3411 section 5), with a dozen random octets. */
function newEngineId(): string {
    const octets = [...crypto.getRandomValues(new Uint8Array(12))];
    return `80007ed905${octets.map((octet) => octet.toString(16).padStart(2, '0')).join('')}`;
}

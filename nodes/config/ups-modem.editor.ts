import { dialog } from '../editor/form/dialog';
import { t } from '../editor/texts';
import { settings } from './ups-modem.settings';

export default dialog(settings, {
    label({ transport, path, host, port }) {
        if (transport !== 'tcp') return String(path ?? '');
        return host ? `${String(host)}:${String(port)}` : '';
    },
    tryNow() {
        const to = { name: 'to', label: t('try.to'), placeholder: t('try.smsPlaceholder') };
        return { actions: [{ label: 'try.read' }, { label: 'try.send', fields: [to] }] };
    },
});

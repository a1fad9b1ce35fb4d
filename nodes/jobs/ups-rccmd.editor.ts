import { entries } from '../editor/entry-checks';
import { dialog } from '../editor/form/dialog';
import { text } from '../editor/texts';
import { RCCMD_VERBS, type RccmdAction } from '../../lib/core/rccmd/verbs';
import { settings } from './ups-rccmd.settings';

const words = (key: string, data?: object) => text('ups-rccmd', key, data);

export default dialog(settings, {
    label({ action, hosts, broadcast }) {
        const n = entries(hosts).length;
        const count = n === 0 ? 'none' : n === 1 ? 'one' : 'several';
        return `${words(`short.${String(action)}`)} → ${words(`to.${broadcast ? 'broadcast' : count}`, { n })}`;
    },
    refresh(form) {
        const { action, broadcast } = form.settings();
        form.relabel('text', form.text(`textLabel.${action === 'message' || action === 'execute' ? action : 'other'}`));
        form.relabel('hosts', form.text(`hostsLabel.${broadcast === true ? 'broadcast' : 'hosts'}`));
        form.input('verb').attr('placeholder', RCCMD_VERBS[action as RccmdAction] ?? '');
    },
});

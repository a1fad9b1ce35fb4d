import { dialog } from '../editor/form/dialog';
import { RCCMD_VERBS, type RccmdAction } from '../../lib/core/rccmd/verbs';
import { settings } from './ups-rccmd.settings';

export default dialog(settings, {
    refresh(form) {
        const { action, broadcast } = form.settings();
        form.relabel('text', form.text(`textLabel.${action === 'message' || action === 'execute' ? action : 'other'}`));
        form.relabel('hosts', form.text(`hostsLabel.${broadcast === true ? 'broadcast' : 'hosts'}`));
        form.input('verb').attr('placeholder', RCCMD_VERBS[action as RccmdAction] ?? '');
    },
});

import { dialog } from '../editor/form/dialog';
import { text } from '../editor/texts';
import { settings } from './ups-rccmd-receiver.settings';

export default dialog(settings, {
    label: ({ port }) => `${text('ups-rccmd-receiver', 'palette')} :${String(port)}`,
    tables: {
        actions: () => ({
            columns: {
                verb: { width: '1 1 130px' },
                text: { width: '1 1 130px' },
                command: { width: '1 1 180px' },
                args: { type: 'lines', width: '1 1 130px' },
            },
        }),
    },
    refresh(form) {
        const { members } = form.settings();
        const isGroup = Array.isArray(members) && members.length > 0;
        // Other verbs only matter to a group; those that are set stay visible.
        for (const verb of ['shutdownVerb', 'wakeupVerb']) form.row(verb).toggle(isGroup || form.stored(verb) !== '');
    },
});

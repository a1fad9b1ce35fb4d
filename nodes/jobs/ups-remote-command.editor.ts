import { entries } from '../editor/entry-checks';
import { dialog } from '../editor/form/dialog';
import { settings } from './ups-remote-command.settings';

export default dialog(settings, {
    label({ command, targets }) {
        const [first, ...more] = entries(targets);
        if (!command || first === undefined) return '';
        return `${String(command as string)} → ${first}${more.length > 0 ? ` +${more.length}` : ''}`;
    },
});

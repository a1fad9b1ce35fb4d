import { dialog } from '../editor/form/dialog';
import { isOutput, portsOf } from '../editor/relay-ports';
import { text } from '../editor/texts';
import { settings } from './ups-aux-switch.settings';

export default dialog(settings, {
    label({ port, action }) {
        return port ? `${String(port)} ${text('ups-aux-switch', `short.${String(action)}`)}` : '';
    },
    prepare(form) {
        portsOf(form.id('port'), form.id('module'), form.node.port, isOutput);
    },
});

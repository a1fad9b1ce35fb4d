import { dialog } from '../editor/form/dialog';
import { portsOf } from '../editor/relay-ports';
import { text } from '../editor/texts';
import { settings } from './ups-aux-switch.settings';

export default dialog(settings, {
    label({ port, action }) {
        return port ? `${String(port)} ${text('ups-aux-switch', `short.${String(action)}`)}` : '';
    },
    prepare(form) {
        const isOutput = ({ output }: { output?: unknown }) => String(output) === 'true';
        portsOf(form.id('port'), form.id('module'), form.node.port, isOutput);
    },
});

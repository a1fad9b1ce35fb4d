import { dialog } from '../editor/form/dialog';
import { isOutput, portsOf } from '../editor/relay-ports';
import { settings } from './ups-aux-switch.settings';

export default dialog(settings, {
    prepare(form) {
        portsOf(form.id('port'), form.id('module'), form.node.port, isOutput);
    },
});

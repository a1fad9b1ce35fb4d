import { dialog } from '../editor/form/dialog';
import { portsOf } from '../editor/relay-ports';
import { settings } from './ups-aux-input.settings';

export default dialog(settings, {
    prepare(form) {
        portsOf(form.id('port'), form.id('module'), form.node.port, () => true);
    },
});

import { dialog } from '../editor/form/dialog';
import { nameOf } from '../editor/nodes-of-flow';
import { text } from '../editor/texts';
import { settings } from './ups-simulator.settings';

export default dialog(settings, {
    label({ ups, speed }) {
        const unit = nameOf(ups);
        const times = Number(speed) === 1 ? '' : `, ${String(speed)}×`;
        return unit && `${unit} (${text('ups-simulator', 'simulated')}${times})`;
    },
    tables: {
        loads: (form) => ({
            add: form.text('add.load'),
            columns: {
                name: { width: '2 1 110px' },
                va: { width: '1 1 70px' },
                shutdownSeconds: { width: '1 1 110px' },
            },
        }),
    },
});

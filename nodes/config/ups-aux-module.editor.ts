import { dialog } from '../editor/form/dialog';
import { settings } from './ups-aux-module.settings';

/** Backends that poll their ports; the others receive the states. */
const POLLED = ['modbus', 'gpio', 'snmp'];

export default dialog(settings, {
    tables: {
        ports: (form) => ({
            add: form.text('add.port'),
            columns: {
                name: { width: '3 1 110px' },
                output: { width: '2 1 80px' },
                nc: { width: '1 1 60px' },
                address: { width: '2 1 70px' },
                values: { width: '1 1 60px' },
                powerUp: { width: '3 1 95px' },
                powerUpDelay: { width: '1 1 60px' },
            },
        }),
    },
    refresh(form) {
        const backend = String(form.value('backend'));
        form.row('interval').toggle(POLLED.includes(backend));
        $('#node-config-input-ports-list').toggleClass('ridethrough-snmp', backend === 'snmp');
    },
});

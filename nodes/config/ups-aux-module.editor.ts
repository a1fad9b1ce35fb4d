import { dialog } from '../editor/form/dialog';
import { settings } from './ups-aux-module.settings';

/** Backends that poll their ports; the others receive the states. */
const POLLED = ['modbus', 'gpio', 'snmp'];

export default dialog(settings, {
    tables: {
        ports: (form) => ({
            add: form.text('add.port'),
            columns: {
                name: { width: '2 1 90px' },
                output: { width: '1 0 96px' },
                nc: { width: '0 0 70px' },
                address: { width: '1 1 70px' },
                values: { width: '1 1 60px' },
                powerUp: { width: '1 0 118px' },
                powerUpDelay: { width: '0 0 104px' },
            },
        }),
    },
    refresh(form) {
        const backend = String(form.value('backend'));
        form.row('interval').toggle(POLLED.includes(backend));
        $('#node-config-input-ports-list')
            .addClass('ridethrough-ports')
            .toggleClass('ridethrough-snmp', backend === 'snmp');
    },
});

import { entries } from '../editor/entry-checks';
import { dialog } from '../editor/form/dialog';
import { text } from '../editor/texts';
import { settings } from './ups-wol.settings';

export default dialog(settings, {
    label({ mode, hosts, mac }) {
        const n = mode === 'staged' ? (Array.isArray(hosts) ? hosts.length : 0) : entries(mac).length;
        const count = n === 0 ? 'none' : n === 1 ? 'one' : 'several';
        return `${text('ups-wol', 'palette')} → ${text('ups-wol', `to.${count}`, { n })}`;
    },
    tables: {
        hosts: () => ({
            columns: {
                name: { width: '1 1 90px' },
                mac: { width: '1 1 140px' },
                check: { width: '0 0 135px' },
                address: { width: '1 1 120px' },
                port: { width: '0 1 75px' },
            },
        }),
    },
});

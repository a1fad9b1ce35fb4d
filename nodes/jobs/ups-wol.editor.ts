import { dialog } from '../editor/form/dialog';
import { settings } from './ups-wol.settings';

export default dialog(settings, {
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

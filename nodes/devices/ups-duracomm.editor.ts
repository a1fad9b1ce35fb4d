import { mapDialog } from '../editor/device-map/map-dialog';
import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { showPrivacy } from '../editor/snmp-privacy';
import { settings } from './ups-duracomm.settings';

const speaksSnmp = (form: Form) => form.value('way') === 'snmp';

export default dialog(settings, {
    ...mapDialog({
        property: 'map',
        places: (form) => (speaksSnmp(form) ? 'objects' : 'labels'),
        finder: {
            from: (form) => (speaksSnmp(form) ? 'mib' : 'ask'),
            time: { column: 'csvTime', format: 'csvFormat' },
        },
    }),
    refresh(form) {
        if (speaksSnmp(form)) showPrivacy(form);
    },
});

import { dialog } from '../editor/form/dialog';
import { choicesOf, idOfNamed } from '../editor/nodes-of-flow';
import type { Row } from '../editor/table-field';
import { text } from '../editor/texts';
import { settings } from './ups-bacnet-server.settings';

const rowsOf = (stored: unknown): Row[] => (Array.isArray(stored) ? (stored as Row[]) : []);

export default dialog(settings, {
    label: ({ deviceId }) => `${text('ups-bacnet-server', 'palette')} ${String(deviceId ?? '')}`.trim(),
    tables: {
        serves: () => ({
            columns: {
                number: { width: '1 1 70px' },
                ups: { type: 'select', width: '3 1 160px', options: choicesOf('ups-unit') },
            },
            rows: (stored) => rowsOf(stored).map((row) => ({ ...row, ups: idOfNamed('ups-unit', row.ups) })),
        }),
    },
});

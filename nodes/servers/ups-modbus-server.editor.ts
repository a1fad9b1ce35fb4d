import { dialog } from '../editor/form/dialog';
import { choicesOf, idOfNamed } from '../editor/nodes-of-flow';
import { text } from '../editor/texts';
import type { Row } from '../editor/table-field';
import { settings } from './ups-modbus-server.settings';

const rowsOf = (stored: unknown): Row[] => (Array.isArray(stored) ? (stored as Row[]) : []);

export default dialog(settings, {
    label: ({ transport, port, path }) => {
        const at = [transport === 'rtu' ? '' : `:${String(port)}`, transport === 'tcp' ? '' : String(path)];
        return [text('ups-modbus-server', 'palette'), ...at.filter(Boolean)].join(' ');
    },
    tables: {
        units: () => ({
            columns: {
                unitId: { width: '1 1 60px' },
                ups: { type: 'select', width: '2 1 120px', options: choicesOf('ups-unit') },
                map: { width: '2 1 120px' },
                bacs: { type: 'select', width: '2 1 120px', options: [['', ''], ...choicesOf('ups-battery')] },
            },
            rows: (stored) =>
                rowsOf(stored).map((row) => ({
                    ...row,
                    ups: idOfNamed('ups-unit', row.ups),
                    bacs: idOfNamed('ups-battery', row.bacs ?? ''),
                })),
        }),
    },
});

import { WELL_KNOWN_ALARMS } from '../../lib/core/status/alarms';
import { mibNameOf } from '../../lib/core/snmp/mib-names';
import { mibFilesRow } from '../editor/agent-mib-files';
import { dialog } from '../editor/form/dialog';
import { choicesOf, idOfNamed } from '../editor/nodes-of-flow';
import { SecretTables } from '../editor/secret-tables';
import type { Row } from '../editor/table-field';
import { text } from '../editor/texts';
import { MOST_ROWS, settings } from './ups-snmp-agent.settings';

const TYPE = 'ups-snmp-agent';

const secrets = new SecretTables(
    [
        { property: 'accounts', credential: 'auth', key: 'authKey', slot: 'authSlot' },
        { property: 'accounts', credential: 'priv', key: 'privKey', slot: 'privSlot' },
        { property: 'communities', credential: 'community', key: 'community', slot: 'slot' },
        { property: 'receivers', credential: 'trap', key: 'community', slot: 'slot' },
    ],
    MOST_ROWS,
);

const withRight = (row: Row): Row => ({ ...row, write: String((row.write ?? false) as boolean) });

export default dialog(settings, {
    label: ({ port }) => `${text(TYPE, 'palette')} :${String(port)}`,
    tables: {
        serves: () => ({
            columns: {
                name: { width: '1 1 90px' },
                ups: { type: 'select', width: '2 1 140px', options: choicesOf('ups-unit') },
                bacs: { type: 'select', width: '2 1 120px', options: [['', ''], ...choicesOf('ups-battery')] },
            },
            rows: (stored) =>
                (Array.isArray(stored) ? (stored as Row[]) : []).map((row) => ({
                    ...row,
                    ups: idOfNamed('ups-unit', row.ups),
                    bacs: idOfNamed('ups-battery', row.bacs ?? ''),
                })),
        }),
        accounts: (form) => ({
            columns: {
                // The names of the columns and of the choices fit in every language; the passwords stand below.
                name: { width: '1 1 110px' },
                auth: { width: '1 1 125px' },
                priv: { width: '1 1 125px' },
                write: { width: '1 1 125px' },
            },
            further: [
                { key: 'authKey', label: form.text('column.authKey'), type: 'password', width: '1 1 200px' },
                { key: 'privKey', label: form.text('column.privKey'), type: 'password', width: '1 1 200px' },
            ],
            rows: (stored) => secrets.rows(form, 'accounts', stored).map(withRight),
        }),
        communities: (form) => ({
            columns: { clients: { width: '2 1 150px' }, write: { width: '1 1 80px' } },
            further: [{ key: 'community', label: form.text('column.community'), type: 'password', width: '1 1 110px' }],
            rows: (stored) => secrets.rows(form, 'communities', stored).map(withRight),
        }),
        receivers: (form) => ({
            columns: {
                host: { width: '2 1 130px' },
                version: { width: '1 1 60px' },
                kind: { width: '1 1 70px' },
                account: { width: '1 1 80px' },
            },
            further: [{ key: 'community', label: form.text('column.community'), type: 'password', width: '1 1 90px' }],
            rows: (stored) => secrets.rows(form, 'receivers', stored),
        }),
    },
    prepare(form) {
        secrets.prepare(form);
        mibFilesRow(form, 'receivers');
    },
    save: (form) => secrets.save(form),
    tryNow: (form) => ({
        // What was typed into the tables is asked with their secrets.
        asked: () => secrets.save(form),
        actions: [
            {
                label: 'try.send',
                fields: [
                    {
                        name: 'alarm',
                        label: form.text('test.alarm'),
                        options: WELL_KNOWN_ALARMS.map((alarm) => [alarm, mibNameOf(alarm)] as const),
                    },
                ],
            },
        ],
    }),
});

import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { choicesOf, idOfNamed } from '../editor/nodes-of-flow';
import { text } from '../editor/texts';
import type { Row } from '../editor/table-field';
import type { UserRow } from '../editor/row-passwords';
import { placeSecret, withSecret, type SecretColumn } from '../editor/row-secrets';
import { MOST_ROWS, settings } from './ups-snmp-agent.settings';

const TYPE = 'ups-snmp-agent';

const AUTH: SecretColumn = { key: 'authKey', slot: 'authSlot' };
const PRIV: SecretColumn = { key: 'privKey', slot: 'privSlot' };
const COMMUNITY: SecretColumn = { key: 'community', slot: 'slot' };
/** The names of the credentials of each column, without their numbers. */
const CREDENTIALS = { auth: AUTH, priv: PRIV, community: COMMUNITY } as const;

const tables = new WeakMap<Form, { users: () => UserRow[]; communities: () => UserRow[] }>();

const rowsOf = (stored: unknown): UserRow[] => (Array.isArray(stored) ? (stored as UserRow[]) : []);

function isKept(form: Form, kind: keyof typeof CREDENTIALS): (slot: number) => boolean {
    const credentials = form.node.credentials as Record<string, unknown> | undefined;
    return (slot) => credentials?.[`has_${kind}${slot}`] === true || Boolean(credentials?.[`${kind}${slot}`]);
}

/** Users without their keys, which are credentials. */
export function placeUsers(rows: readonly UserRow[]): { rows: UserRow[]; auth: string[]; priv: string[] } {
    const auth = placeSecret(rows, AUTH, MOST_ROWS);
    const priv = placeSecret(auth.rows, PRIV, MOST_ROWS);
    return { rows: priv.rows, auth: auth.secrets, priv: priv.secrets };
}

export default dialog(settings, {
    label: ({ port }) => `${text(TYPE, 'palette')} :${String(port)}`,
    tables: {
        serves: () => ({
            columns: {
                name: { width: '1 1 90px' },
                ups: {
                    type: 'select',
                    width: '2 1 140px',
                    options: choicesOf('ups-unit'),
                },
            },
            rows: (stored) => rowsOf(stored).map((row) => ({ ...row, ups: idOfNamed('ups-unit', row.ups) })) as Row[],
        }),
        accounts: (form) => ({
            columns: { auth: { width: '1 1 80px' }, priv: { width: '1 1 80px' }, write: { width: '1 1 70px' } },
            further: [
                { key: AUTH.key, label: form.text('column.authKey'), type: 'password', width: '1 1 90px' },
                { key: PRIV.key, label: form.text('column.privKey'), type: 'password', width: '1 1 90px' },
            ],
            rows: (stored) => {
                const named = withSecret(rowsOf(stored), AUTH, isKept(form, 'auth'));
                const all = withSecret(named, PRIV, isKept(form, 'priv'));
                return all.map((row) => ({ ...row, write: String(row.write ?? false) })) as Row[];
            },
        }),
        communities: (form) => ({
            columns: { clients: { width: '2 1 150px' }, write: { width: '1 1 80px' } },
            further: [
                { key: COMMUNITY.key, label: form.text('column.community'), type: 'password', width: '1 1 110px' },
            ],
            rows: (stored) =>
                withSecret(rowsOf(stored), COMMUNITY, isKept(form, 'community')).map((row) => ({
                    ...row,
                    write: String(row.write ?? false),
                })) as Row[],
        }),
    },
    prepare(form) {
        const users = form.widgets.get('accounts');
        const communities = form.widgets.get('communities');
        if (!users || !communities) return;
        const all = { users: () => users.get() as UserRow[], communities: () => communities.get() as UserRow[] };
        tables.set(form, all);
        // Without their secrets, which are credentials.
        form.widgets.set('accounts', { ...users, get: () => placeUsers(all.users()).rows });
        form.widgets.set('communities', {
            ...communities,
            get: () => placeSecret(all.communities(), COMMUNITY, MOST_ROWS).rows,
        });
    },
    save(form) {
        const all = tables.get(form);
        const { auth, priv } = placeUsers(all?.users() ?? []);
        const { secrets } = placeSecret(all?.communities() ?? [], COMMUNITY, MOST_ROWS);
        for (const [kind, values] of Object.entries({ auth, priv, community: secrets })) {
            values.forEach((value, index) => {
                const id = `node-input-${kind}${index + 1}`;
                $(`#${id}`).remove();
                // Node-RED takes credentials from inputs; one with the stand-in stays as it is.
                $('<input type="hidden">').attr('id', id).val(value).appendTo(form.row('accounts'));
            });
        }
    },
});

import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { labelOf } from '../editor/nodes-of-flow';
import type { EditorNode } from '../editor/red';
import { text } from '../editor/texts';
import type { Row } from '../editor/table-field';
import { place, withStandIns, type UserRow } from '../editor/row-passwords';
import { MOST_USERS, settings } from './ups-nut-server.settings';

const TYPE = 'ups-nut-server';

interface Preset {
    name: string;
    listed: string;
    user: string;
    password: string;
}

/** What the makers have built in, as reported by users of their devices. */
export const PRESETS: Readonly<Record<'synology' | 'qnap', Preset>> = {
    synology: { name: 'ups', listed: 'true', user: 'monuser', password: 'secret' },
    qnap: { name: 'qnapups', listed: 'false', user: 'admin', password: '123456' },
};

/** Rows with those of the preset, each once. */
export function withPreset(
    { serves, users }: { serves: readonly Row[]; users: readonly UserRow[] },
    { name, listed, user, password }: Preset,
    ups: string,
): { serves: Row[]; users: UserRow[] } {
    const first = String(serves.find((row) => row.ups)?.ups ?? ups);
    const named = serves.some((row) => row.name === name);
    const known = users.some((row) => row.name === user);
    return {
        serves: named ? [...serves] : [...serves, { name, ups: first, listed }],
        users: known ? [...users] : [...users, { name: user, password, role: 'secondary', names: [name] }],
    };
}

const units = (): EditorNode[] => {
    const found: EditorNode[] = [];
    RED.nodes.eachConfig((node) => {
        if (node.type === 'ups-unit') found.push(node);
    });
    return found;
};

/** A flow written by hand names a UPS; the table has its id. */
function idOf(ups: unknown): unknown {
    const named = units().filter(({ id, name }) => id === ups || name === ups);
    return named.length === 1 ? named[0]!.id : ups;
}

const rowsOf = (stored: unknown): Row[] => (Array.isArray(stored) ? (stored as Row[]) : []);

function hasPassword(form: Form, slot: number): boolean {
    const credentials = form.node.credentials as Record<string, unknown> | undefined;
    return credentials?.[`has_password${slot}`] === true || Boolean(credentials?.[`password${slot}`]);
}

/** The tables as people see them, with the passwords in the rows. */
const tables = new WeakMap<Form, { users: () => UserRow[]; serves: () => Row[] }>();

export default dialog(settings, {
    label: ({ port }) => `${text(TYPE, 'palette')} :${String(port)}`,
    tables: {
        serves: () => ({
            columns: {
                name: { width: '1 1 90px' },
                ups: {
                    type: 'select',
                    width: '2 1 140px',
                    options: units().map(({ id }) => [id, labelOf(id)] as const),
                },
                listed: { width: '1 1 100px' },
            },
            rows: (stored) =>
                rowsOf(stored).map((row) => ({ ...row, ups: idOf(row.ups), listed: String(row.listed ?? true) })),
        }),
        views: () => ({ columns: { clients: { width: '2 1 150px' } } }),
        accounts: (form) => ({
            columns: {
                role: { width: '1 1 100px' },
                names: { width: '1 1 80px' },
                commands: { width: '1 1 90px' },
                variables: { width: '1 1 90px' },
            },
            further: [{ key: 'password', label: form.text('column.password'), type: 'password', width: '1 1 100px' }],
            rows: (stored) => withStandIns(rowsOf(stored) as UserRow[], (slot) => hasPassword(form, slot)) as Row[],
        }),
    },
    prepare(form) {
        const users = form.widgets.get('accounts');
        const serves = form.widgets.get('serves');
        if (!users || !serves) return;
        const all = { users: () => users.get() as UserRow[], serves: () => serves.get() as Row[] };
        tables.set(form, all);
        // Without their passwords, which are credentials.
        form.widgets.set('accounts', { ...users, get: () => place(all.users(), MOST_USERS).rows });
        const row = $('<div class="form-row ridethrough-presets"></div>').insertBefore(form.row('serves'));
        $('<label></label>').text(form.text('preset.title')).appendTo(row);
        const warning = $('<div class="ridethrough-tip ridethrough-warning"></div>').hide();
        for (const [key, preset] of Object.entries(PRESETS)) {
            $('<button type="button" class="red-ui-button"></button>')
                .text(form.text(`preset.${key}`))
                .attr('data-preset', key)
                .appendTo(row)
                .on('click', () => {
                    const filled = withPreset(
                        { serves: all.serves(), users: all.users() },
                        preset,
                        units()[0]?.id ?? '',
                    );
                    serves.set?.(filled.serves);
                    users.set?.(filled.users);
                    warning.text(form.text('preset.warning')).show();
                });
        }
        warning.appendTo(row);
    },
    save(form) {
        const { passwords } = place(tables.get(form)?.users() ?? [], MOST_USERS);
        passwords.forEach((password, index) => {
            const id = `node-input-password${index + 1}`;
            $(`#${id}`).remove();
            // Node-RED takes credentials from inputs; one with the stand-in stays as it is.
            $('<input type="hidden">').attr('id', id).val(password).appendTo(form.row('accounts'));
        });
    },
});

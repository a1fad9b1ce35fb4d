import { dialog } from '../editor/form/dialog';
import { choicesOf, idOfNamed } from '../editor/nodes-of-flow';
import { text } from '../editor/texts';
import type { Row } from '../editor/table-field';
import { PASSWORD, type UserRow } from '../editor/row-passwords';
import { SecretTables } from '../editor/secret-tables';
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

const rowsOf = (stored: unknown): Row[] => (Array.isArray(stored) ? (stored as Row[]) : []);

const secrets = new SecretTables([{ property: 'accounts', credential: 'password', ...PASSWORD }], MOST_USERS);

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
                listed: { width: '1 1 100px' },
            },
            rows: (stored) =>
                rowsOf(stored).map((row) => ({
                    ...row,
                    ups: idOfNamed('ups-unit', row.ups),
                    listed: String(row.listed ?? true),
                })),
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
            rows: (stored) => secrets.rows(form, 'accounts', stored),
        }),
    },
    prepare(form) {
        const users = form.widgets.get('accounts');
        const serves = form.widgets.get('serves');
        if (!users || !serves) return;
        const all = { users: () => users.get() as UserRow[], serves: () => serves.get() as Row[] };
        secrets.prepare(form);
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
                        choicesOf('ups-unit')[0]?.[0] ?? '',
                    );
                    serves.set?.(filled.serves);
                    users.set?.(filled.users);
                    warning.text(form.text('preset.warning')).show();
                });
        }
        warning.appendTo(row);
    },
    save: (form) => secrets.save(form),
});

import {
    choice,
    declareNode,
    invalid,
    list,
    networkFault,
    ownFault,
    port,
    reference,
    rows,
    secret,
    section,
    seconds,
    stored,
    text,
    tick,
    type Field,
} from '../../lib/core/settings';
import { clients, mostClients, servedAt } from '../shared/fields/server';

/** Each user has a credential of its own, `password1` to `password16`. */
export const MOST_USERS = 16;
const MOST_NAMES = 200;
const ROLES = ['secondary', 'read', 'primary', 'operator'] as const;

/** As NUT's names of UPSs are: one word (RFC 9271 section 4.1). */
const NAME = /^[\w.:-]{1,64}$/;
const nameFault = (name: string) => (NAME.test(name) ? undefined : ownFault('name', name));
const words = (example?: string) => list({ entry: () => undefined, ...(example && { default: example }) });

/** The passwords of the users; the dialog has them in the table of users. */
const passwords = Object.fromEntries(
    Array.from({ length: MOST_USERS }, (_, index): [string, Field<string>] => [
        `password${index + 1}`,
        { ...secret(), kind: 'stored' },
    ]),
) as Record<`password${number}`, Field<string>>;

export const settings = declareNode({
    type: 'ups-nut-server',
    family: 'servers',
    ports: { inputs: 0, outputs: [] },
    label: ['port'],
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            serves: rows(
                {
                    name: text({ required: true, example: 'ups', check: nameFault }),
                    // Id of the ups-unit, or its name in flows written by hand: Node-RED tracks no references in tables.
                    ups: text({ required: true }),
                    listed: tick({ default: true }),
                },
                { icon: 'battery-full', atLeastOne: 'serves', unique: { column: 'name', rule: 'nameTwice' } },
            ),
            // On battery with this runtime or less the battery counts as low; 0: only when the UPS says so.
            lowSeconds: seconds({ icon: 'battery-quarter', min: 0, max: 86_400, default: 120 }),
        }),
        section('stages', {
            // Clients at these addresses that ask for one name get the UPS of another one.
            views: rows(
                {
                    clients: list({ required: true, entry: networkFault, example: '192.0.2.20' }),
                    asks: text({ required: true, example: 'ups', check: nameFault }),
                    gets: text({ required: true, example: 'stage1', check: nameFault }),
                },
                { icon: 'sitemap' },
            ),
        }),
        section('users', {
            // Node-RED's editor keeps `users` for itself, and drops it from flows.
            accounts: rows(
                {
                    name: text({ required: true, example: 'monuser' }),
                    role: choice(ROLES, { default: 'secondary' }),
                    // Names that the user may log in to; empty: all.
                    names: words(),
                    // Of an operator; * for all.
                    commands: words(),
                    variables: words(),
                    // Which of the credentials is the password; 0: that of its place in the table.
                    slot: stored<number>({
                        initial: 0,
                        empty: { value: 0 },
                        read: (raw) => ({ value: Number.isInteger(Number(raw)) ? Number(raw) : 0 }),
                        schema: {},
                    }),
                },
                { icon: 'users', unique: { column: 'name', rule: 'userTwice' } },
            ),
            ...passwords,
            // Variables and commands can be written, by operators.
            writes: tick({ icon: 'pencil', default: false, warn: true }),
            loginToRead: tick({ icon: 'eye-slash', default: false }),
        }),
        section('listen', {
            address: servedAt(),
            port: port({ default: 3493 }),
            clients: clients(),
            mostClients: mostClients(1000),
            tls: reference('tls-config', { icon: 'certificate' }),
            requireTls: tick({ icon: 'lock', default: false, when: { tls: 'filled' } }),
        }),
    ],
    checks: {
        serves: ({ serves }) =>
            serves.length > MOST_NAMES ? invalid('atMostEntries', serves.length, { max: MOST_NAMES }) : undefined,
        accounts: ({ accounts }) =>
            accounts.length > MOST_USERS ? invalid('atMostEntries', accounts.length, { max: MOST_USERS }) : undefined,
        views: ({ views, serves }) => {
            const names = serves.map(({ name }) => name.toLowerCase());
            const strange = views.find(({ gets }) => !names.includes(gets.toLowerCase()));
            return strange && ownFault('gets', strange.gets);
        },
    },
});

/** The password of each user, by the row. */
export function passwordOf(own: Readonly<Record<`password${number}`, string>>, slot: number, row: number): string {
    const known = Number.isInteger(slot) && slot >= 1 && slot <= MOST_USERS ? slot : row + 1;
    return own[`password${known}`] ?? '';
}

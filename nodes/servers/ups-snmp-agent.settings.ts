import {
    choice,
    declareNode,
    hostPortFault,
    invalid,
    list,
    networkFault,
    ownFault,
    port,
    reference,
    rows,
    secret,
    section,
    stored,
    text,
    tick,
    type Field,
} from '../../lib/core/settings';
import { clients, servedAt } from '../shared/fields/server';

/** Each community has a credential of its own, `community1` to `community16`, that of a trap `trap1` and so on; each user two, `auth1` and `priv1`. */
export const MOST_ROWS = 16;
const MOST_UPSS = 200;

/** The choices of `versions`, and what they mean. */
export const VERSIONS = {
    '3': ['3'],
    '2c-3': ['2c', '3'],
    '2c': ['2c'],
    '1-2c-3': ['1', '2c', '3'],
} as const;
type VersionChoice = keyof typeof VERSIONS;
const CHOICES = Object.keys(VERSIONS) as VersionChoice[];
const COMMUNITY_BASED = { versions: ['2c-3', '2c', '1-2c-3'] } as const;
const USER_BASED = { versions: ['3', '2c-3', '1-2c-3'] } as const;

// A new row of the table has the first one.
const AUTH_PROTOCOLS = ['sha256', 'sha384', 'sha512', 'sha224', 'sha', 'md5'] as const;
const PRIV_PROTOCOLS = ['aes', 'aes256b', 'aes256r', 'des', 'none'] as const;

/** RFC 3411, section 5: whole octets, 5 to 32. */
const ENGINE_ID = /^(0x)?([0-9a-f]{2}){5,32}$/i;
/** A context (RFC 3411: 32 octets at most), also written behind `@`. */
const NAME = /^[\w.:-]{1,32}$/;

type Secrets<K extends string> = Record<`${K}${number}`, Field<string>>;
const secrets = <K extends string>(key: K) =>
    Object.fromEntries(
        Array.from({ length: MOST_ROWS }, (_, index): [string, Field<string>] => [
            `${key}${index + 1}`,
            { ...secret(), kind: 'stored' },
        ]),
    ) as Secrets<K>;

/** Which of the credentials; 0: that of its place in the table. */
const slot = () =>
    stored<number>({
        initial: 0,
        empty: { value: 0 },
        read: (raw) => ({ value: Number.isInteger(Number(raw)) ? Number(raw) : 0 }),
        schema: {},
    });

export const settings = declareNode({
    type: 'ups-snmp-agent',
    family: 'servers',
    triesNow: true,
    ports: { inputs: 0, outputs: [] },
    label: ['port'],
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            serves: rows(
                {
                    name: text({
                        required: true,
                        example: 'ups',
                        check: (name) => (NAME.test(name) ? undefined : ownFault('name', name)),
                    }),
                    // Name of the UPS, or the id of its ups-unit: Node-RED tracks no references in tables.
                    ups: text({ required: true, example: 'UPS 1' }),
                    // Name of its battery of many blocks, or the id of its ups-battery; empty: none.
                    bacs: text({ example: 'Battery 1' }),
                },
                { icon: 'battery-full', atLeastOne: 'serves', unique: { column: 'name', rule: 'nameTwice' } },
            ),
            unknownAs: choice(['no-such-instance', '-1'], { icon: 'question', default: 'no-such-instance' }),
        }),
        section('who', {
            versions: choice(CHOICES, { icon: 'shield', default: '3' }),
            // Node-RED's editor keeps `users` for itself, and drops it from flows.
            accounts: rows(
                {
                    name: text({ required: true, example: 'monitor', most: 32 }),
                    auth: choice(AUTH_PROTOCOLS, { default: 'sha256' }),
                    priv: choice(PRIV_PROTOCOLS, { default: 'aes' }),
                    write: tick({ default: false }),
                    authSlot: slot(),
                    privSlot: slot(),
                },
                { icon: 'users', unique: { column: 'name', rule: 'userTwice' }, when: USER_BASED },
            ),
            communities: rows(
                {
                    clients: list({ required: true, entry: networkFault, example: '192.0.2.0/24' }),
                    write: tick({ default: false }),
                    slot: slot(),
                },
                { icon: 'key', when: COMMUNITY_BASED },
            ),
            ...secrets('auth'),
            ...secrets('priv'),
            ...secrets('community'),
            ...secrets('trap'),
            // Empty: of the network card of this machine.
            engineId: text({
                icon: 'id-card-o',
                example: '80001f8803000000000000',
                check: (typed) => (ENGINE_ID.test(typed) ? undefined : invalid('engineId', typed)),
                when: USER_BASED,
            }),
            // Managers with a right to write may switch and set.
            writes: tick({ icon: 'pencil', default: false, warn: true }),
        }),
        section('traps', {
            receivers: rows(
                {
                    host: text({ required: true, example: '192.0.2.10', check: hostPortFault }),
                    version: choice(['3', '2c', '1'], { default: '3' }),
                    kind: choice(['trap', 'inform'], {
                        default: 'trap',
                        check: (kind, sibling) =>
                            kind === 'inform' && sibling('version') === '1' ? invalid('trapForV1', kind) : undefined,
                    }),
                    // Of v3: the name of a user above.
                    account: text({ example: 'monitor', required: { version: '3' }, when: { version: '3' } }),
                    slot: slot(),
                },
                { icon: 'bullhorn' },
            ),
        }),
        section('listen', {
            address: servedAt(),
            port: port({ default: 161 }),
            clients: clients(),
        }),
    ],
    checks: {
        receivers: ({ receivers, accounts }) => {
            if (receivers.length > MOST_ROWS) return invalid('atMostEntries', receivers.length, { max: MOST_ROWS });
            const other = receivers.find(
                ({ version, account }) => version === '3' && !accounts.some(({ name }) => name === account),
            );
            return other && ownFault('account', other.account);
        },
        serves: ({ serves }) =>
            serves.length > MOST_UPSS ? invalid('atMostEntries', serves.length, { max: MOST_UPSS }) : undefined,
        accounts: ({ accounts }) =>
            accounts.length > MOST_ROWS ? invalid('atMostEntries', accounts.length, { max: MOST_ROWS }) : undefined,
        communities: ({ communities }) =>
            communities.length > MOST_ROWS
                ? invalid('atMostEntries', communities.length, { max: MOST_ROWS })
                : undefined,
    },
});

/** The secret of a row. */
export function secretOf(
    own: Readonly<Record<string, unknown>>,
    key: 'auth' | 'priv' | 'community' | 'trap',
    given: number,
    row: number,
): string {
    const known = Number.isInteger(given) && given >= 1 && given <= MOST_ROWS ? given : row + 1;
    return String(own[`${key}${known}`] ?? '');
}

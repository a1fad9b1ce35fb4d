import type { FlowNode } from '../../nodes/editor/dialogs';
import { ENVIRONMENT, MISSING } from './judge';

type Definition = { value?: unknown; type?: string };

/** What is known of a property besides its definition. */
export interface Known {
    /** What its field offers, if it is a choice. */
    offered?: readonly string[];
    /** Bounds that dialog or runtime name. */
    bounds: readonly number[];
    /** How the flows have it. */
    shipped: readonly unknown[];
}

const NUMBERS = [-1, 0, 0.5, 1, 1.5, 2, 9, 10, 16, 60, 100, 255, 1000, 65535, 65536, 1e9];
const NUMBER_TEXTS = ['5', ' 5 ', '5.5', '-1', '0', '1,5', '1e3', '0x10', '5s', 'NaN', 'Infinity', 'word'];
const WORDS = ['word', 'true', 'false', '0', '1', 'on', 'off', 'yes', 'no', 'TRUE', ' on '];
const WRONG_TYPES = [true, false, 5, [], {}, ['word'], [null], { word: 1 }];
const LONG = 'x'.repeat(300);
const HOSTS = [
    ...['192.0.2.1', 'host.example', 'host', 'host.example:22', '192.0.2.1:99999', '[2001:db8::1]', '[2001:db8::1]:22'],
    ...['2001:db8::1', 'http://host.example/', 'a b', 'a;b', '-host', '300.1.1.1', 'a_b', 'host..example', 'user@host'],
    ...[
        'host1\nhost2',
        'host1, host2',
        'host1;host2',
        'host1\nhost2:x',
        '192.0.2.0/24',
        '*',
        'host name',
        'host # text',
    ],
];
const MAILS = [
    ...['a@example.org', 'A <a@example.org>', '"Doe, John" <j@example.org>', 'a@example.org\nb@example.org'],
    ...['a@example.org, b@example.org', 'a@example.org; b@example.org', 'a..b@example.org', 'a@b_c.example'],
    ...['a@-x.example', 'a@example.org>', 'a@', '@example.org', 'nobody', 'a b@example.org', '{{site.contact}}'],
    ...['ä@example.org', 'a@[192.0.2.1]', 'a@localhost', ',', 'a@example.org,', 'a@example.org nobody'],
];
const SPECIAL = [
    ...['+491701234567', '0170 1234567', '12', '+49 (170) 12-34', 'abc', '110\n+491701234567'],
    ...[
        '00:1b:21:3c:4d:5e',
        '00-1B-21-3C-4D-5E',
        '001b213c4d5e',
        '00:1b:21:3c:4d',
        '00:1b:21:3c:4d:5e\n00:1b:21:3c:4d:5f',
    ],
    ...['1.3.6.1.2.1.33.1.2.4.0', '.1.3.6.1', '1.3.x', '1'],
    ...[
        '2026-02-03',
        '2026-02-30',
        '3.2.2026',
        '2026-02-03T10:00',
        '2026-02-03 10:00',
        '07:30',
        '24:00',
        '7:5',
        '07:30:00',
    ],
    ...['Europe/Berlin', 'UTC', 'Mars/Base'],
    ...[
        '{{event.text}}',
        '{{no.such}}',
        '{{event',
        'two\nlines',
        'ä€😀',
        '<b>bold</b>',
        '"quoted"',
        "it's",
        'a\tb',
        '/dev/ttyS0',
    ],
    ...[
        'https://host.example/a',
        'https://user:secret@host.example/',
        'ftp://host.example',
        'SHA256:abc',
        'ssh-ed25519 AAAA',
    ],
    ...['on 1,off 1', '200 100 200', '0.2 0.1', '1 2 3 4', '-f --now'],
];
const environment = [...Object.keys(ENVIRONMENT), 'RIDETHROUGH_SPEC_NOBODY'].map((name) => `\${${name}}`);

/** Values of one property, as JSON or MISSING, in the order in which they are tried. */
export function valuesOf(base: FlowNode, property: string, { value, type }: Definition, known: Known): string[] {
    const common = [null, '', ' ', value, base[property], ...environment, '$(RIDETHROUGH_SPEC_WORD)'];
    const texts = () => [...WORDS, ...HOSTS, ...MAILS, ...SPECIAL, LONG, ...WRONG_TYPES, 0, -1];
    const kind = (): unknown[] => {
        if (type) return references(known);
        if (known.offered)
            return [...known.offered, ...known.offered.map((each) => each.toUpperCase()), ...WORDS, ...WRONG_TYPES];
        if (typeof value === 'boolean') return [...WORDS, ...WRONG_TYPES, 0, 1, -1, LONG];
        if (typeof value === 'number') return numbers(known);
        if (typeof (base[property] ?? value) === 'object')
            return [...known.shipped, ...tables(known.shipped), ...WRONG_TYPES, ...WORDS.slice(0, 2)];
        return [...texts(), ...(known.bounds.length ? numbers(known) : [])];
    };
    const tried = [...common, ...kind()].filter((each) => each !== undefined).map((each) => JSON.stringify(each));
    return [MISSING, ...new Set(tried)];
}

/** The few that are tried where the node is another one. */
export function fewValuesOf(base: FlowNode, property: string, definition: Definition, known: Known): string[] {
    const { value } = definition;
    const texts = [
        ...HOSTS.slice(0, 4),
        'a b',
        ...MAILS.slice(0, 2),
        '1.3.6.1.2.1.33.1.2.4.0',
        '{{no.such}}',
        '2026-02-03',
        LONG,
    ];
    const few = () => {
        if (definition.type || typeof value === 'boolean' || known.offered) return ['word', true, 'true', 0];
        if (typeof (base[property] ?? value) === 'object') return [[], {}, 'word', ...known.shipped.slice(0, 2)];
        const near = [...known.bounds.flatMap(around), -1, 0, 0.5, 1.5];
        return typeof value === 'number'
            ? ['word', ...near]
            : ['word', ...texts, ...(known.bounds.length ? near : [5])];
    };
    const tried = [null, '', value, base[property], ...(known.offered ?? []), ...few()];
    return [MISSING, ...new Set(tried.filter((each) => each !== undefined).map((each) => JSON.stringify(each)))];
}

function numbers({ bounds }: Known): unknown[] {
    return [...bounds.flatMap(around), ...NUMBERS, ...NUMBER_TEXTS, ...WRONG_TYPES, LONG];
}

function around(bound: number): number[] {
    const step = Math.max(Math.abs(bound) / 1000, 0.001);
    return [bound, rounded(bound - step), rounded(bound + step), bound - 1, bound + 1].map(rounded);
}

const rounded = (value: number) => Number(value.toPrecision(8));

/** The flow's nodes are named by their ids; a name that no node has dangles. */
function references({ shipped }: Known): unknown[] {
    return [...shipped, 'ffffffffffffffff', '_ADD_', 'tls', ...WORDS.slice(0, 2), ...WRONG_TYPES];
}

/** Rows or settings in one: each cell missing, empty, wrong; one row twice, one that is none, and many. */
function tables(shipped: readonly unknown[]): unknown[] {
    const [first] = shipped.filter((each) => !Array.isArray(each) || each.length > 0);
    if (first === undefined) return [];
    const cells = (row: unknown): unknown[] => {
        if (typeof row !== 'object' || row === null) return [null, '', 'word', -1, {}];
        return Object.keys(row).flatMap((key) => {
            const { [key]: _, ...without } = row as Record<string, unknown>;
            const wrong = [null, '', ' ', 'word', '1', -1, 0, 0.5, 1e9, true, {}, LONG, 'a b', 'host.example'];
            return [without, ...wrong.map((cell) => ({ ...row, [key]: cell }))];
        });
    };
    if (!Array.isArray(first)) return cells(first);
    const [row, ...rest] = first as unknown[];
    const changed = cells(row).map((each) => [each, ...rest]);
    return [...changed, [...first, row], [null, ...first], ['word'], Array.from({ length: 70 }, () => row)];
}

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020';
import {
    choice,
    clockTime,
    day,
    declareNode,
    events,
    faultsOf,
    hosts,
    jsonSchema,
    list,
    moment,
    nodeReference,
    number,
    numberChoice,
    port,
    reference,
    rows,
    seconds,
    section,
    special,
    stored,
    template,
    text,
    tick,
    whole,
    type Declaration,
    type Field,
} from '../../../../lib/core/settings';
import { declaredNodes } from '../../../../nodes';

const ajv = new Ajv({ allErrors: true, strict: false });

/** Whether the schema takes a setting, and whether the node does. */
function verdicts(declaration: Declaration, property: string, node: object): { schema: boolean; node: boolean } {
    const validate = ajv.getSchema(`ridethrough:${declaration.type}`) ?? ajv.compile(jsonSchema(declaration));
    void validate(node);
    const refused = (validate.errors ?? []).some(({ instancePath, params }) => {
        const path = `${instancePath}/`;
        return path.startsWith(`/${property}/`) || (path === '/' && params.missingProperty === property);
    });
    return { schema: !refused, node: !faultsOf(declaration, node).some((fault) => fault.property === property) };
}

const shown = (value: unknown) => (value === undefined ? 'undefined' : JSON.stringify(value));

/** Values that people and programs write, right and wrong ones; a setting is asked for those of its kind, and for the general ones. */
const GENERAL: unknown[] = [undefined, null, '', ' ', '${NAME}', '${}', true, false, 0, 1, {}, 'x', ' x '];
const NUMBERS: unknown[] = [
    ...[2, 2.5, -1, 11, '2', ' 2 ', '+2', '2.0', '2.5', '2,5', '0x2', '0X2', '0b10', '0o2', '-0x2', '2e0', '.5', '5.'],
    ...['2 s', 'NaN', 'Infinity', '1_0', '--2', [], [2]],
];
const WORDS: unknown[] = [
    'tcp',
    ' tcp ',
    '\ttcp\n',
    'TCP',
    'tcp udp',
    '2.0',
    ' 2.0',
    '2x0',
    2,
    ['tcp'],
    'on',
    ' ON ',
    'No',
    'yes!',
];
const DAYS: unknown[] = ['2026-01-31', ' 2026-01-31 ', '2026-13-01', '2026-1-1', 20260131];
const MOMENTS: unknown[] = ['2026-01-31T10:00', ' 2026-01-31 10:00:59 ', '2026-01-31', '2026-01-31T24:00'];
const TIMES: unknown[] = ['10:00', ' 23:59:59 ', '24:00', '1:00', 10];
const TEXTS: unknown[] = ['12345', ' 12345 ', '123456', '   123456', 'a\nb', ['a']];
const LISTS: unknown[] = ['a', 'a, b', ['a', 'b'], [], [' '], ['a', ''], [1], 17];
const ROWS: unknown[] = [
    ...[
        [],
        [{}],
        [{ name: 'a' }],
        [{ name: ' ' }],
        [{ name: null }],
        [{ name: 'a', size: ' 0x2 ' }],
        [{ name: 'a', size: 'b' }],
    ],
    ...[
        [{ name: 'a', size: null }],
        [{ name: 'a', way: ' tcp ' }],
        [{ name: 'a', way: 'udp', on: 'maybe' }],
        ['a'],
        [[]],
    ],
    ...['[{"name":"a"}]', ' [{"name":"a"}]', '{'],
];
const EVENTS: unknown[] = [['a'], ['a', 'b'], [], [1], '["a"]', 'a'];
const IDS: unknown[] = ['a', '_ADD_', 3];

const columns = {
    name: text({ required: true }),
    size: whole({ min: 0, max: 9, default: 1 }),
    way: choice(['tcp', 'udp'], { default: 'tcp' }),
    on: tick({ default: true, when: { way: 'tcp' } }),
};
const own = {
    initial: [],
    read: (raw: unknown) =>
        Array.isArray(raw) ? { value: raw } : { fault: { code: 'config-invalid', rule: 'r' } as const },
};

const KINDS: Readonly<Record<string, [Field, unknown[]]>> = {
    text: [text(), TEXTS],
    'text, required': [text({ required: true }), TEXTS],
    'text, at most': [text({ most: 5 }), TEXTS],
    'text, at most, required': [text({ most: 5, required: true }), TEXTS],
    'text, verbatim': [text({ most: 7, verbatim: true }), TEXTS],
    'text, may be emptied': [text({ default: 'a', mayBeEmptied: true }), TEXTS],
    template: [template({ default: 'a' }), TEXTS],
    whole: [whole({ min: 0, max: 10, default: 1 }), NUMBERS],
    'whole, optional': [whole({ optional: true }), NUMBERS],
    'whole, required': [whole({ min: 0, required: true }), NUMBERS],
    port: [port({ default: 80 }), NUMBERS],
    number: [number({ min: 0, max: 10, default: 1 }), NUMBERS],
    'number, required': [number({ required: true }), NUMBERS],
    seconds: [seconds({ default: 1, mayBeEmptied: true }), NUMBERS],
    choice: [choice(['tcp', '2.0', 'a|b'], { default: 'tcp' }), WORDS],
    'choice, required': [choice(['tcp', 'udp'], { default: 'tcp', required: true }), WORDS],
    'number choice': [numberChoice([2, 9600], { default: 2 }), [...WORDS, '2', ' 2 ', '9600', 9600]],
    tick: [tick({ default: false }), WORDS],
    list: [list({ entry: () => undefined }), LISTS],
    'list, required': [list({ entry: () => undefined, required: true }), LISTS],
    hosts: [hosts(), LISTS],
    day: [day(), DAYS],
    moment: [moment(), MOMENTS],
    'moment, required': [moment({ required: true }), MOMENTS],
    time: [clockTime(), TIMES],
    reference: [reference('ups-unit'), IDS],
    'reference, required': [reference('ups-unit', { required: true }), IDS],
    node: [nodeReference('ups-aux-module'), IDS],
    rows: [rows(columns), ROWS],
    'rows, at least one': [rows(columns, { atLeastOne: true }), ROWS],
    events: [events(), EVENTS],
    'events, at least one': [events({ atLeastOne: 'none' }), EVENTS],
    'events, at least one, chosen before': [events({ atLeastOne: 'none', default: ['a'] }), EVENTS],
    special: [special({ ...own, empty: { value: [] }, schema: { type: 'array' } }), EVENTS],
    stored: [stored({ ...own, empty: { value: [] }, schema: { type: 'array' } }), EVENTS],
};

/** What only the node can tell, see `jsonSchema`. */
const BY_THE_NODE_ALONE: Readonly<Record<string, unknown[]>> = {
    whole: ['-0x2'],
    special: ['{'],
    stored: ['{'],
    rows: ['{'],
    'rows, at least one': ['{'],
    hosts: ['${}', 0, 1, 17],
};

describe('the schema and the node', () => {
    for (const [kind, [field, values]] of Object.entries(KINDS)) {
        it(`agree on ${kind}`, () => {
            const declaration = declareNode({
                type: `ups-${kind.replace(/\W+/g, '-')}`,
                family: 'jobs',
                sections: [section('', { it: field })],
            }) as Declaration;
            const alone = (BY_THE_NODE_ALONE[kind] ?? []).map(shown);
            const differing = [...GENERAL, ...values]
                .filter((value) => !alone.includes(shown(value)))
                .flatMap((value) => {
                    const { schema, node } = verdicts(declaration, 'it', { type: declaration.type, it: value });
                    return schema === node ? [] : [`${shown(value)}: schema ${schema}, node ${node}`];
                });
            assert.deepEqual(differing, []);
        });
    }

    it('agree on settings under a condition, however that is written', () => {
        const declaration = declareNode({
            type: 'ups-conditions',
            family: 'jobs',
            sections: [
                section('', {
                    way: choice(['tcp', 'udp', '2'], { default: 'tcp' }),
                    on: tick({ default: false }),
                    others: list({ entry: () => undefined }),
                    one: text({ required: true, when: { way: 'tcp' } }),
                    two: text({ required: true, when: { way: { not: 'tcp' } } }),
                    three: text({ required: true, when: { on: true } }),
                    four: text({ required: true, when: { on: false } }),
                    five: text({ required: true, when: { others: 'filled' } }),
                    six: text({ required: true, when: { way: ['2', 'udp'] } }),
                }),
            ],
        }) as Declaration;
        const cases: object[] = [
            ...['tcp', ' tcp ', 'udp', ' udp', '2', 2, '', null, '${WAY}'].map((way) => ({ way })),
            ...[true, false, 'on', ' ON ', 'no', 1, 0, null, '${ON}'].map((on) => ({ on })),
            ...['a', '', ' ', [], ['a'], '${HOSTS}'].map((others) => ({ others })),
        ];
        for (const each of cases) {
            for (const property of ['one', 'two', 'three', 'four', 'five', 'six']) {
                const { schema, node } = verdicts(declaration, property, { type: declaration.type, ...each });
                // What an environment variable will be is not known: the schema asks for nothing then.
                const isOpen = JSON.stringify(each).includes('${');
                assert.ok(
                    schema === node || (isOpen && schema),
                    `${property} with ${JSON.stringify(each)}: ${schema} ${node}`,
                );
            }
        }
    });

    for (const declaration of declaredNodes()) {
        it(`the schema of ${declaration.type} takes every setting that the node takes`, () => {
            const written = [...GENERAL, ...Object.values(KINDS).flatMap(([, values]) => values)];
            const every = [...new Map(written.map((value) => [shown(value), value])).values()];
            for (const [property, { options }] of Object.entries(declaration.fields)) {
                if (options.credential !== undefined) continue;
                for (const value of every) {
                    const { schema, node } = verdicts(declaration, property, {
                        type: declaration.type,
                        settingsVersion: declaration.version,
                        [property]: value,
                    });
                    assert.ok(schema || !node, `${property}: ${shown(value)}`);
                }
            }
        });
    }
});

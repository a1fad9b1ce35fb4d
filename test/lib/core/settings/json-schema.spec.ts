import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020';
import {
    choice,
    declareNode,
    events,
    faultsOf,
    host,
    hosts,
    jsonSchema,
    number,
    reference,
    rows,
    section,
    secret,
    text,
    tick,
    whole,
} from '../../../../lib/core/settings';

const node = declareNode({
    type: 'ups-example',
    family: 'devices',
    sections: [
        section('', {
            ups: reference('ups-unit', { required: true }),
            transport: choice(['tcp', 'serial'], { default: 'tcp' }),
            host: host({ required: true, when: { transport: 'tcp' } }),
            path: text({ required: true, when: { transport: { not: 'tcp' } } }),
            retries: whole({ min: 0, max: 10, default: 1, bounds: [{ when: { transport: 'serial' }, max: 30 }] }),
            interval: number({ min: 0.1, max: 3600, default: 1 }),
            listens: tick({ default: false }),
            trapPort: whole({ min: 1, max: 65535, optional: true, when: { listens: true } }),
            copies: whole({ min: 1, max: 9, default: 1, when: [{ listens: true }, { transport: 'serial' }] }),
            others: hosts(),
            quorum: whole({ min: 1, optional: true, when: { others: 'filled' } }),
            table: rows({ name: text({ required: true }) }),
            events: events(),
            password: secret({ required: true }),
        }),
    ],
});
const good = { id: 'n1', type: 'ups-example', ups: 'u1', host: 'a' };
const validate = new Ajv({ allErrors: true }).addKeyword('x-errors').compile(jsonSchema(node));

/** Whether the schema takes it, and whether the node does. */
const verdicts = (change: object) => {
    const config = { ...good, ...change };
    return [validate(config), faultsOf(node, config).length === 0];
};

describe('the schema of a node', () => {
    it('takes what the node takes', () => {
        const taken: object[] = [
            {},
            { transport: '', retries: '', interval: null, listens: null, table: null, events: null },
            { retries: '3', interval: ' 0.5 ', listens: 'on' },
            { retries: 10, transport: '${TRANSPORT}', ups: '${UPS}' },
            { transport: 'serial', path: '/dev/ttyS0', host: 17, retries: 30 },
            { trapPort: 'not looked at while nothing listens' },
            { listens: true, trapPort: '' },
            { copies: 'not looked at' },
            { listens: true, copies: 9 },
            { quorum: 0 },
            { others: [], quorum: 0 },
            { others: 'a', quorum: 1 },
            { others: 'a, b:22', table: [{ name: 'x' }], events: ['power-fail'] },
            { others: ['a', 'b'], settingsVersion: 1, name: '', wires: [[]], x: 1, y: 2, z: 'f' },
        ];
        for (const change of taken) assert.deepEqual(verdicts(change), [true, true], JSON.stringify(change));
    });

    it('refuses what the node refuses, as far as a schema can tell', () => {
        const refused: object[] = [
            { ups: undefined },
            { ups: '' },
            { host: undefined },
            { transport: 'serial' },
            { transport: 'udp' },
            { retries: 31 },
            { retries: 1.5 },
            { retries: 'x' },
            { interval: 0 },
            { interval: [] },
            { listens: 'perhaps' },
            { listens: true, trapPort: 0 },
            { listens: true, copies: 10 },
            { others: 'a', quorum: 0 },
            { others: ['a'], quorum: 0 },
            { transport: 'serial', path: '/dev/ttyS0', copies: 10 },
            { others: {} },
            { table: 'x' },
            { events: [1] },
        ];
        for (const change of refused) assert.deepEqual(verdicts(change), [false, false], JSON.stringify(change));
    });

    it('says nothing of credentials, which no flow holds', () => {
        assert.ok(!JSON.stringify(jsonSchema(node)).includes('password'));
    });
});

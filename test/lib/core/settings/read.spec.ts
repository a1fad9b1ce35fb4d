import assert from 'node:assert/strict';
import {
    choice,
    clockTime,
    declareNode,
    events,
    faultsOf,
    host,
    hosts,
    invalid,
    mails,
    moment,
    number,
    ownFault,
    port,
    readLeniently,
    readOrDefaults,
    readSettings,
    reference,
    rows,
    seconds,
    secret,
    section,
    special,
    text,
    tick,
    user,
    whole,
} from '../../../../lib/core/settings';
import { UpsError } from '../../../../lib/core/errors';

const device = declareNode({
    type: 'ups-example',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    sections: [
        section('', {
            ups: reference('ups-unit', { required: true }),
            transport: choice(['tcp', 'serial'], { default: 'tcp' }),
            host: host({ required: true, when: { transport: 'tcp' } }),
            port: port({ default: 161, when: { transport: 'tcp' } }),
            path: text({ required: true, when: { transport: 'serial' } }),
            baudRate: choice(['2400', '9600'], { default: '2400', numeric: true, when: { transport: 'serial' } }),
            retries: whole({ min: 0, max: 10, default: 1, bounds: [{ when: { transport: 'serial' }, max: 3 }] }),
            interval: number({ min: 0.1, max: 3600, default: 1 }),
            timeout: seconds({ optional: true, min: 1 }),
            listens: tick({ default: false }),
        }),
        section('login', { user: user(), password: secret({ most: 8 }) }),
    ],
    checks: {
        interval: ({ interval, retries }) => (interval < retries / 100 ? ownFault('interval', interval) : undefined),
    },
});
const good = { ups: 'u1', host: '192.0.2.1' };

const refusal = (config: object, credentials?: object) => {
    try {
        readSettings(device, config, credentials);
    } catch (error) {
        assert.ok(error instanceof UpsError);
        const { property, rule, value } = error.data;
        return [error.code, property, rule, ...(value === undefined ? [] : [value])];
    }
    return undefined;
};

describe('settings of a node', () => {
    it('has the default where a setting is missing, null, empty or blank', () => {
        for (const nothing of [undefined, null, '', '  ']) {
            const read = readSettings(device, { ...good, port: nothing, transport: nothing, interval: nothing });
            assert.deepEqual([read.port, read.transport, read.interval, read.timeout], [161, 'tcp', 1, undefined]);
        }
    });

    it('tells at once what is wrong in a setting, and what is wrong between two others', () => {
        const declared = declareNode({
            type: 'ups-pair',
            family: 'sensors',
            sections: [
                section('', {
                    host: text({ required: true }),
                    low: number({ optional: true }),
                    high: number({ optional: true }),
                }),
            ],
            checks: { high: ({ low = 0, high = 9 }) => (low < high ? undefined : ownFault('order', high)) },
        });
        const wrong = (config: object) => faultsOf(declared, config).map(({ property }) => property);
        assert.deepEqual(wrong({ low: 5, high: 1 }), ['host', 'high']);
        assert.deepEqual(wrong({ host: 'a', low: 'x', high: 1 }), ['low']);
        assert.deepEqual(wrong({ host: 'a', low: '${LOW}', high: 1 }), []);
    });

    it('lets a node run without the name that its dialog asks for', () => {
        const named = declareNode({ type: 'ups-named', family: 'sensors', sections: [], nameRequired: true });
        assert.deepEqual(readSettings(named, { name: ' ' }), { name: '' });
        assert.deepEqual(
            faultsOf(named, { name: ' ' }).map(({ property, code }) => [property, code]),
            [['name', 'config-missing']],
        );
    });

    it('reads numbers from texts, as input fields store them', () => {
        const read = readSettings(device, { ...good, port: '1161', interval: ' 0.5 ', timeout: '90' });
        assert.deepEqual([read.port, read.interval, read.timeout], [1161, 0.5, 90]);
    });

    it('refuses what is out of bounds, no number, or not whole, and says what may stand there', () => {
        assert.deepEqual(refusal({ ...good, port: 0 }), ['config-invalid', 'port', 'wholeBetween', '0']);
        assert.deepEqual(refusal({ ...good, port: '1.5' }), ['config-invalid', 'port', 'wholeBetween', '1.5']);
        assert.deepEqual(refusal({ ...good, interval: 'soon' }), [
            'config-invalid',
            'interval',
            'numberBetween',
            'soon',
        ]);
        assert.deepEqual(refusal({ ...good, timeout: 0 }), ['config-invalid', 'timeout', 'numberFrom', '0']);
        assert.deepEqual(refusal({ ...good, port: [161] }), ['config-invalid', 'port', 'wholeBetween', '[161]']);
        assert.deepEqual(refusal({ ...good, interval: true }), ['config-invalid', 'interval', 'numberBetween', 'true']);
    });

    it('has other bounds where another setting says so', () => {
        assert.equal(refusal({ ...good, retries: 7 }), undefined);
        const serial = { ups: 'u1', transport: 'serial', path: '/dev/ttyS0' };
        assert.deepEqual(refusal({ ...serial, retries: 7 })?.slice(0, 3), [
            'config-invalid',
            'retries',
            'wholeBetween',
        ]);
    });

    it('asks for what must be filled in', () => {
        assert.deepEqual(refusal({ host: 'a' }), ['config-missing', 'ups', 'choose']);
        assert.deepEqual(refusal({ ups: '_ADD_', host: 'a' }), ['config-missing', 'ups', 'choose']);
        assert.deepEqual(refusal({ ups: 'u1' }), ['config-missing', 'host', 'required']);
    });

    it('takes a setting that does not count for its default, whatever stands there', () => {
        const read = readSettings(device, { ups: 'u1', transport: 'serial', path: '/dev/ttyS0', host: '?', port: -1 });
        assert.deepEqual([read.host, read.port, read.path], ['', 161, '/dev/ttyS0']);
    });

    it('reads moments and times of the day that there are', () => {
        const sections = [section('', { start: moment({ required: true }), until: clockTime() })] as const;
        const example = declareNode({ type: 'ups-example', family: 'events', sections });
        const rulesOf = (config: object) => faultsOf(example, config).map(({ rule }) => rule);
        const start = '2028-02-29T03:00';
        assert.deepEqual(readSettings(example, { start: ` ${start} `, until: '' }), { name: '', start, until: '' });
        assert.deepEqual(rulesOf({ start, until: '23:59:59' }), []);
        assert.deepEqual(rulesOf({}), ['required']);
        assert.deepEqual(rulesOf({ start: '2026-02-29T03:00', until: '24:00' }), ['moment', 'time']);
        assert.deepEqual(rulesOf({ start: '${BEGIN}', until: '${END}' }), []);
    });

    it('tells a duration that was emptied by choice from one that is missing', () => {
        const late = seconds({ default: 3600, min: 0, mayBeEmptied: true });
        const example = declareNode({ type: 'ups-example', family: 'events', sections: [section('', { late })] });
        for (const [config, value] of [
            [{}, 3600],
            [{ late: null }, 3600],
            [{ late: '' }, undefined],
            [{ late: '5' }, 5],
        ] as const)
            assert.equal(readSettings(example, config).late, value, JSON.stringify(config));
        assert.equal(faultsOf(example, { late: -1 }).length, 1);
    });

    it('takes what must be filled in, but does not count, for an empty text or list', () => {
        const sections = [
            section('', {
                detailed: tick({ default: false }),
                id: text({ required: true, when: { detailed: true } }),
                line: text({ required: { detailed: true }, when: { detailed: true } }),
                unit: reference('ups-unit', { required: true, when: { detailed: true } }),
                receivers: hosts({ required: true, when: { detailed: true } }),
                table: rows({ key: text() }, { atLeastOne: true, when: { detailed: true } }),
                chosen: events({ atLeastOne: 'none', when: { detailed: true } }),
            }),
        ] as const;
        const example = declareNode({ type: 'ups-example', family: 'jobs', sections });
        const none = { id: '', line: '', unit: '', receivers: [], table: [], chosen: [] };
        for (const config of [{}, { id: 'x', receivers: '192.0.2.1', unit: 'u1' }]) {
            const plain = { name: '', detailed: false, ...none };
            assert.deepEqual(readSettings(example, config), plain);
            assert.deepEqual(readLeniently(example, config), plain);
        }
        assert.deepEqual(readOrDefaults(example, { detailed: true }).settings, { name: '', detailed: true, ...none });
    });

    it('knows settings that count in several cases, and texts that are needed in some', () => {
        const sender = declareNode({
            type: 'ups-example',
            family: 'jobs',
            sections: [
                section('', {
                    action: choice(['tell', 'execute'], { default: 'tell' }),
                    broadcast: tick({ default: false }),
                    transport: choice(['tcp', 'udp'], { default: 'tcp', when: { broadcast: false } }),
                    copies: whole({ min: 1, max: 10, default: 1, when: [{ broadcast: true }, { transport: 'udp' }] }),
                    text: text({ suggested: 'Mains failed', required: { action: 'execute' } }),
                }),
            ],
        });
        const copies = (config: object) => readSettings(sender, { copies: 3, ...config }).copies;
        assert.equal(copies({ transport: 'udp' }), 3);
        assert.equal(copies({ broadcast: true }), 3);
        assert.equal(copies({ transport: 'tcp' }), 1);
        assert.equal(sender.fields.text?.initial, 'Mains failed');
        assert.equal(readSettings(sender, { text: '  ' }).text, '');
        assert.equal(readSettings(sender, {}).text, '');
        assert.deepEqual(
            faultsOf(sender, { action: 'execute' }).map(({ property, code }) => [property, code]),
            [['text', 'config-missing']],
        );
        assert.deepEqual(faultsOf(sender, { action: 'execute', text: 'poweroff' }), []);
    });

    it('takes words and numbers for a tick, and neither an empty text nor another word', () => {
        const listens = (value: unknown) => readSettings(device, { ...good, listens: value }).listens;
        assert.deepEqual([true, 'true', 'ON', 1, '1', 'yes'].map(listens), [true, true, true, true, true, true]);
        assert.deepEqual([false, 'false', 'off', 0, undefined, null].map(listens), Array(6).fill(false));
        assert.deepEqual(refusal({ ...good, listens: '' })?.[2], 'tick');
        assert.deepEqual(refusal({ ...good, listens: 'perhaps' })?.[2], 'tick');
    });

    it('takes a word of the list for a choice, and names the list otherwise', () => {
        assert.equal(readSettings(device, { ...good, transport: ' tcp ' }).transport, 'tcp');
        assert.deepEqual(refusal({ ...good, transport: 'udp' })?.slice(1), ['transport', 'choice', 'udp']);
        const serial = { ups: 'u1', transport: 'serial', path: '/dev/ttyS0' };
        assert.equal(readSettings(device, { ...serial, baudRate: 9600 }).baudRate, '9600');
    });

    it('keeps secrets as they are, and out of every error', () => {
        assert.equal(readSettings(device, good, { password: ' a b ' }).password, ' a b ');
        assert.deepEqual(refusal(good, { password: 'far too long' }), ['config-invalid', 'password', 'length', '']);
    });

    it('holds settings against each other once each is right', () => {
        assert.deepEqual(refusal({ ...good, interval: 0.1, retries: 10 }), undefined);
        assert.deepEqual(refusal({ ...good, interval: 0.05, retries: 10 })?.[2], 'numberBetween');
        const [fault] = faultsOf(declareNode({ ...example(), checks: { a: () => ownFault('order') } }), {});
        assert.deepEqual([fault?.property, fault?.rule, fault?.own], ['a', 'order', true]);
    });

    it('lets an environment variable stand in every field of a stored flow', () => {
        const env = '${VALUE}';
        const stored = { ups: env, transport: env, host: env, port: env, interval: env, timeout: env, listens: env };
        assert.deepEqual(faultsOf(device, stored), []);
        // At runtime it is one that is not there.
        assert.deepEqual(refusal({ ...good, port: env })?.slice(0, 3), ['config-invalid', 'port', 'wholeBetween']);
        assert.deepEqual(refusal({ ...good, transport: env })?.slice(0, 3), ['config-invalid', 'transport', 'choice']);
        assert.deepEqual(refusal({ ...good, host: env })?.slice(0, 3), ['config-invalid', 'host', 'host']);
    });

    it('tells every fault at once, and of no secret where credentials are not known', () => {
        const faults = faultsOf(device, { port: 0, interval: 'x' });
        assert.deepEqual(
            faults.map(({ property }) => property),
            ['ups', 'host', 'port', 'interval'],
        );
        assert.deepEqual(faultsOf(device, good), []);
    });

    it('puts the default in the place of what is wrong for those who only look', () => {
        const read = readLeniently(device, { port: 'x', transport: 'udp', interval: 5 });
        assert.deepEqual([read.port, read.transport, read.interval], [161, 'tcp', 5]);
        assert.deepEqual([read.host, read.ups], ['', ''], 'what has to be filled in is nothing yet');
        const job = declareNode({
            type: 'ups-example',
            family: 'jobs',
            sections: [
                section('', { hosts: hosts({ required: true }), table: rows({ a: text() }, { atLeastOne: true }) }),
            ],
        });
        assert.deepEqual(readLeniently(job, { hosts: {} }), { name: '', hosts: [], table: [] });
    });

    it('puts the default in the place of what is wrong for a node that goes on, and tells each fault', () => {
        const unit = declareNode({
            type: 'ups-example',
            family: 'config',
            nameRequired: true,
            sections: [
                section('', {
                    rated: number({ min: 1, optional: true }),
                    load: number({ min: 1, optional: true }),
                    stale: seconds({ min: 1, default: 30 }),
                    dry: special({
                        initial: '',
                        empty: { value: false },
                        wrong: true,
                        isEmpty: (raw) => raw === undefined,
                        read: (raw) => (typeof raw === 'boolean' ? { value: raw } : { fault: invalid('tick', raw) }),
                        schema: {},
                    }),
                }),
            ],
            checks: {
                load: ({ rated, load }) => ((load ?? 0) > (rated ?? Infinity) ? invalid('number', load) : undefined),
            },
        });
        const read = (config: object) => {
            const { settings, faults } = readOrDefaults(unit, config);
            return [settings, faults.map(({ property }) => property)];
        };
        const right = { name: '', rated: 1000, load: undefined, stale: 30, dry: false };
        assert.deepEqual(read({ rated: 1000 }), [right, []]);
        assert.deepEqual(read({ rated: 1000, load: 2000 }), [right, ['load']]);
        const wrong = { rated: 1000, load: 2000, stale: 'x', dry: 'perhaps' };
        assert.deepEqual(read(wrong), [{ ...right, dry: true }, ['stale', 'dry', 'load']]);
    });

    it('for those who only look, what an environment variable will decide is its name in a text, else the default', () => {
        const job = declareNode({
            type: 'ups-example',
            family: 'jobs',
            sections: [
                section('', {
                    host: host(),
                    hosts: hosts(),
                    chosen: events(),
                    mode: choice(['tcp', 'udp'], { default: 'tcp' }),
                    on: tick({ default: false }),
                    port: port({ default: 161 }),
                }),
            ],
        });
        const stored = Object.fromEntries(Object.keys(job.fields).map((property) => [property, '${NAME}']));
        assert.deepEqual(readLeniently(job, { ...stored, name: '' }), {
            name: '',
            host: '${NAME}',
            hosts: ['${NAME}'],
            chosen: [],
            mode: 'tcp',
            on: false,
            port: 161,
        });
    });

    it('for those who only look, what must be filled in and is not is empty', () => {
        const job = declareNode({
            type: 'ups-example',
            family: 'jobs',
            sections: [
                section('', {
                    host: host({ required: true }),
                    hosts: hosts({ required: true }),
                    chosen: events({ atLeastOne: 'events' }),
                    table: rows({ name: text() }, { atLeastOne: true }),
                }),
            ],
        });
        assert.deepEqual(readLeniently(job, {}), { name: '', host: '', hosts: [], chosen: [], table: [] });
    });
});

const example = () => ({ type: 'ups-example', family: 'jobs', sections: [section('', { a: text() })] }) as const;

describe('lists and tables', () => {
    const job = declareNode({
        type: 'ups-example',
        family: 'jobs',
        sections: [
            section('', {
                broadcast: tick({ default: false }),
                hosts: hosts({ required: { broadcast: false } }),
                to: mails({ default: 'a@example.org' }),
                rows: rows(
                    {
                        name: text({ required: true }),
                        check: choice(['none', 'tcp'], { default: 'none' }),
                        port: port({ default: 22, when: { check: 'tcp' } }),
                    },
                    {
                        unique: { column: 'name', rule: 'names' },
                        check: (row) => (row.name === '?' ? invalid('text', '?') : undefined),
                    },
                ),
                events: events({ atLeastOne: 'events', default: ['power-fail'] }),
            }),
        ],
    });
    const faults = (config: object) =>
        faultsOf(job, { hosts: 'a', ...config }).map(({ property, rule }) => `${property} ${rule}`);

    it('splits hosts by lines, commas, semicolons and blanks', () => {
        assert.deepEqual(readSettings(job, { hosts: 'a, b:6003\n[2001:db8::1]:22;c' }).hosts, [
            'a',
            'b:6003',
            '[2001:db8::1]:22',
            'c',
        ]);
        assert.deepEqual(readSettings(job, { hosts: ['a', ' b '] }).hosts, ['a', 'b']);
    });

    it('asks for at least one host, unless another setting says otherwise', () => {
        assert.deepEqual(
            faultsOf(job, { hosts: ' , ' }).map(({ rule }) => rule),
            ['listEmpty'],
        );
        assert.deepEqual(faultsOf(job, { hosts: '', broadcast: true }), []);
        assert.deepEqual(faultsOf(job, { broadcast: true }), []);
        assert.deepEqual(
            faultsOf(job, {}).map(({ rule }) => rule),
            ['listEmpty'],
        );
    });

    it('names the entry that is wrong, without what may be a password before an @', () => {
        const [fault] = faultsOf(job, { hosts: 'a, http://me:secret@b' });
        assert.equal(fault?.rule, 'hostUrl');
        assert.equal(fault?.value, 'http://…@b');
        assert.deepEqual(faults({ hosts: 'a:70000' }), ['hosts hostPort']);
        assert.deepEqual(faults({ to: 'no address' }), ['to mail']);
        assert.deepEqual(faults({ to: '{{msg.topic}}, "Doe, J" <j@example.org>' }), []);
    });

    it('reads the rows of a table by its columns', () => {
        const read = readSettings(job, {
            hosts: 'a',
            rows: [
                { name: 'x', port: '5' },
                { name: 'y', check: 'tcp', port: '5' },
            ],
        });
        assert.deepEqual(read.rows, [
            { name: 'x', check: 'none', port: 22 },
            { name: 'y', check: 'tcp', port: 5 },
        ]);
        assert.deepEqual(faults({ rows: [{ name: '' }] }), ['rows required']);
        assert.deepEqual(faults({ rows: [{ name: 'x', check: 'tcp', port: 0 }] }), ['rows wholeBetween']);
        assert.deepEqual(faults({ rows: [{ name: 'x' }, { name: 'x' }] }), ['rows names']);
        assert.deepEqual(faults({ rows: [{ name: '?' }] }), ['rows text']);
        assert.deepEqual(faults({ rows: 'x' }), ['rows rows']);
        assert.deepEqual(faults({ rows: [{ name: '${NAME}', check: '${CHECK}' }] }), []);
    });

    it('has the events of a new node where there are none, and refuses an empty choice', () => {
        assert.deepEqual(readSettings(job, { hosts: 'a' }).events, ['power-fail']);
        assert.deepEqual(faults({ events: [] }), ['events events']);
    });
});

describe('a setting from an environment variable', () => {
    const table = declareNode({
        type: 'ups-example',
        family: 'jobs',
        sections: [
            section('', {
                hosts: rows({ address: text() }),
                chosen: events(),
                tls: reference('tls-config'),
            }),
        ],
    });

    it('may be a list, as JSON', () => {
        const given = { hosts: '[{"address": "a"}]', chosen: '["power-fail"]', tls: '' };
        const { hosts, chosen } = readSettings(table, given);
        assert.deepEqual([hosts, chosen], [[{ address: 'a' }], ['power-fail']]);
        assert.throws(() => readSettings(table, { chosen: 'power-fail' }), { code: 'config-invalid' });
    });

    it('stands in a flow as Node-RED replaces it, and no other way', () => {
        const faultyWith = (value: string) =>
            faultsOf(table, { hosts: value, chosen: value }).map(({ property }) => property);
        assert.deepEqual(faultyWith('${HOSTS}'), []);
        assert.deepEqual(faultyWith('$(HOSTS)'), []);
        for (const value of [' ${HOSTS}', '${MY HOSTS}', '$HOSTS']) assert.equal(faultyWith(value).length, 2, value);
    });

    it('no reference is also what programs write for none', () => {
        assert.equal(readSettings(table, { tls: false }).tls, '');
        assert.deepEqual(faultsOf(table, { tls: false }), []);
    });
});

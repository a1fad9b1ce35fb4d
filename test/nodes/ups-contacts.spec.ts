import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import type { UpsStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsContacts from '../../nodes/devices/ups-contacts';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import { eventuallyBy, eventuallyOnWire } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { helper, liveBy } from '../support/node-red';

interface Lamp {
    fill: string;
    text: string;
}

const CONTACTS = [
    { contact: 'power-fail', type: 'no' },
    { contact: 'battery-low', type: 'nc', input: 'K2' },
];

describe('ups-contacts', () => {
    let clock: FakeClock;
    let directory: string;
    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-contacts-node-'));
    });

    afterEach(async () => {
        await helper.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(over: object = {}, more: object[] = [], staleSeconds = 30) {
        const statuses: UpsStatus[] = [];
        const events: string[] = [];
        await helper.load(
            [upsSite, upsUnit, upsContacts, upsSimulator, upsEvent] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                {
                    id: 'unit1',
                    type: 'ups-unit',
                    name: 'UPS 1',
                    site: 'site1',
                    staleSeconds,
                    holdMinutes: 20,
                    loadVA: 500,
                },
                {
                    id: 'dev1',
                    type: 'ups-contacts',
                    ups: 'unit1',
                    name: 'relays',
                    interval: 0.1,
                    debounce: 20,
                    source: 'message',
                    contacts: CONTACTS,
                    wires: [['h1']],
                    ...over,
                },
                { id: 'ev1', type: 'ups-event', ups: 'unit1', events: [], wires: [['h2']] },
                { id: 'h1', type: 'helper' },
                { id: 'h2', type: 'helper' },
                ...more,
            ] as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message.payload as UpsStatus));
        (helper.getNode('h2') as Node).on('input', (message) => {
            const { event } = message as unknown as EventMessage;
            events.push(`${event.id} ${event.active ? 'on' : 'off'}`);
        });
        const node = helper.getNode('dev1') as unknown as {
            status: { args: [Lamp][]; thisValues: unknown[] };
            error: { callCount: number };
            receive(message: object): void;
        };
        const { unit } = helper.getNode('unit1') as unknown as { unit: UpsUnit };
        // The spy is shared by all nodes.
        const lamp = () => node.status.args.filter((_, call) => node.status.thisValues[call] === node).at(-1)?.[0];
        return { statuses, events, node, unit, lamp };
    }

    it('is unknown until it is told, and then raises and ends events', async () => {
        const { statuses, events, node, unit, lamp } = await load();
        await eventually(() => lamp()?.fill === 'grey');
        assert.equal(statuses.length, 0);
        node.receive({ payload: { 'power-fail': false, K2: true } });
        await eventually(() => lamp()?.fill === 'green');
        // The message comes a turn of the event loop after the lamp.
        await eventually(() => statuses.at(-1)?.output.source === 'normal');
        node.receive({ topic: 'power-fail', payload: true });
        await eventually(() => events.includes('power-fail on'));
        node.receive({ topic: 'K2', payload: false });
        await eventually(() => events.includes('battery-low on'));
        assert.deepEqual(statuses.at(-1)?.environment?.contacts, { 'power-fail': true, 'battery-low': true });
        const left = unit.remainingSeconds('smaller')! / 60;
        assert.ok(left > 19.8 && left <= 20, `${left} min by the hold time`);
        node.receive({ payload: { 'power-fail': 'off', K2: 'closed' } });
        await eventually(() => events.length === 4);
        assert.deepEqual([...events].sort(), ['battery-low off', 'battery-low on', 'power-fail off', 'power-fail on']);
    });

    it('says what is wrong with a message, through done', async () => {
        const { node, statuses } = await load();
        const errors: unknown[] = [];
        (helper.getNode('dev1') as unknown as NodeJS.EventEmitter).on('call:error', (call: { args: unknown[] }) =>
            errors.push(call.args[0]),
        );
        node.receive({ topic: 'K9', payload: true });
        node.receive({ topic: 'K2', payload: 'perhaps' });
        await eventually(() => errors.length === 2);
        assert.match(String(errors[0]), /K9/);
        assert.match(String(errors[1]), /perhaps/);
        assert.equal(statuses.length, 0);
    });

    it('shows a Modbus module that does not answer', async () => {
        const port = await freePort();
        const contacts = [{ contact: 'power-fail', type: 'no', input: '0' }];
        const { lamp } = await load({ source: 'modbus', host: '127.0.0.1', port, timeout: 0.2, contacts });
        await eventuallyOnWire(clock, () => lamp()?.fill === 'blue');
    });

    it('shows a serial port that is not there', async () => {
        const contacts = [{ contact: 'power-fail', type: 'no', input: 'CTS' }];
        const { lamp } = await load({ source: 'serial', path: join(directory, 'no-such-port'), contacts });
        await eventuallyOnWire(clock, () => lamp()?.fill === 'blue');
    });

    for (const [what, over] of [
        ['no contacts', { contacts: [] }],
        ['no unit', { ups: '' }],
        ['a wrong priority', { priority: 10 }],
        ['no host', { source: 'modbus', contacts: [{ contact: 'overload', type: 'no', input: '1' }] }],
        [
            'a wrong line',
            { source: 'serial', path: '/dev/null', contacts: [{ contact: 'overload', type: 'no', input: 'RI' }] },
        ],
        ['a wrong source', { source: 'telepathy' }],
    ] as const) {
        it(`with ${what} says so once, and sends nothing`, async () => {
            const { node, lamp, statuses } = await load(over);
            assert.equal(node.error.callCount, 1);
            assert.equal(lamp()?.fill, 'red');
            assert.equal(statuses.length, 0);
        });
    }

    it('closes without leaving a timer that reads on', async () => {
        const { node, statuses } = await load();
        node.receive({ payload: { 'power-fail': false } });
        await eventually(() => statuses.length > 0);
        await helper.unload();
        const before = statuses.length;
        await clock.advance(1000);
        assert.equal(statuses.length, before);
    });

    describe('beside another device on one unit', () => {
        const simulator = (priority: number) => [
            {
                id: 'sim1',
                type: 'ups-simulator',
                name: 'card',
                ups: 'unit1',
                interval: 0.1,
                priority,
                loads: [],
                wires: [[]],
            },
        ];
        const say = (topic: string, payload: unknown) =>
            (helper.getNode('sim1') as unknown as { receive(message: object): void }).receive({ topic, payload });
        const leader = (unit: UpsUnit) => unit.pathViews.find(({ leads }) => leads)?.name;

        it('takes over at once when the leader is silent, without an event, and gives way again', async () => {
            const { node, unit, events } = await load({ priority: 2 }, simulator(1));
            node.receive({ payload: { 'power-fail': false, K2: true } });
            await eventually(() => leader(unit) === 'card' && unit.pathViews[1]?.state === 'ready');
            say('fault', { alarm: 'fan-failure', on: true });
            await eventually(() => events.includes('fan-failure on'));
            say('silent', true);
            await eventually(() => leader(unit) === 'relays');
            assert.deepEqual(
                unit.pathViews.map(({ name, state, leads }) => [name, state, leads]),
                [
                    ['card', 'waiting', false],
                    ['relays', 'ready', true],
                ],
            );
            await eventually(() => unit.status()?.alarmsTold?.includes('on-battery'));
            assert.deepEqual(events, ['fan-failure on'], 'contacts cannot tell fans');
            say('silent', false);
            await eventually(() => leader(unit) === 'card' && unit.status()?.alarmsTold === undefined);
            assert.deepEqual(events, ['fan-failure on']);
        });

        it('carries an outage on, and ends it', async () => {
            const { node, unit, events } = await load({ priority: 2 }, simulator(1));
            node.receive({ payload: { 'power-fail': false, K2: true } });
            await eventually(() => leader(unit) === 'card');
            say('mains', false);
            node.receive({ topic: 'power-fail', payload: true });
            await eventually(() => events.includes('power-fail on'));
            say('silent', true);
            await eventually(() => unit.status()?.alarmsTold?.includes('on-battery'));
            assert.ok(!events.some((event) => event.endsWith(' off')), events.join());
            node.receive({ topic: 'power-fail', payload: false });
            await eventually(() => events.includes('power-fail off'));
        });

        it('loses communication only when both are silent', async () => {
            const { node, unit, events } = await load({ priority: 2, maxAge: 1 }, simulator(1), 1);
            node.receive({ payload: { 'power-fail': false, K2: true } });
            say('silent', true);
            await eventually(() => leader(unit) === 'relays');
            assert.equal(events.length, 0);
            await eventually(() => events.includes('communication-lost on'));
            assert.equal(leader(unit), undefined);
        });

        it('shows both ways to the sidebar', async () => {
            const { node, unit } = await load({ priority: 2 }, simulator(1));
            node.receive({ payload: { 'power-fail': false, K2: true } });
            await eventually(() => unit.pathViews.every(({ state }) => state === 'ready'));
            const response = await helper.request().get('/ridethrough/units');
            assert.deepEqual(response.body[0].ways, [
                { nodeId: 'sim1', name: 'card', state: 'ready', indicator: 'ok', leads: true, intervalMs: 100 },
                { nodeId: 'dev1', name: 'relays', state: 'ready', indicator: 'ok', leads: false, intervalMs: 100 },
            ]);
        });
    });
});

import assert from 'node:assert/strict';
import type { ServedUps } from '../../../../lib/core/served/served-ups';
import { HomeAssistantMode } from '../../../../lib/protocols/mqtt/home-assistant-mode';
import type { CommandOutcome, ServedName } from '../../../../lib/protocols/mqtt/mode';
import { PlainMode } from '../../../../lib/protocols/mqtt/plain-mode';
import { MqttServer, type MqttServing } from '../../../../lib/protocols/mqtt/server';
import { deadbandsWith } from '../../../../lib/protocols/mqtt/told-values';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryBroker } from '../../../support/mqtt-memory';
import { eventOf, servedSample } from '../../../support/served-sample';

class Bench {
    readonly clock = new FakeClock();
    readonly broker = new MemoryBroker();
    readonly upses = new Map<string, ServedUps>();
    readonly orders: [string, unknown][] = [];
    readonly refused: string[] = [];
    left: readonly string[] = [];
    outcome: Promise<CommandOutcome> = Promise.resolve({ ok: true, text: 'done', order: 0 });
    server: MqttServer;

    constructor(prefix = 'rt', commands = false, homeAssistant = false) {
        this.server = this.serverWith(prefix, commands, homeAssistant);
    }

    serverWith(topicPrefix: string, commands = false, homeAssistant = false): MqttServer {
        const { clock, broker } = this;
        const options = { topicPrefix, commands, version: '1', now: () => clock.now() };
        const mode = homeAssistant
            ? new HomeAssistantMode(
                  { ...options, discoveryPrefix: 'homeassistant', supports: () => true },
                  deadbandsWith([]),
              )
            : new PlainMode(options, deadbandsWith([]));
        return new MqttServer({
            ...{ clock, open: broker.open, clientId: 'rt1', mode, serving: this.serving(), changed: () => {} },
        });
    }

    serving(upses: readonly ServedName[] = [{ id: 'u1', level: 'UPS_1' }]): MqttServing {
        return {
            upses,
            of: (id) => this.upses.get(id),
            order: (id, order) => {
                this.orders.push([id, order]);
                return this.outcome;
            },
            refused: (reason) => this.refused.push(reason),
            left: { get: () => this.left, keep: (topics) => (this.left = [...topics]) },
        };
    }

    set(over: Partial<ServedUps> = {}, id = 'u1'): void {
        this.upses.set(id, servedSample({ ...over, id }));
        this.server.touch(id);
    }

    /** Short `topic payload`; a status by what is in `on_battery`. */
    told(): string[] {
        return this.broker.taken().map(({ topic, payload }) => {
            const text = String(payload);
            if (text.startsWith('{') && topic.endsWith('/status'))
                return `${topic} ${String((JSON.parse(text) as { on_battery?: boolean }).on_battery)}`;
            if (topic.endsWith('/event')) {
                const { id, late } = JSON.parse(text) as { id: string; late?: true };
                return `${topic} ${id}${late ? ' late' : ''}`;
            }
            return `${topic} ${topic.endsWith('/config') && text ? 'config' : text}`.trim();
        });
    }

    async start(): Promise<void> {
        this.server.start();
        await this.clock.advance(100);
    }
}

const ONLINE = 'rt/state online';
const ALL = [ONLINE, 'rt/UPS_1/status false', 'rt/UPS_1/availability online'];

describe('MqttServer', () => {
    let bench: Bench;
    beforeEach(() => {
        bench = new Bench();
        bench.set();
    });

    it('tells that it is there, and each UPS; later on what has changed', async () => {
        await bench.start();
        assert.deepEqual(bench.told(), ALL);
        bench.set();
        await bench.clock.advance(1000);
        assert.deepEqual(bench.told(), []);
        bench.set({ onBattery: true });
        await bench.clock.advance(50);
        assert.deepEqual(bench.told(), ['rt/UPS_1/status true']);
    });

    it('tells an event at once, behind the values that it goes with', async () => {
        await bench.start();
        bench.told();
        bench.set({ onBattery: true });
        bench.server.event('u1', eventOf('power-fail'));
        assert.deepEqual(bench.told(), ['rt/UPS_1/status true', 'rt/UPS_1/event power-fail']);
    });

    it('comes again, later and later, and tells all that holds then and every event', async () => {
        await bench.start();
        bench.told();
        bench.broker.isDown = true;
        bench.broker.cut();
        assert.deepEqual(bench.told(), ['rt/state offline'], 'the will');
        assert.equal(bench.server.state.state, 'waiting');
        for (const onBattery of [true, false, true]) bench.set({ onBattery });
        bench.server.event('u1', eventOf('power-fail'));
        bench.server.event('u1', { ...eventOf('power-fail'), active: false });
        await bench.clock.advance(60_000);
        assert.equal(bench.broker.clientIds.length, 1 + 4 + 3, '1, 2, 4, 8, then each 15 s');
        assert.deepEqual(bench.server.waiting, { events: 2, lostEvents: 0, upses: 1 });
        bench.broker.isDown = false;
        await bench.clock.advance(15_100);
        assert.deepEqual(bench.told(), [
            ...[ONLINE, 'rt/UPS_1/status true', 'rt/UPS_1/availability online'],
            ...['rt/UPS_1/event power-fail late', 'rt/UPS_1/event power-fail late'],
        ]);
        assert.deepEqual(bench.server.waiting, { events: 0, lostEvents: 0, upses: 0 });
        assert.equal(new Set(bench.broker.clientIds).size, 1);
    });

    it('asks a broker that takes it and cuts it no more often than one that is down', async () => {
        await bench.start();
        for (let second = 0; second < 600; second++) {
            bench.broker.cut();
            await bench.clock.advance(1000);
        }
        assert.equal(bench.broker.clientIds.length, 1 + 4 + 39, '1, 2, 4, 8, then each 15 s');
        await bench.clock.advance(35_000);
        assert.deepEqual(
            [bench.server.state.state, 'isSteady' in bench.server.state && bench.server.state.isSteady],
            ['ready', true],
        );
        const before = bench.broker.clientIds.length;
        bench.broker.cut();
        await bench.clock.advance(1100);
        assert.equal(bench.broker.clientIds.length, before + 1, 'soon again');
    });

    it('keeps a thousand events, the latest ones', async () => {
        for (let n = 0; n < 1200; n++) bench.server.event('u1', eventOf(`e${n}`));
        assert.deepEqual(bench.server.waiting, { events: 1000, lostEvents: 200, upses: 1 });
        await bench.start();
        await bench.clock.advance(1000);
        const events = bench.told().filter((told) => told.includes('/event'));
        assert.deepEqual(
            [events.length, events[0], events.at(-1)],
            [...[1000, 'rt/UPS_1/event e200 late', 'rt/UPS_1/event e1199 late']],
        );
    });

    it('sends an event again that the broker has not acknowledged', async () => {
        await bench.start();
        bench.told();
        bench.broker.isStuck = true;
        bench.server.event('u1', eventOf('power-fail'));
        bench.broker.cut();
        bench.broker.isStuck = false;
        await bench.clock.advance(1100);
        assert.ok(bench.told().includes('rt/UPS_1/event power-fail late'));
    });

    it('asks a broker that takes nothing for no more than it has under way, and tells the last values then', async () => {
        const names = Array.from({ length: 2000 }, (_, n) => ({ id: `n${n}`, level: `n${n}` }));
        for (const { id } of names) bench.upses.set(id, servedSample({ id }));
        bench.server = bench.serverWith('rt');
        bench.server.serve(bench.serving(names));
        bench.server.start();
        await bench.clock.advance(5);
        const soon = bench.broker.taken().length;
        assert.ok(soon > 100 && soon < 1500, `${soon} in the first 5 ms`);
        await bench.clock.advance(200);
        assert.equal(soon + bench.broker.taken().length, 1 + 2 * 2000);
        bench.broker.isStuck = true;
        for (const { id } of names) bench.set({ onBattery: true }, id);
        await bench.clock.advance(10_000);
        assert.equal(bench.server.published, 1 + 4000 + 500);
        assert.equal(bench.server.waiting.upses, 1500);
    });

    it('serves on over a deploy without a word, and takes back what is gone', async () => {
        await bench.start();
        bench.told();
        bench.server.serve(bench.serving());
        await bench.clock.advance(1000);
        assert.deepEqual(bench.told(), []);
        bench.server.serve(bench.serving([{ id: 'u1', level: 'Hall' }]));
        await bench.clock.advance(1000);
        assert.deepEqual(bench.told(), [
            ...['rt/UPS_1/status', 'rt/UPS_1/availability'],
            ...['rt/Hall/status false', 'rt/Hall/availability online'],
        ]);
        assert.deepEqual([...bench.broker.retained.keys()], ['rt/state', 'rt/Hall/status', 'rt/Hall/availability']);
    });

    it('takes back in another process what a former prefix and mode have left', async () => {
        bench = new Bench('rt', false, true);
        bench.set();
        await bench.start();
        assert.ok(bench.broker.retained.has('homeassistant/device/ridethrough_u1/config'));
        await bench.server.stop();
        bench.server = bench.serverWith('power');
        await bench.start();
        assert.deepEqual([...bench.broker.retained.keys()].sort(), [
            ...['power/UPS_1/availability', 'power/UPS_1/status', 'power/state'],
        ]);
    });

    it('says that it ends, and leaves nothing if its node is removed', async () => {
        await bench.start();
        bench.told();
        await bench.server.stop();
        assert.deepEqual(bench.told(), ['rt/state offline']);
        assert.deepEqual([bench.broker.connected, bench.clock.pending], [0, 0]);
        bench.server = bench.serverWith('rt');
        await bench.start();
        await bench.server.stop(true);
        assert.deepEqual([[...bench.broker.retained.keys()], bench.left], [[], []]);
    });

    it('ends although the broker takes nothing any more', async () => {
        await bench.start();
        bench.broker.isStuck = true;
        bench.server.event('u1', eventOf('power-fail'));
        const stopped = bench.server.stop();
        await bench.clock.advance(2100);
        await stopped;
        assert.equal(bench.clock.pending, 0);
    });

    it('carries out a command, and tells what came of it; more than it can do are refused', async () => {
        bench = new Bench('rt', true);
        bench.set();
        await bench.start();
        bench.told();
        bench.broker.send('rt/UPS_1/command', '{"type":"test"}');
        await bench.clock.advance(10);
        assert.deepEqual(bench.orders, [['u1', { type: 'test' }]]);
        assert.match(bench.told().at(-1)!, /^rt\/UPS_1\/result \{"ok":true,"text":"done"/);
        bench.outcome = new Promise(() => {});
        for (let n = 0; n < 20; n++) bench.broker.send('rt/UPS_1/command', '{}');
        await bench.clock.advance(10);
        assert.equal(bench.orders.length, 1 + 8);
        assert.deepEqual([...new Set(bench.refused)], ['too-many']);
    });

    it('gives up an event that the broker refuses, and says so', async () => {
        bench.broker.refuses = (topic) => topic.endsWith('/event');
        await bench.start();
        bench.server.event('u1', eventOf('power-fail'));
        await bench.clock.advance(100);
        assert.equal(bench.server.waiting.events, 0);
        assert.deepEqual(bench.refused, ['publication']);
    });

    it('goes on if it may not subscribe, and says so', async () => {
        bench = new Bench('rt', true);
        bench.broker.forbids = () => true;
        bench.set();
        await bench.start();
        assert.deepEqual(bench.refused, ['subscription']);
        assert.deepEqual(bench.told(), ALL);
    });

    it('tells Home Assistant everything when that has started, however often it says so', async () => {
        bench = new Bench('rt', false, true);
        bench.set();
        await bench.start();
        bench.told();
        for (let n = 0; n < 100; n++) bench.broker.send('homeassistant/status', 'online');
        await bench.clock.advance(1000);
        assert.deepEqual(
            bench.told().filter((told) => !told.includes('homeassistant/status')),
            [
                ...[ONLINE, 'homeassistant/device/ridethrough_u1/config config'],
                ...['rt/UPS_1/status false', 'rt/UPS_1/availability online'],
            ],
        );
    });

    it('tries again if a connection cannot even be made', async () => {
        const { clock, broker } = bench;
        let fails = true;
        const mode = new PlainMode(
            { topicPrefix: 'rt', commands: false, version: '', now: () => 0 },
            deadbandsWith([]),
        );
        const server = new MqttServer({
            ...{ clock, clientId: 'rt1', mode, serving: bench.serving(), changed: () => {} },
            open: (wanted, events) => {
                if (fails) throw new Error('bad key');
                return broker.open(wanted, events);
            },
        });
        server.start();
        assert.equal(server.state.state, 'waiting');
        fails = false;
        await clock.advance(1100);
        assert.equal(server.state.state, 'ready');
    });
});

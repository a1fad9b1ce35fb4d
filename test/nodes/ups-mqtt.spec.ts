import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { decodePayload } from '../../lib/protocols/sparkplug/payload';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsMqtt from '../../nodes/servers/ups-mqtt';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { fakeTime } from '../support/fake-time';
import { assertDiscovery } from '../support/home-assistant-schema';
import { WireBroker } from '../support/mqtt-broker';
import { helper, theFlow } from '../support/node-red';

const mqttBroker: unknown = require('@node-red/nodes/core/network/10-mqtt');
const NODES = [mqttBroker, upsSite, upsUnit, upsMqtt] as never;
const LOGIN = { username: 'ups-user', password: 'geheim-broker' };
const SECRETS = { broker1: { user: LOGIN.username, password: LOGIN.password } } as never;

describe('ups-mqtt', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let broker: WireBroker;
    let driver: FakeDriver;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-mqtt-'));
        broker = await WireBroker.start();
        broker.login = LOGIN;
    });
    afterEach(async () => {
        await time.unload();
        await time.clock.advance(46_000);
        await broker.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    const flowOf = (mqtt: object = {}, site: object = {}, unit: object = {}, config: object = {}) => [
        { id: 'f', type: 'tab' },
        { id: 'site1', type: 'ups-site', name: 'Hall', location: 'Cellar', directory, ...site },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0, ...unit },
        { id: 'broker1', type: 'mqtt-broker', name: '', broker: '127.0.0.1', port: broker.port, ...config },
        { id: 'mqtt1', type: 'ups-mqtt', z: 'f', site: 'site1', broker: 'broker1', ...mqtt },
    ];
    async function load(...given: Parameters<typeof flowOf>): Promise<void> {
        await helper.load(NODES, flowOf(...given) as never, SECRETS);
        driver = new FakeDriver();
        (theFlow().registry.units()[0] as UpsUnit).addDriver(
            'driver1',
            driver,
            () => {},
            () => {},
        );
    }
    async function read(reading: () => PartialStatus, seconds = 3): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            driver.read(reading());
            await time.clock.advance(1000);
        }
    }
    const kept = (topic: string) => {
        const text = broker.memory.retained.get(topic);
        return text === undefined ? undefined : Buffer.from(text, 'latin1').toString();
    };
    const status = () => JSON.parse(kept('ridethrough/UPS_1/status') ?? '{}') as Record<string, unknown>;
    const calls = (what: 'status' | 'warn' | 'error') =>
        (helper.getNode('mqtt1')[what] as unknown as { args: unknown[][] }).args.map(([told]) => told);
    const shown = () => calls('status').map((told) => (told as { text?: string }).text ?? '');
    const log = () =>
        theFlow()
            .registry.sites()[0]!
            .store.logEntries()
            .map(({ text }) => text);
    const where = () => `127.0.0.1:${broker.port}`;
    /** Fails by a connection that is ended, or made anew. */
    const sinceNow = () => {
        const before = broker.logins.length;
        return () => broker.logins.length - before;
    };

    it('tells a UPS with the log-in of the broker node, and shows where', async () => {
        await load();
        await eventually(() => shown().at(-1) === `${where()} · 1`);
        assert.equal(kept('ridethrough/state'), 'online');
        assert.equal(kept('ridethrough/UPS_1/availability'), 'offline', 'no reading yet');
        await read(onMains);
        await eventually(() => status().battery_charge === 100);
        assert.deepEqual([status().site, status().location, status().on_battery], ['Hall', 'Cellar', false]);
        assert.equal(kept('ridethrough/UPS_1/availability'), 'online');
        const [{ username, clientId }] = broker.logins as [{ username: string; clientId: string }];
        assert.equal(username, LOGIN.username);
        assert.match(clientId, /^rt[0-9a-f]{20}$/);
        const [server] = (await helper.request().get('/ridethrough/servers').expect(200)).body as [
            { at: object; publishes: { mode: string; upses: number; messages: number } },
        ];
        assert.deepEqual(server.at, { address: '127.0.0.1', port: broker.port });
        assert.deepEqual([server.publishes.mode, server.publishes.upses], ['plain', 1]);
    });

    it('tells an outage and its events, and that a UPS is silent on mains', async () => {
        await load();
        await read(onMains);
        await eventually(() => status().on_battery === false);
        await read(onBattery);
        await eventually(() => status().on_battery === true);
        const events = () =>
            broker.memory.log
                .filter(({ topic }) => topic === 'ridethrough/UPS_1/event')
                .map(({ payload }) => JSON.parse(String(payload)) as { id: string; active: boolean; text: string });
        await eventually(() => events().length > 0);
        assert.deepEqual([events()[0]!.id, events()[0]!.active], ['power-fail', true]);
        await read(onMains);
        await eventually(() => status().on_battery === false);
        await time.clock.advance(15_000);
        await eventually(() => kept('ridethrough/UPS_1/availability') === 'offline');
        assert.deepEqual([status().knowledge, status().battery_charge], ['silent', undefined]);
    });

    it('is a device of Home Assistant, which goes with the node', async () => {
        await load({ mode: 'homeassistant' });
        await read(onMains);
        const topic = 'homeassistant/device/ridethrough_unit1/config';
        const config = await eventually(() => kept(topic));
        assert.equal(assertDiscovery(config).dev.name, 'UPS 1');
        const node = helper.getNode('mqtt1') as unknown as { close(removed: boolean): Promise<void> };
        let over = false;
        void node.close(true).then(() => (over = true));
        await eventually(() => over);
        assert.deepEqual([...broker.memory.retained.keys()], []);
    });

    it('keeps its connection over a deploy, and tells nothing of it', async () => {
        await load();
        await read(onMains);
        await eventually(() => status().battery_charge === 100);
        const connections = sinceNow();
        broker.memory.log.splice(0);
        await time.unload();
        await load({}, {}, { staleSeconds: 11 });
        await read(onMains);
        await read(onMains, 50);
        assert.equal(connections(), 0);
        const told = broker.memory.log.filter(({ topic }) => !topic.endsWith('/status')).map(({ topic }) => topic);
        assert.deepEqual(told, []);
        await read(onBattery);
        await eventually(() => status().on_battery === true);
    });

    it('takes back the topics of a former name and mode', async () => {
        await load({ mode: 'homeassistant' });
        await read(onMains);
        await eventually(() => broker.memory.retained.size === 4);
        await time.unload();
        await load({ topicPrefix: 'power' }, {}, { name: 'Rack' });
        await read(onMains);
        await eventually(() => kept('power/state') === 'online');
        await eventually(() => broker.memory.retained.size === 3);
        assert.deepEqual([...broker.memory.retained.keys()].sort(), [
            ...['power/Rack/availability', 'power/Rack/status', 'power/state'],
        ]);
        assert.equal(broker.connections, 1);
    });

    it('takes no command unless they are on; then each is one entry of the event log, and in a dry run it is only said', async () => {
        const order = () => broker.memory.send('ridethrough/UPS_1/command', '{"type":"test","test":"quick"}');
        const results = () => broker.memory.log.filter(({ topic }) => topic === 'ridethrough/UPS_1/result');
        await load();
        await read(onMains);
        order();
        await read(onMains);
        assert.deepEqual(driver.executed, []);
        await time.unload();
        await load({ commands: true });
        await read(onMains);
        await eventually(() => shown().includes(`${where()} · 1`));
        order();
        await eventually(() => results().length === 1);
        assert.deepEqual(driver.executed, [{ type: 'test', test: 'quick' }]);
        assert.equal(log().filter((text) => text.includes(`MQTT (${where()})`)).length, 1);
        const { ok, order: given } = JSON.parse(String(results()[0]!.payload)) as { ok: boolean; order: object };
        assert.deepEqual([ok, given], [true, { type: 'test', test: 'quick' }]);
        broker.memory.send('ridethrough/UPS_1/command', '{"type":"explode"}');
        await eventually(() => results().length === 2);
        assert.equal((JSON.parse(String(results()[1]!.payload)) as { ok: boolean }).ok, false);
        await time.unload();
        await load({ commands: true }, { dryRun: true });
        await read(onMains);
        order();
        await eventually(() => results().length === 3);
        assert.deepEqual(driver.executed, []);
        assert.equal((JSON.parse(String(results()[2]!.payload)) as { dryRun: boolean }).dryRun, true);
    });

    it('is an edge node of Sparkplug, whose bdSeq goes on over a restart', async () => {
        const bdSeqs = () =>
            broker.memory.log.flatMap(({ topic, payload }) =>
                topic === 'spBv1.0/UPS/NBIRTH/ridethrough'
                    ? [decodePayload(payload as Uint8Array)!.metrics.find(({ name }) => name === 'bdSeq')!.value]
                    : [],
            );
        await load({ mode: 'sparkplug' });
        await read(onMains);
        await eventually(() => broker.memory.log.some(({ topic }) => topic.endsWith('/DBIRTH/ridethrough/UPS_1')));
        await time.unload();
        await time.clock.advance(46_000);
        await eventually(() => broker.connections === 0);
        await load({ mode: 'sparkplug' });
        await eventually(() => bdSeqs().length === 2);
        assert.deepEqual(bdSeqs(), [0, 1]);
    });

    it('waits for its primary host, and shows it', async () => {
        await load({ mode: 'sparkplug', primaryHost: 'SCADA' });
        await eventually(() => shown().at(-1)?.includes('waitsForHost'));
        broker.memory.send('spBv1.0/STATE/SCADA', JSON.stringify({ online: true, timestamp: 1 }));
        await eventually(() => shown().at(-1) === `${where()} · 1`);
    });

    it('shows a broker that is gone, and one that refuses the log-in, without a secret anywhere', async () => {
        await load();
        await read(onMains);
        await eventually(() => status().battery_charge === 100);
        broker.login = { ...LOGIN, password: 'another' };
        broker.cut();
        await eventually(() => shown().at(-1)?.includes('login-refused'));
        assert.equal(kept('ridethrough/state'), 'offline', 'the will');
        broker.login = LOGIN;
        await eventually(() => shown().at(-1) === `${where()} · 1`);
        assert.equal(kept('ridethrough/state'), 'online');
        await broker.stop();
        await eventually(() => shown().at(-1)?.includes('host-unreachable'));
        const all = JSON.stringify([log(), shown(), calls('warn'), calls('error')]);
        for (const secret of Object.values(LOGIN)) assert.ok(!all.includes(secret), all);
        broker = await WireBroker.start();
    });

    it('connects anew when the broker is another one, and leaves nothing at the former', async () => {
        await load({ mode: 'homeassistant' });
        await read(onMains);
        await eventually(() => broker.memory.retained.size === 4);
        const other = await WireBroker.start();
        await time.unload();
        await load({ mode: 'homeassistant' }, {}, {}, { port: other.port });
        await read(onMains);
        await eventually(() => other.memory.retained.size === 4);
        await eventually(() => broker.connections === 0);
        assert.deepEqual([...broker.memory.retained.keys()], []);
        await time.unload();
        await time.clock.advance(46_000);
        await other.stop();
    });

    it('asks for a broker that is not there', async () => {
        await helper.load(NODES, flowOf({ broker: 'gone' }) as never, SECRETS);
        await eventually(() => calls('error').length > 0);
        assert.ok(JSON.stringify(calls('error')).includes('broker'));
    });
});

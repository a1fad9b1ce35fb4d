import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsBacnetServer from '../../nodes/servers/ups-bacnet-server';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsUnit, upsBacnetServer] as never;
/** ReadProperty of present values: charge, output source, alarm "communications lost"; and their answers. */
const CHARGE = '0005010c0c000003e91955';
const SOURCE = '0005020c0c04c003ea1955';
const charge = (real: string) => `30010c0c000003e919553e44${real}3f`;
const source = (state: string) => `30020c0c04c003ea19553e21${state}3f`;
const [FULL, NINETY, NAN] = ['42c80000', '42b40000', '7fc00000'];
/** SubscribeCOV of process 1 to the alarm "on battery", unconfirmed, for ever. */
const SUBSCRIBE = '0005030509011c00c003ea2900';
const onBatteryTold = (state: string, flags = '00') =>
    `100209011c020004d22c00c003ea39004e09552e91${state}2f096f2e8204${flags}2f4f`;
/** WriteProperty of "shut down" to the output. */
const SHUT_DOWN = '0005040f0c04c003f519553e21033f';

describe('ups-bacnet-server', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let driver: FakeDriver;
    let client: Socket;
    let got: string[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-bacnet-'));
        port = await freePort();
        client = createSocket('udp4');
        got = [];
        client.on('message', (frame) => got.push(frame.subarray(6).toString('hex')));
        client.bind(0, '127.0.0.1');
        await once(client, 'listening');
    });
    afterEach(async () => {
        client.close();
        await time.unload();
        await time.clock.advance(46_000);
        rmSync(directory, { recursive: true, force: true });
    });

    const unit = () => theFlow().registry.units()[0] as UpsUnit;
    const flowOf = (server: object = {}, site: object = {}) => [
        { id: 'f', type: 'tab' },
        { id: 'site1', type: 'ups-site', name: 'Hall', location: 'Cellar', directory, ...site },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0 },
        {
            id: 'device1',
            type: 'ups-bacnet-server',
            z: 'f',
            site: 'site1',
            serves: [{ number: 1, ups: 'UPS 1' }],
            deviceId: 1234,
            address: '127.0.0.1',
            port,
            ...server,
        },
    ];
    async function load(...given: Parameters<typeof flowOf>): Promise<void> {
        await helper.load(NODES, flowOf(...given) as never, { device1: { password: 'geheim' } } as never);
        driver = new FakeDriver();
        unit().addDriver(
            'driver1',
            driver,
            () => {},
            () => {},
        );
        await eventually(() => shown().some((text) => /^127\.0\.0\.1:\d+ ·/.test(text)));
    }
    async function read(reading: () => PartialStatus, seconds = 3): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            driver.read(reading());
            await time.clock.advance(1000);
        }
    }
    const calls = (what: 'status' | 'warn' | 'error') =>
        (helper.getNode('device1')[what] as unknown as { args: unknown[][] }).args.map(([told]) => told);
    const lastStatus = () => calls('status').at(-1) as { fill?: string; text?: string };
    const shown = () => calls('status').map((told) => (told as { text?: string }).text ?? '');
    const log = () =>
        theFlow()
            .registry.sites()[0]!
            .store.logEntries()
            .map(({ text }) => text);
    const send = (apdu: string) => {
        got.length = 0;
        const bytes = Buffer.from(apdu, 'hex');
        client.send(Buffer.concat([Buffer.from([0x81, 0x0a, 0, bytes.length + 6, 1, 4]), bytes]), port, '127.0.0.1');
    };
    async function ask(apdu: string): Promise<string> {
        send(apdu);
        await eventually(() => got.length > 0);
        return got.shift()!;
    }

    it('serves a UPS, and shows where it listens and who asks', async () => {
        await load();
        await read(onMains);
        assert.equal(await ask(CHARGE), charge(FULL));
        assert.equal(await ask(SOURCE), source('03'));
        assert.equal(shown().at(-1), `127.0.0.1:${port} · 1`);
        await read(onBattery);
        assert.equal(await ask(CHARGE), charge(NINETY));
        assert.equal(await ask(SOURCE), source('05'));
        // Location of the device: that of the site.
        const cellar = Buffer.from('Cellar').toString('hex');
        assert.equal(await ask('0005050c0c020004d2193a'), `30050c0c020004d2193a3e750700${cellar}3f`);
        const [server] = (await helper.request().get('/ridethrough/servers').expect(200)).body as [
            { at: object; name: string; clients: { address: string; lastRequest: string }[] },
        ];
        assert.deepEqual([server.at, server.name], [{ address: '127.0.0.1', port }, 'BACnet 1234']);
        assert.deepEqual(
            server.clients.map(({ address, lastRequest }) => [address, lastRequest]),
            [['127.0.0.1', 'ReadProperty device 1234']],
        );
    });

    it('has no value in silence on mains, and stays on battery in a silent outage', async () => {
        await load();
        await read(onMains);
        await time.clock.advance(15_000);
        assert.equal(await ask(CHARGE), charge(NAN));
        // Reliability 12, communication-failure.
        assert.equal(await ask('0005060c0c000003e91967'), '30060c0c000003e919673e910c3f');
        await read(onBattery);
        await time.clock.advance(15_000);
        assert.equal(await ask(SOURCE), source('05'));
        assert.equal(await ask('0005060c0c000003e91967'), '30060c0c000003e919673e91003f');
    });

    it('tells a subscriber of an outage within 100 ms, also after a deploy and after a kill', async () => {
        await load();
        await read(onMains);
        assert.equal(await ask(SUBSCRIBE), '200305');
        await time.clock.advance(20);
        await eventually(() => got.length > 0);
        assert.deepEqual(got.splice(0), [onBatteryTold('00')]);
        driver.read(onBattery());
        await time.clock.advance(100);
        await eventually(() => got.length > 0);
        assert.deepEqual(got.splice(0), [onBatteryTold('01')]);
        await time.unload();
        await load();
        await read(onBattery);
        await read(onMains);
        await eventually(() => got.length > 0);
        assert.deepEqual(got.splice(0), [onBatteryTold('00')]);
        // What a new process finds in the journal.
        await time.unload();
        await time.clock.advance(46_000);
        got.length = 0;
        await load();
        await read(onMains);
        await eventually(() => got.length > 0);
        assert.deepEqual(got.splice(0), [onBatteryTold('00')]);
    });

    it('carries out what is written by who may, with an entry in the log; in a dry run it is only said', async () => {
        await load({ writes: true, writers: '127.0.0.1' });
        await read(onMains);
        assert.equal(await ask(SHUT_DOWN), '20040f');
        assert.deepEqual(driver.executed, [{ type: 'shutdown', seconds: 60, scope: 'output' }]);
        await eventually(() => log().some((text) => text.includes('127.0.0.1 (BACnet)')));
        await time.unload();
        await load({ writes: true, writers: '127.0.0.1' }, { dryRun: true });
        await read(onMains);
        assert.equal(await ask(SHUT_DOWN.replace('000504', '000509')), '20090f');
        assert.deepEqual(driver.executed, []);
    });

    it('carries out nothing for others, and nothing while writing is off', async () => {
        await load({ writes: true });
        await read(onMains);
        assert.equal(await ask(SHUT_DOWN), '50040f91029128');
        assert.ok(log().some((text) => text.includes('127.0.0.1')));
        await time.unload();
        await load();
        await read(onMains);
        assert.equal(await ask(SHUT_DOWN), '600409');
        assert.deepEqual(driver.executed, []);
    });

    it('answers on while a deploy replaces it, and lets go of its port when nothing takes it over', async () => {
        await load();
        await read(onMains);
        assert.equal(await ask(CHARGE), charge(FULL));
        await time.unload();
        assert.equal(await ask(CHARGE), charge(FULL), 'in between');
        await load();
        assert.equal(await ask(CHARGE), charge(FULL), 'before a reading');
        await time.unload();
        await time.clock.advance(46_000);
        send(CHARGE);
        await assert.rejects(eventually(() => got.length > 0));
    });

    it('says once who is refused, who switches it off, and no password anywhere', async () => {
        await load({ clients: '192.0.2.1' });
        await read(onMains);
        send(CHARGE);
        send(CHARGE);
        await eventually(() => log().some((text) => text.includes('127.0.0.1')));
        assert.equal(log().filter((text) => text.includes('127.0.0.1')).length, 1);
        await time.unload();
        await load();
        // A damaged APDU before hides no wrong password.
        send('ff');
        await eventually(() => log().some((text) => text.includes('no BACnet')));
        assert.equal(await ask(`0005011119012d0700${Buffer.from('falsch').toString('hex')}`), '5001119104911a');
        assert.equal(await ask(`00050111090119012d0700${Buffer.from('geheim').toString('hex')}`), '200111');
        assert.equal(log().filter((text) => text.includes('wrong password')).length, 1);
        await eventually(() => calls('status').some((told) => (told as { fill?: string }).fill === 'yellow'));
        await time.clock.advance(60_000);
        assert.equal(lastStatus().fill, 'green');
        assert.equal((await ask(CHARGE)).slice(0, 6), '30010c');
        const all = JSON.stringify([log(), shown(), calls('warn'), calls('error')]);
        assert.ok(!all.includes('geheim') && !all.includes('falsch'), all);
    });

    it('says which of its UPSs is not there, as after a new name', async () => {
        await helper.load(NODES, flowOf({ serves: [{ number: 1, ups: 'UPS 1' }, { number: 2, ups: 'Cellar' }] }) as never); // prettier-ignore
        await eventually(() => lastStatus()?.fill === 'yellow');
        assert.deepEqual(
            log().filter((text) => text.includes('Cellar')),
            ['There is no UPS "Cellar", or several have this name. Choose it anew under Serves.'],
        );
        await time.unload();
        await load();
        assert.equal(lastStatus().fill, 'green');
    });

    it('shows that its port is taken', async () => {
        const other = createSocket('udp4');
        other.bind(port, '127.0.0.1');
        await once(other, 'listening');
        await helper.load(NODES, flowOf() as never);
        await eventually(() => calls('status').some((told) => (told as { fill?: string }).fill === 'red'));
        other.close();
        await once(other, 'close');
        await time.clock.advance(1500);
        await eventually(() => shown().some((text) => text.startsWith('127.0.0.1:')));
    });

    it('needs a device ID', async () => {
        await helper.load(NODES, flowOf({ deviceId: '' }) as never);
        await eventually(() => calls('error').length > 0 || calls('status').length > 0);
        assert.ok(!shown().some((text) => text.startsWith('127.0.0.1:')));
    });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsNutFsd from '../../nodes/jobs/ups-nut-fsd';
import upsNutServer from '../../nodes/servers/ups-nut-server';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';
import { NutLineClient } from '../support/nut-line-client';

// Node-RED's own, which has no types.
const tlsConfig: unknown = require('@node-red/nodes/core/network/05-tls');
const CERTS = join(__dirname, '..', 'support', 'certs');
const NODES = [tlsConfig, upsSite, upsUnit, upsNutServer, upsNutFsd] as never;
const PASSWORDS = { password1: 'geheim-1', password2: 'geheim-2', password3: 'geheim-3' };
const USERS = [
    { name: 'monuser', role: 'secondary' },
    { name: 'boss', role: 'primary' },
    { name: 'op', role: 'operator', commands: ['*'], variables: ['*'] },
];

describe('ups-nut-server', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let driver: FakeDriver;
    let clients: NutLineClient[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-nut-'));
        port = await freePort();
        clients = [];
    });
    afterEach(async () => {
        for (const client of clients) client.end();
        await time.unload();
        await time.clock.advance(46_000);
        rmSync(directory, { recursive: true, force: true });
    });

    const unit = () => theFlow().registry.units()[0] as UpsUnit;
    const flowOf = (server: object = {}, { site = {}, more = [] as object[] } = {}) => [
        { id: 'f', type: 'tab' },
        { id: 'site1', type: 'ups-site', name: 'Hall', location: 'Cellar', directory, ...site },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0 },
        {
            id: 'server1',
            type: 'ups-nut-server',
            z: 'f',
            site: 'site1',
            serves: [
                { name: 'ups', ups: 'unit1' },
                { name: 'stage1', ups: 'UPS 1', listed: false },
            ],
            accounts: USERS,
            address: '127.0.0.1',
            port,
            ...server,
        },
        ...more,
    ];
    async function load(...given: Parameters<typeof flowOf>): Promise<void> {
        await helper.load(NODES, flowOf(...given) as never, { server1: PASSWORDS } as never);
        driver = new FakeDriver();
        unit().addDriver(
            'driver1',
            driver,
            () => {},
            () => {},
        );
        await eventually(() => shown().some((text) => /^127\.0\.0\.1:\d+ ·/.test(text)));
    }
    async function read(reading: () => PartialStatus, seconds = 5): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            driver.read(reading());
            await time.clock.advance(1000);
        }
    }
    const shown = () =>
        (helper.getNode('server1').status as unknown as { args: [{ text?: string }][] }).args.map(
            ([{ text }]) => text ?? '',
        );
    const log = () =>
        theFlow()
            .registry.sites()[0]!
            .store.logEntries()
            .map(({ text }) => text);
    function connect(host?: string): NutLineClient {
        const client = new NutLineClient(port, eventually, host);
        clients.push(client);
        return client;
    }
    const admin = async () => (await helper.request().get('/ridethrough/servers').expect(200)).body as unknown;

    it('serves a UPS under its names, and shows where it listens and how many clients there are', async () => {
        await load();
        const client = connect();
        assert.equal(await client.status('ups'), 'ERR DRIVER-NOT-CONNECTED');
        await read(onMains);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OL"');
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OL"');
        assert.equal(await client.ask('LIST UPS'), 'BEGIN LIST UPS\nUPS ups "UPS 1"\nEND LIST UPS');
        assert.match(await client.ask('LIST VAR ups'), /VAR ups device\.location "Cellar"\n/);
        assert.equal(shown().at(-1), `127.0.0.1:${port} · 1`);
        driver.read(onBattery());
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
    });

    it('tells silence on mains as DATA-STALE, and silence in an outage as the outage', async () => {
        await load();
        await read(onMains);
        const client = connect();
        await client.status('ups');
        await time.clock.advance(12_000);
        assert.equal(await client.status('ups'), 'ERR DATA-STALE');
        await read(onBattery);
        await time.clock.advance(12_000);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "ALARM OB DISCHRG"');
    });

    it('tells who is connected at the admin endpoint, and no password', async () => {
        await load();
        await read(onMains);
        await connect().login('monuser', PASSWORDS.password1, 'ups');
        const told = (await admin()) as { clients: Record<string, unknown>[] }[];
        const { address, user, login, lastRequest } = told[0]!.clients[0]!;
        assert.deepEqual([address, user, login, lastRequest], ['127.0.0.1', 'monuser', 'ups', 'LOGIN ups']);
        assert.doesNotMatch(JSON.stringify(told), /geheim/);
    });

    it('keeps every client over a deploy, logged in, and tells them no gap', async () => {
        await load();
        await read(onMains);
        const client = connect();
        await client.login('monuser', PASSWORDS.password1, 'ups');
        await client.status('ups');
        await time.unload();
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OL"', 'while the nodes are replaced');
        await load();
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OL"', 'until the device has answered');
        await read(onBattery);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
        assert.equal(await client.ask('GET NUMLOGINS ups'), 'NUMLOGINS ups 1');
        assert.equal(client.closed, false);
    });

    it('logs out whom a deploy has taken out of its users, and says so', async () => {
        await load();
        await read(onMains);
        const [mon, boss] = [connect(), connect()];
        await mon.login('monuser', PASSWORDS.password1, 'ups');
        await boss.login('boss', PASSWORDS.password2, 'ups');
        await time.unload();
        await load({ accounts: USERS.map((user, row) => ({ ...user, slot: row + 1 })).slice(1) });
        await eventually(() => mon.closed);
        assert.equal(await boss.ask('GET NUMLOGINS ups'), 'NUMLOGINS ups 1');
        await eventually(() => log().some((text) => /127\.0\.0\.1 logged out|refused\.logged-out/.test(text)));
        assert.equal(await connect().login('monuser', PASSWORDS.password1, 'ups'), 'ERR ACCESS-DENIED');
    });

    it('lets go of its port when nothing takes it over, and when another one is set', async () => {
        await load();
        const client = connect();
        await client.ask('VER');
        await time.unload();
        await time.clock.advance(46_000);
        await eventually(() => client.closed);
        await load();
        const second = connect();
        await second.ask('VER');
        await time.unload();
        port = await freePort();
        await load();
        await eventually(() => second.closed);
    });

    it('gives a client its stage by its address', async () => {
        await load({ views: [{ clients: '127.0.0.2', asks: 'ups', gets: 'stage1' }] });
        await read(onBattery);
        const [one, two] = [connect(), connect('127.0.0.2')];
        await two.login('monuser', PASSWORDS.password1, 'ups');
        assert.equal(await one.ask('GET NUMLOGINS ups'), 'NUMLOGINS ups 0');
        assert.equal(await one.ask('GET NUMLOGINS stage1'), 'NUMLOGINS stage1 1');
        const boss = connect();
        await boss.login('boss', PASSWORDS.password2, 'stage1');
        assert.equal(await boss.ask('FSD stage1'), 'OK FSD-SET');
        assert.equal(await one.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
        assert.equal(await two.status('ups'), 'VAR ups ups.status "FSD OB DISCHRG"');
    });

    it('keeps an ordered shutdown over a restart, and takes it back with the mains', async () => {
        await load();
        await read(onBattery);
        const boss = connect();
        await boss.login('boss', PASSWORDS.password2, 'ups');
        await boss.ask('FSD ups');
        assert.match(log().join('\n'), /ups-nut-server\.said\.force|ups: shutdown of all clients \(FSD\)/);
        await time.unload();
        await time.clock.advance(46_000);
        await load();
        const client = connect();
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OB DISCHRG"', 'the mains may be back');
        await read(onBattery, 1);
        assert.match(await client.status('ups'), /"FSD .*OB/);
        await read(onMains, 8);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OL"');
        await read(onBattery);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OB DISCHRG"', 'in the next outage');
    });

    it('keeps its clients while another node takes 15 s to close', async () => {
        await load();
        await read(onBattery);
        const client = connect();
        await client.login('monuser', PASSWORDS.password1, 'ups');
        await time.unload();
        await time.clock.advance(16_000);
        await load();
        await read(onBattery, 1);
        assert.equal(client.closed, false);
        assert.equal(await client.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
    });

    it('tells no ordered shutdown any more when the site only rehearses', async () => {
        await load();
        await read(onBattery);
        const boss = connect();
        await boss.login('boss', PASSWORDS.password2, 'ups');
        await boss.ask('FSD ups');
        assert.match(await boss.status('ups'), /"FSD OB/);
        await time.unload();
        await load({}, { site: { dryRun: true } });
        await read(onBattery, 1);
        assert.equal(await boss.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
    });

    it('writes for an operator alone, and only when writing is on', async () => {
        await load();
        await read(onMains);
        const closed = connect();
        await closed.login('op', PASSWORDS.password3, 'ups');
        assert.equal(await closed.ask('INSTCMD ups test.battery.start'), 'ERR CMD-NOT-SUPPORTED');
        await time.unload();
        await load({ writes: true });
        await read(onMains);
        const op = connect();
        await op.login('op', PASSWORDS.password3, 'ups');
        assert.match(await op.ask('LIST CMD ups'), /CMD ups load\.off\n/);
        assert.equal(await op.ask('INSTCMD ups test.battery.start'), 'OK');
        await eventually(() => driver.executed.length === 1);
        assert.deepEqual(driver.executed, [{ type: 'test', test: 'battery' }]);
        await eventually(() => log().some((text) => /op \(NUT, 127\.0\.0\.1\)/.test(text)));
        const other = connect();
        await other.login('monuser', PASSWORDS.password1, 'ups');
        assert.equal(await other.ask('INSTCMD ups test.battery.start'), 'ERR ACCESS-DENIED');
        assert.equal(driver.executed.length, 1);
    });

    it('only says what it would do in a dry run', async () => {
        await load({ writes: true }, { site: { dryRun: true } });
        await read(onBattery);
        const op = connect();
        await op.login('op', PASSWORDS.password3, 'ups');
        assert.equal(await op.ask('INSTCMD ups beeper.mute'), 'OK');
        const boss = connect();
        await boss.login('boss', PASSWORDS.password2, 'ups');
        assert.equal(await boss.ask('FSD ups'), 'OK FSD-SET');
        await eventually(() => log().filter((text) => /^Dry run/.test(text)).length === 2);
        assert.deepEqual(driver.executed, []);
        assert.equal(await boss.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
    });

    it('writes a wrong log-in into the event log, by user and address, without the password', async () => {
        await load();
        await read(onMains);
        assert.equal(await connect().login('monuser', 'verraten', 'ups'), 'ERR ACCESS-DENIED');
        await eventually(() => log().some((text) => /127\.0\.0\.1.*LOGIN.*monuser/.test(text)));
        assert.doesNotMatch(log().join('\n'), /verraten|geheim/);
    });

    it('answers nobody whose address is not allowed, and says so once a burst', async () => {
        await load({ clients: '192.0.2.1' });
        const refuse = async (times: number) => {
            for (let n = 0; n < times; n++) {
                const client = connect();
                await eventually(() => client.closed);
            }
        };
        const told = () => log().filter((text) => /127\.0\.0\.1 refused/.test(text));
        await refuse(3);
        await eventually(() => told().length > 0);
        assert.equal(told().length, 1, told().join('\n'));
        await time.clock.advance(61_000);
        await refuse(1);
        await eventually(() => told().length > 1);
        assert.equal(told().filter((text) => /2 more before/.test(text)).length, 1, told().join('\n'));
    });

    it('says that its port is taken, and listens when it is free', async () => {
        await load();
        const other = { id: 'server2', type: 'ups-nut-server', z: 'f', serves: [{ name: 'x', ups: 'unit1' }] };
        await time.unload();
        await load({}, { more: [{ ...other, address: '127.0.0.1', port }] });
        const second = helper.getNode('server2') as Node & { status: { args: [{ text: string }][] } };
        await eventually(() => second.status.args.some(([{ text }]) => text.includes('port-in-use')));
    });

    it('does nothing without a name, and says so', async () => {
        await helper.load(NODES, flowOf({ serves: [] }) as never);
        assert.match(JSON.stringify(shown()), /notConfigured|not configured/);
    });

    it('encrypts by STARTTLS, and closes when another certificate is set', async () => {
        const tls = (id: string, more: object = {}) => ({
            ...{ id, type: 'tls-config', key: join(CERTS, 'localhost-key.pem') },
            ...{ cert: join(CERTS, 'localhost-cert.pem') },
            ...more,
        });
        await load({ tls: 't', requireTls: true }, { more: [tls('t')] });
        await read(onMains);
        const client = connect();
        assert.equal(await client.status('ups'), 'ERR TLS-NOT-ENABLED');
        assert.equal(await client.ask('STARTTLS'), 'OK STARTTLS');
        await time.unload();
        await load({ tls: 't', requireTls: true }, { more: [tls('t')] });
        assert.equal(client.closed, false, 'the same certificate');
        await time.unload();
        await load({ tls: '' });
        await eventually(() => client.closed);
        assert.equal(await connect().ask('STARTTLS'), 'ERR FEATURE-NOT-CONFIGURED');
    });

    it('takes no key without a certificate', async () => {
        await helper.load(NODES, flowOf({ tls: 'none' }) as never);
        assert.match(JSON.stringify(shown()), /notConfigured|not configured/);
    });
});

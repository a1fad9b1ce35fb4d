import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp, { ObjectType } from 'net-snmp';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import type { SnmpUser } from '../../lib/protocols/snmp/config';
import { netSnmpUser } from '../../lib/protocols/snmp/net-snmp-user';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSnmpAgent from '../../nodes/servers/ups-snmp-agent';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';
import { get, set } from '../support/snmp-wire';

const NODES = [upsSite, upsUnit, upsSnmpAgent] as never;
const SECRETS = {
    auth1: 'geheim-auth-1',
    priv1: 'geheim-priv-1',
    auth2: 'geheim-auth-2',
    priv2: 'geheim-priv-2',
    community1: 'geheim-lesen',
    community2: 'geheim-schalten',
};
const UPS = '1.3.6.1.2.1.33.1';
const CHARGE = `${UPS}.2.4.0`;
const userOf = (name: string, row: 1 | 2): SnmpUser => ({
    name,
    auth: { protocol: 'sha256', key: SECRETS[`auth${row}`] },
    priv: { protocol: 'aes', key: SECRETS[`priv${row}`] },
});
const shutdownIn = (seconds: number) => ({ oid: `${UPS}.8.2.0`, type: ObjectType.Integer, value: seconds });

describe('ups-snmp-agent', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let driver: FakeDriver;
    let sessions: snmp.Session[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-agent-'));
        port = await freePort();
        sessions = [];
    });
    afterEach(async () => {
        for (const session of sessions) session.close();
        await time.unload();
        await time.clock.advance(46_000);
        rmSync(directory, { recursive: true, force: true });
    });

    const unit = () => theFlow().registry.units()[0] as UpsUnit;
    const flowOf = (agent: object = {}, site: object = {}) => [
        { id: 'f', type: 'tab' },
        { id: 'site1', type: 'ups-site', name: 'Hall', location: 'Cellar', contact: 'ops', directory, ...site },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0 },
        {
            id: 'agent1',
            type: 'ups-snmp-agent',
            z: 'f',
            site: 'site1',
            serves: [
                { name: 'ups', ups: 'unit1' },
                { name: 'byname', ups: 'UPS 1' },
            ],
            versions: '2c-3',
            accounts: [{ name: 'monitor' }, { name: 'boss', write: true }],
            communities: [{ clients: '127.0.0.0/8' }, { clients: ['127.0.0.1'], write: true }],
            engineId: '80001f8803020000000001',
            address: '127.0.0.1',
            port,
            ...agent,
        },
    ];
    async function load(...given: Parameters<typeof flowOf>): Promise<void> {
        await helper.load(NODES, flowOf(...given) as never, { agent1: SECRETS } as never);
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
        (helper.getNode('agent1')[what] as unknown as { args: unknown[][] }).args.map(([told]) => told);
    const shown = () => calls('status').map((told) => (told as { text?: string }).text ?? '');
    const log = () =>
        theFlow()
            .registry.sites()[0]!
            .store.logEntries()
            .map(({ text }) => text);
    function manager(as: string | SnmpUser, context = ''): snmp.Session {
        const options = {
            port,
            retries: 0,
            timeout: 500,
            context,
            version: typeof as === 'string' ? snmp.Version2c : snmp.Version3,
        };
        const session =
            typeof as === 'string'
                ? snmp.createSession('127.0.0.1', as, options as never)
                : snmp.createV3Session('127.0.0.1', netSnmpUser(as), options as never);
        sessions.push(session);
        return session;
    }
    /** Answers come by a real socket, while the clock stands still. */
    async function settled<T>(work: Promise<T>): Promise<T> {
        let over = false;
        const watched = work.finally(() => (over = true));
        watched.catch(() => undefined);
        await eventually(() => over);
        return watched;
    }
    const values = async (as: string | SnmpUser, oids: string[], context = '') =>
        (await settled(get(manager(as, context), ...oids))).map(({ value }) =>
            Buffer.isBuffer(value) ? value.toString() : value,
        );

    it('serves a UPS to users and communities, and shows where it listens and who asks', async () => {
        await load();
        await read(onMains);
        const oids = [CHARGE, `${UPS}.4.1.0`, `${UPS}.1.5.0`, '1.3.6.1.2.1.1.6.0'];
        assert.deepEqual(await values(SECRETS.community1, oids), [100, 3, 'UPS 1', 'Cellar']);
        assert.deepEqual(await values(userOf('monitor', 1), oids, 'byname'), [100, 3, 'UPS 1', 'Cellar']);
        assert.equal(shown().at(-1), `127.0.0.1:${port} · 2`);
        await read(onBattery);
        assert.deepEqual(await values(SECRETS.community1, [`${UPS}.4.1.0`, `${UPS}.6.1.0`]), [5, 1]);
        const [server] = (await helper.request().get('/ridethrough/servers').expect(200)).body as [
            { at: object; clients: { address: string; user?: string; lastRequest: string }[] },
        ];
        assert.deepEqual(server.at, { address: '127.0.0.1', port });
        assert.deepEqual(
            server.clients.map(({ address, user }) => [address, user]),
            [
                ['127.0.0.1', 'monitor'],
                ['127.0.0.1', undefined],
            ],
        );
    });

    it('has no values in silence on mains, and an alarm that says so', async () => {
        await load();
        await read(onMains);
        await time.clock.advance(15_000);
        const [charge, alarms] = await settled(get(manager(SECRETS.community1), CHARGE, `${UPS}.6.1.0`));
        assert.equal(charge!.type, ObjectType.NoSuchInstance);
        assert.equal(alarms!.value, 1);
    });

    it('carries out a SET of who may write, with an entry in the log; in a dry run it is only said', async () => {
        await load({ writes: true });
        await read(onMains);
        await settled(set(manager(userOf('boss', 2)), shutdownIn(60)));
        assert.deepEqual(driver.executed, [{ type: 'shutdown', seconds: 60, scope: 'output' }]);
        await assert.rejects(settled(set(manager(userOf('monitor', 1)), shutdownIn(60))), /NoAccess/);
        await eventually(() => log().some((text) => text.includes('boss (SNMP, 127.0.0.1)')));
        await time.unload();
        await load({ writes: true }, { dryRun: true });
        await read(onMains);
        await settled(set(manager(SECRETS.community2), shutdownIn(61)));
        assert.deepEqual(driver.executed, []);
        assert.ok(log().some((text) => text.includes('community (SNMP, 127.0.0.1)')));
    });

    it('takes no SET for five minutes where no store counts the starts of the process', async () => {
        await load({ writes: true }, { directory: '/dev/null/nowhere' });
        await read(onMains);
        await assert.rejects(settled(set(manager(userOf('boss', 2)), shutdownIn(60))), /NoAccess/);
        await time.clock.advance(301_000);
        await read(onMains);
        await settled(set(manager(userOf('boss', 2)), shutdownIn(60)));
        assert.equal(driver.executed.length, 1);
    });

    it('takes no SET while writing is off', async () => {
        await load();
        await read(onMains);
        await assert.rejects(settled(set(manager(userOf('boss', 2)), shutdownIn(60))), /NoAccess/);
        assert.deepEqual(driver.executed, []);
    });

    it('answers on over a deploy, keeps the rows of its alarms, and does not do a SET again', async () => {
        await load({ writes: true });
        await read(onBattery);
        const boss = manager(userOf('boss', 2));
        const row = `${UPS}.6.2.1.2.1`;
        const alarm = `${UPS}.6.3.2`;
        assert.deepEqual(await values(SECRETS.community1, [row]), [alarm]);
        await settled(set(boss, shutdownIn(60)));
        await time.unload();
        assert.deepEqual(await values(SECRETS.community1, [row, `${UPS}.4.1.0`]), [alarm, 5], 'in between');
        await assert.rejects(settled(set(boss, shutdownIn(61))), 'nobody carries it out');
        await load({ writes: true });
        assert.deepEqual(await values(SECRETS.community1, [row, `${UPS}.4.1.0`]), [alarm, 5], 'before a reading');
        await read(onBattery);
        assert.deepEqual(await values(SECRETS.community1, [row, `${UPS}.4.1.0`]), [alarm, 5]);
        assert.deepEqual(driver.executed, []);
    });

    it('lets go of its port when nothing takes it over', async () => {
        await load();
        await read(onMains);
        assert.deepEqual(await values(SECRETS.community1, [CHARGE]), [100]);
        await time.unload();
        await time.clock.advance(46_000);
        await assert.rejects(values(SECRETS.community1, [CHARGE]));
    });

    it('says once who is refused, and no secret anywhere', async () => {
        await load();
        await read(onMains);
        await assert.rejects(values(userOf('monitor', 2), [CHARGE]));
        await assert.rejects(values(userOf('nobody', 2), [CHARGE]));
        await assert.rejects(values('geraten-kennwort', [CHARGE]));
        await assert.rejects(values(userOf('nobody', 2), [CHARGE]));
        // Who mends one fault hears of the next.
        assert.deepEqual(
            log()
                .filter((text) => text.includes('127.0.0.1'))
                .toReversed(),
            ['wrong password', 'unknown user', 'wrong community'].map(
                (why) => `SNMP manager 127.0.0.1 refused: ${why}`,
            ),
        );
        const all = JSON.stringify([log(), shown(), calls('warn'), calls('error')]);
        assert.ok(!/geheim|geraten/.test(all), all);
    });

    it('says which UPS and which battery it does not find', async () => {
        await load({
            serves: [
                { name: 'ups', ups: 'UPS 1', bacs: 'Battery 9' },
                { name: 'old', ups: 'gone' },
            ],
        });
        await eventually(() => calls('warn').length >= 2);
        assert.deepEqual(
            log()
                .filter((text) => text.includes('is not served'))
                .toReversed(),
            ['ups" is not served: there is no "Battery 9', 'old" is not served: there is no "gone'].map(
                (what) => `"${what}", or there are several of that name. Choose it anew in the dialog.`,
            ),
        );
    });

    it('asks for secrets that are missing, by the name of their user', async () => {
        for (const [auth2, told] of [
            [
                'short',
                /config-invalid \(property authKey \(boss\), value …, expected expected.atLeastCharacters \(count 8\)\)/,
            ],
            ['', /config-missing \(property authKey \(boss\)\)/],
        ] as const) {
            await helper.load(NODES, flowOf() as never, { agent1: { ...SECRETS, auth2 } } as never);
            await eventually(() => calls('error').length > 0);
            assert.match(String(calls('error').at(-1)), told);
            await helper.unload();
        }
    });
});

import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp, { ObjectType } from 'net-snmp';
import { COUNTERS } from '../../lib/core/journal/journal';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
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
const SECRETS = { auth1: 'geheim-auth-1', priv1: 'geheim-priv-1', community1: 'geheim-lesen', trap1: 'geheim-trap' };
const UPS = '1.3.6.1.2.1.33.1';
/** snmpTrapOID.0 of upsTraps, as it stands in a message. */
const TRAPS = Buffer.from([0x2b, 6, 1, 2, 1, 33, 2]);

describe('ups-snmp-agent: traps, tests and files', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let receiver: Socket;
    let received: Buffer[];
    let driver: FakeDriver;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-agent-'));
        port = await freePort();
        received = [];
        receiver = createSocket('udp4');
        receiver.on('message', (message) => received.push(message));
        receiver.bind(0, '127.0.0.1');
        await once(receiver, 'listening');
    });
    afterEach(async () => {
        await time.unload();
        await time.clock.advance(46_000);
        receiver.close();
        rmSync(directory, { recursive: true, force: true });
    });

    const agent = (over: object = {}) => ({
        ...{ id: 'agent1', type: 'ups-snmp-agent', z: 'f', site: 'site1', serves: [{ name: 'ups', ups: 'unit1' }] },
        ...{ versions: '2c-3', accounts: [{ name: 'monitor' }], communities: [{ clients: '127.0.0.0/8' }] },
        ...{ address: '127.0.0.1', port },
        receivers: [{ host: `127.0.0.1:${receiver.address().port}`, version: '2c' }],
        ...over,
    });
    async function load(over: object = {}): Promise<void> {
        const flow = [
            { id: 'f', type: 'tab' },
            { id: 'site1', type: 'ups-site', name: 'Hall', directory },
            { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0 },
            agent(over),
        ];
        await helper.load(NODES, flow as never, { agent1: SECRETS } as never);
        driver = new FakeDriver();
        const unit = theFlow().registry.units()[0] as UpsUnit;
        unit.addDriver(
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
    const traps = () =>
        received.flatMap((message) => {
            const at = message.indexOf(TRAPS);
            return at < 0 ? [] : [message[at + TRAPS.length]];
        });
    const log = () =>
        theFlow()
            .registry.sites()[0]!
            .store.logEntries()
            .map(({ text }) => text);
    async function settled<T>(work: Promise<T>): Promise<T> {
        let over = false;
        const watched = work.finally(() => (over = true));
        watched.catch(() => undefined);
        await eventually(() => over);
        return watched;
    }

    it('tells its receivers an outage each minute, over a deploy as well, and never the community in a log', async () => {
        await load();
        await read(onMains);
        await read(onBattery, 2);
        await eventually(() => traps().length === 1);
        await time.unload();
        await load();
        await read(onBattery, 30);
        assert.deepEqual(traps(), [1]);
        await read(onBattery, 30);
        await eventually(() => traps().length === 2);
        await read(onMains, 5);
        await eventually(() => traps().length === 3);
        assert.deepEqual(traps(), [1, 1, 4]);
        assert.ok(received.every((message) => message.includes(Buffer.from('geheim-trap'))));
        assert.ok(!JSON.stringify(log()).includes('geheim'));
    });

    it('says once that a receiver does not acknowledge', async () => {
        const silent = await freePort();
        await load({ receivers: [{ host: `127.0.0.1:${silent}`, version: '2c', kind: 'inform' }] });
        await read(onMains);
        await read(onBattery, 12);
        await eventually(() => log().some((text) => text.includes(`127.0.0.1:${silent}`)));
        await read(onMains, 12);
        assert.equal(log().filter((text) => text.includes(`127.0.0.1:${silent}`)).length, 1);
    });

    it('sends a chosen trap by Send test, and the alarm is in the table for as long', async () => {
        await load();
        await read(onMains);
        const session = snmp.createSession('127.0.0.1', SECRETS.community1, { port, retries: 0, version: 1 } as never);
        const alarm = async () => (await settled(get(session, `${UPS}.6.2.1.2.1`)))[0]!.value;
        const { id, type, ...config } = agent();
        const answer = helper
            .request()
            .post(`/ridethrough/try/${type}`)
            .set('X-Requested-With', 'XMLHttpRequest')
            .send({ id, config, credentials: { trap1: '__PWRD__' }, ask: { alarm: 'low-battery' } });
        const asked = settled(Promise.resolve(answer));
        await eventually(() => traps().length === 1);
        assert.equal(await alarm(), `${UPS}.6.3.3`);
        await time.clock.advance(5000);
        const { body } = (await asked) as { body: { ok: boolean; rows: { label: string; value: string }[] } };
        assert.deepEqual([body.ok, body.rows[0]!.value], [true, 'sent'], JSON.stringify(body));
        assert.deepEqual(traps(), [3, 4]);
        assert.notEqual(await alarm(), `${UPS}.6.3.3`);
        session.close();
    });

    it('has an entry in the log for a SET that is refused: who, what, why', async () => {
        await load();
        await read(onMains);
        const session = snmp.createSession('127.0.0.1', SECRETS.community1, { port, retries: 0, version: 1 } as never);
        const shutdown = { oid: `${UPS}.8.2.0`, type: ObjectType.Integer, value: 60 };
        for (let time = 0; time < 2; time++)
            await assert.rejects(settled(set(session, { ...shutdown, value: 60 + time })));
        session.close();
        const entries = log().filter((text) => text.includes('upsShutdownAfterDelay.0 = 60'));
        assert.equal(entries.length, 1, log().join('\n'));
        assert.match(entries[0]!, /community \(SNMP, 127\.0\.0\.1\).*no right/);
    });

    it('keeps the engine id that it has made, whatever network card the machine gets', async () => {
        const engineId = async () => {
            const user = netSnmpUser({
                name: 'monitor',
                auth: { protocol: 'sha256', key: SECRETS.auth1 },
                priv: { protocol: 'aes', key: SECRETS.priv1 },
            });
            const session = snmp.createV3Session('127.0.0.1', user, { port, retries: 0, version: 3 } as never);
            await settled(get(session, '1.3.6.1.2.1.1.3.0'));
            session.close();
            const { msgSecurityParameters: learned } = session as unknown as {
                msgSecurityParameters: { msgAuthoritativeEngineID: Buffer };
            };
            return learned.msgAuthoritativeEngineID.toString('hex');
        };
        await load();
        const first = await engineId();
        assert.match(first, /^80001f8803|^80001f8805/);
        const { store } = theFlow().registry.sites()[0]!;
        const kept = store.getValue(COUNTERS, 'snmp-own-engine') as { id: string; host: string };
        assert.equal(kept.id, first);
        store.setValue(COUNTERS, 'snmp-own-engine', { ...kept, id: '80001f8803020202020202' });
        await time.unload();
        await load();
        assert.equal(await engineId(), '80001f8803020202020202');
        // A copy of the store on another machine is another engine.
        const { store: again } = theFlow().registry.sites()[0]!;
        again.setValue(COUNTERS, 'snmp-own-engine', { id: '80001f8803020202020202', host: 'elsewhere' });
        await time.unload();
        await load();
        assert.equal(await engineId(), first);
    });

    it('gives its MIB files', async () => {
        await load();
        const { body } = await helper.request().get('/ridethrough/mib').expect(200);
        assert.deepEqual(body, ['RIDETHROUGH-UPS-MIB.txt', 'RIDETHROUGH-BACS-MIB.txt']);
        const file = await helper.request().get('/ridethrough/mib/RIDETHROUGH-BACS-MIB.txt').expect(200);
        assert.match(file.text, /^RIDETHROUGH-BACS-MIB DEFINITIONS ::= BEGIN/);
        assert.match(String(file.headers['content-disposition']), /attachment; filename="RIDETHROUGH-BACS-MIB\.txt"/);
        await helper.request().get('/ridethrough/mib/package.json').expect(404);
    });
});

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import snmp from 'net-snmp';
import { SystemClock, type Clock } from '../../lib/core/clock';
import { SimulatedUps, type SimulatedUpsOptions } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card, type CardOptions } from '../../simulators/rfc1628-card/card';
import { handleControl } from '../../simulators/rfc1628-card/control';
import { FakeClock } from '../support/fake-clock';

const UPS = '1.3.6.1.2.1.33.1';
const MINUTE = 60_000;

describe('Rfc1628Card', () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(
        options: Partial<CardOptions> = {},
        nameplate: SimulatedUpsOptions = {},
        clock: Clock = new FakeClock(),
    ) {
        const ups = new SimulatedUps(clock, nameplate);
        const card = new Rfc1628Card({ ups, clock, ...options });
        await card.start();
        cleanUps.push(
            () => ups.destroy(),
            () => card.stop(),
        );
        const open = (community = 'public', version: snmp.SessionOptions['version'] = snmp.Version2c) => {
            const session = snmp.createSession(card.address, community, {
                port: card.port,
                version,
                retries: 0,
                timeout: 400,
            });
            cleanUps.push(() => session.close());
            return session;
        };
        return { ups, card, clock: clock as FakeClock, open, session: open() };
    }

    const get = (session: snmp.Session, ...objects: string[]) =>
        new Promise<unknown[]>((resolve, reject) =>
            session.get(
                objects.map((object) => `${UPS}.${object}`),
                (error, varbinds = []) =>
                    error
                        ? reject(error)
                        : resolve(varbinds.map(({ value }) => (Buffer.isBuffer(value) ? value.toString() : value))),
            ),
        );
    const set = (session: snmp.Session, ...varbinds: [string, snmp.ObjectType, number | string][]) =>
        new Promise<void>((resolve, reject) =>
            session.set(
                varbinds.map(([object, type, value]) => ({ oid: `${UPS}.${object}`, type, value })),
                (error) => (error ? reject(error) : resolve()),
            ),
        );
    const { Integer, OID, OctetString } = snmp.ObjectType;
    const status = (name: keyof typeof snmp.ErrorStatus) => (error: unknown) =>
        (error as { status?: number }).status === snmp.ErrorStatus[name];

    it('serves the state of the moment in RFC 1628 scales', async () => {
        const { ups, clock, session } = await start({}, { ratedVA: 2000, loadVA: 1000 });
        assert.deepEqual(
            await get(
                session,
                '2.1.0',
                '2.2.0',
                '2.3.0',
                '2.4.0',
                '3.3.1.2.1',
                '4.1.0',
                '4.4.1.3.1',
                '4.4.1.4.1',
                '4.4.1.5.1',
            ),
            [2, 0, 60, 100, 500, 3, 43, 900, 50],
        );
        ups.setMains(false);
        clock.advanceSync(30 * MINUTE);
        assert.deepEqual(
            await get(session, '2.1.0', '2.2.0', '2.3.0', '2.4.0', '3.1.0', '3.3.1.3.1', '4.1.0'),
            [2, 1800, 30, 50, 1, 0, 5],
        );
        clock.advanceSync(28 * MINUTE);
        assert.deepEqual(await get(session, '2.1.0', '2.3.0'), [3, 2]);
        clock.advanceSync(2 * MINUTE);
        assert.deepEqual(await get(session, '2.1.0', '2.4.0', '4.1.0', '4.4.1.2.1'), [4, 0, 2, 0]);
    });

    it('keeps the alarm table: ids are not used twice', async () => {
        const { ups, session } = await start();
        const rows = () =>
            new Promise<[string, unknown][]>((resolve, reject) => {
                const found: [string, unknown][] = [];
                session.subtree(
                    `${UPS}.6`,
                    20,
                    (varbinds) =>
                        void found.push(
                            ...varbinds.map(({ oid, value }): [string, unknown] => [oid.slice(UPS.length + 1), value]),
                        ),
                    (error) => (error ? reject(error) : resolve(found)),
                );
            });
        assert.deepEqual(await rows(), [['6.1.0', 0]]);
        ups.setFault('fan-failure', true);
        ups.setFault('battery-weak', true);
        ups.setFault('fan-failure', false);
        ups.setFault('vendor:1.3.6.1.4.1.1356.9', true);
        assert.deepEqual(await rows(), [
            ['6.1.0', 2],
            ['6.2.1.2.2', `${UPS}.6.3.177`],
            ['6.2.1.2.3', '1.3.6.1.4.1.1356.9'],
            ['6.2.1.3.2', 0],
            ['6.2.1.3.3', 0],
        ]);
    });

    it('acts on what is written', async () => {
        const { ups, clock, session } = await start();
        await set(
            session,
            ['9.7.0', Integer, 5],
            ['9.8.0', Integer, 3],
            ['1.5.0', OctetString, 'rack 7'],
            ['8.1.0', Integer, 2],
        );
        assert.deepEqual(await get(session, '9.7.0', '9.8.0', '1.5.0', '8.1.0'), [5, 3, 'rack 7', 2]);
        await set(session, ['8.2.0', Integer, 60], ['8.3.0', Integer, 90]);
        clock.advanceSync(60_000);
        assert.equal(ups.reading().output?.source, 'none');
        assert.deepEqual(await get(session, '8.2.0', '8.3.0', '4.1.0'), [-1, 30, 2]);
        clock.advanceSync(30_000);
        assert.equal(ups.reading().output?.source, 'normal');
        await set(session, ['8.2.0', Integer, 60]);
        await set(session, ['8.2.0', Integer, -1]);
        assert.deepEqual(await get(session, '8.2.0'), [-1]);
        await set(session, ['8.5.0', Integer, 2]);
        assert.equal(ups.reading().settings?.upsAutoRestart, false);
    });

    it('tests under the spin lock', async () => {
        const { ups, clock, session } = await start();
        const quick = `${UPS}.7.7.4`;
        await set(session, ['7.2.0', Integer, 1], ['7.1.0', OID, quick]);
        assert.deepEqual(await get(session, '7.1.0', '7.2.0', '7.3.0', '4.1.0'), [quick, 2, 5, 5]);
        await assert.rejects(set(session, ['7.2.0', Integer, 1], ['7.1.0', OID, quick]), status('InconsistentValue'));
        await assert.rejects(set(session, ['7.1.0', OID, quick]), status('InconsistentValue'));
        clock.advanceSync(10_000);
        assert.deepEqual(await get(session, '7.3.0', '7.6.0'), [1, 1000]);
        await set(session, ['7.1.0', OID, `${UPS}.7.7.5`]);
        await set(session, ['7.1.0', OID, `${UPS}.7.7.2`]);
        assert.equal(ups.reading().test?.result, 'aborted');
        ups.setMains(false);
        await assert.rejects(set(session, ['7.1.0', OID, quick]), status('InconsistentValue'));
    });

    it('writes all or nothing, and tells why not', async () => {
        const { open, session } = await start({ community: 'see', writeCommunity: 'do' });
        await assert.rejects(get(session, '2.1.0'), { name: 'RequestTimedOutError' });
        const reader = open('see');
        const writer = open('do');
        assert.deepEqual(await get(reader, '2.1.0'), [2]);
        await assert.rejects(set(reader, ['9.7.0', Integer, 5]), status('NoAccess'));
        await assert.rejects(set(writer, ['9.7.0', Integer, 5], ['9.8.0', Integer, 9]), status('WrongValue'));
        await assert.rejects(set(writer, ['9.7.0', OctetString, '5']), status('WrongType'));
        await assert.rejects(set(writer, ['2.1.0', Integer, 5]), status('NotWritable'));
        assert.deepEqual(await get(writer, '9.7.0'), [2]);
        await assert.rejects(set(open('do', snmp.Version1), ['9.8.0', Integer, 9]), status('BadValue'));
    });

    it('speaks v3 with each kind of security', async () => {
        const users = [
            { name: 'plain' },
            { name: 'md5', auth: { protocol: 'md5' as const, key: 'authentic' } },
            {
                name: 'sha',
                auth: { protocol: 'sha' as const, key: 'authentic' },
                priv: { protocol: 'aes' as const, key: 'private00' },
            },
            {
                name: 'des',
                auth: { protocol: 'md5' as const, key: 'authentic' },
                priv: { protocol: 'des' as const, key: 'private00' },
            },
        ];
        const { card } = await start({ users });
        const open = (user: snmp.User) => {
            const session = snmp.createV3Session(card.address, user, { port: card.port, retries: 0, timeout: 400 });
            cleanUps.push(() => session.close());
            return session;
        };
        const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
        const auth = { authProtocol: AuthProtocols.md5, authKey: 'authentic' };
        assert.deepEqual(await get(open({ name: 'plain', level: SecurityLevel.noAuthNoPriv }), '2.1.0'), [2]);
        assert.deepEqual(await get(open({ name: 'md5', level: SecurityLevel.authNoPriv, ...auth }), '2.1.0'), [2]);
        const sha = {
            name: 'sha',
            level: SecurityLevel.authPriv,
            authProtocol: AuthProtocols.sha,
            authKey: 'authentic',
        };
        const aes = { privProtocol: PrivProtocols.aes, privKey: 'private00' };
        assert.deepEqual(await get(open({ ...sha, ...aes }), '2.1.0'), [2]);
        const des = { privProtocol: PrivProtocols.des, privKey: 'private00' };
        assert.deepEqual(
            await get(open({ name: 'des', level: SecurityLevel.authPriv, ...auth, ...des }), '2.1.0'),
            [2],
        );
        await assert.rejects(get(open({ ...sha, ...aes, authKey: 'wrong-key' }), '2.1.0'));
    });

    it('sends the four traps as RFC 1628 wants them', async () => {
        const receiver = createSocket('udp4');
        receiver.bind(0, '127.0.0.1');
        await once(receiver, 'listening');
        const target = { host: '127.0.0.1', port: receiver.address().port, version: '2c' as const };
        cleanUps.push(() => receiver.close());
        const { ups, card, clock } = await start({ trapTargets: [target] });
        const sent: number[] = [];
        card.on('trap', ({ trap }) => sent.push(trap));
        const settled = async (count: number) => {
            while (sent.length < count) await new Promise((resolve) => setImmediate(resolve));
            return sent.splice(0);
        };
        ups.setMains(false);
        // input-bad is told as added; on-battery has a trap of its own.
        assert.deepEqual((await settled(2)).sort(), [1, 3]);
        clock.advanceSync(MINUTE);
        assert.deepEqual(await settled(1), [1]);
        ups.setMains(true);
        assert.deepEqual(await settled(1), [4]);
        clock.advanceSync(5000);
        assert.deepEqual(await settled(1), [4]);
        clock.advanceSync(5 * MINUTE);
        ups.execute({ type: 'test', test: 'self' });
        clock.advanceSync(10_000);
        assert.deepEqual((await settled(3)).sort(), [2, 3, 4]);
        card.faults.silent = true;
        ups.setMains(false);
        clock.advanceSync(2 * MINUTE);
        assert.deepEqual(sent, []);
    });

    it('can be silent, slow, talk rubbish, or lie about its types', async () => {
        const { card, ups, session } = await start({}, {}, new SystemClock());
        card.faults.silent = true;
        await assert.rejects(get(session, '2.1.0'), { name: 'RequestTimedOutError' });
        card.faults.silent = false;
        ups.silent = true;
        await assert.rejects(get(session, '2.1.0'), { name: 'RequestTimedOutError' });
        ups.silent = false;
        card.faults.slowMs = 150;
        const before = performance.now();
        await get(session, '2.1.0');
        assert.ok(performance.now() - before >= 140);
        card.faults.slowMs = 0;
        card.faults.garbage = true;
        // Not through net-snmp's session, which has no answer to give for this, but an 'error' event.
        const socket = createSocket('udp4');
        cleanUps.push(() => socket.close());
        socket.send(Buffer.from('anything'), card.port, card.address);
        assert.deepEqual((await once(socket, 'message'))[0], Buffer.alloc(8, 0xff));
        card.faults.garbage = false;
        card.faults.wrongTypes = true;
        const type = await new Promise((resolve, reject) =>
            session.get([`${UPS}.2.4.0`], (error, varbinds) => (error ? reject(error) : resolve(varbinds?.[0]?.type))),
        );
        assert.equal(type, snmp.ObjectType.Gauge);
    });

    it('has room for many cards on one port', async () => {
        const first = await start({ address: '127.0.44.1' });
        const second = await start({ address: '127.0.44.2', port: first.card.port });
        second.ups.setMains(false);
        assert.deepEqual(await get(first.session, '4.1.0'), [3]);
        assert.deepEqual(await get(second.session, '4.1.0'), [5]);
        await assert.rejects(start({ address: '127.0.44.1', port: first.card.port }), { code: 'port-in-use' });
    });

    it('leaves nothing behind when it stops', async () => {
        const { card, ups, clock } = await start({ trapTargets: [{ host: '127.0.0.1', port: 9, version: '1' }] });
        ups.setMains(false);
        await card.stop();
        await card.stop();
        assert.equal(ups.listenerCount('change'), 0);
        ups.destroy();
        assert.equal(clock.pending, 0);
    });

    it('obeys the lines of its control channel', async () => {
        const { card, ups } = await start({}, { loads: [{ name: 'mail server', va: 200 }] });
        handleControl(card, 'mains off');
        handleControl(card, 'load 300');
        handleControl(card, 'load mail server off');
        handleControl(card, 'charge 40');
        handleControl(card, 'fault overload on');
        handleControl(card, 'silent on');
        const { battery, output, alarms } = ups.reading();
        assert.equal(battery?.chargePercent, 40);
        assert.equal(output?.lines[0]?.apparentPower, 300);
        assert.deepEqual(alarms, ['input-bad', 'on-battery', 'output-overload']);
        assert.equal(card.faults.silent, true);
        for (const line of ['mains', 'mains perhaps', 'load', 'charge lots', 'dance', 'fault on'])
            assert.throws(() => handleControl(card, line), { code: 'config-invalid' }, line);
    });
});

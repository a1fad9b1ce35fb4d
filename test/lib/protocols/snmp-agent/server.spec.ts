import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import snmp, { ObjectType, PduType } from 'net-snmp';
import type { UpsCommand } from '../../../../lib/core/driver';
import type { ServedTarget } from '../../../../lib/protocols/snmp-agent/serving';
import { SeenSets } from '../../../../lib/protocols/snmp-agent/seen-sets';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { FakeClock } from '../../../support/fake-clock';
import { servedSample } from '../../../support/served-sample';
import { get, MANAGER, READER, set, SnmpWire, WRITER } from '../../../support/snmp-wire';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
};

const UPS = '1.3.6.1.2.1.33.1';
const CHARGE = `${UPS}.2.4.0`;
const SHUTDOWN = `${UPS}.8.2.0`;
const shutdownIn = (seconds: number) => ({ oid: SHUTDOWN, type: ObjectType.Integer, value: seconds });

describe('the SNMP agent', () => {
    let clock: FakeClock;
    let orders: [UpsCommand, string][];
    let outcome: () => Promise<unknown>;
    const target = (charge: number): ServedTarget => ({
        served: () => servedSample({ chargePercent: charge }),
        supports: ({ type }) => type !== 'reboot',
        order: (command, by) => {
            orders.push([command, by]);
            return outcome();
        },
    });
    const wireOf = (settings: ConstructorParameters<typeof SnmpWire>[2] = {}) =>
        new SnmpWire(clock, { ups: target(80), other: target(40) }, settings).start();
    const charge = async (session: snmp.Session) => (await get(session, CHARGE))[0]!.value;

    beforeEach(() => {
        clock = new FakeClock();
        orders = [];
        outcome = () => Promise.resolve();
    });

    it('answers v2c and v3, each UPS by its context or behind the community', async () => {
        const wire = await wireOf();
        assert.equal(await charge(wire.manager('look')), 80);
        assert.equal(await charge(wire.manager('look@other')), 40);
        assert.equal(await charge(wire.manager(READER)), 80);
        assert.equal(await charge(wire.manager(READER, 'other')), 40);
        assert.deepEqual(wire.refusals, []);
        assert.deepEqual(wire.server.activeClients(), [
            { address: '192.0.2.9', since: clock.now(), lastRequest: `GetRequest ${CHARGE}` },
            { address: '192.0.2.9', since: clock.now(), user: 'reader', lastRequest: `GetRequest ${CHARGE}` },
        ]);
    });

    it('is silent to strangers, wrong communities, versions that are off, and unknown UPSs', async () => {
        const wire = await wireOf({ versions: ['3'] });
        await assert.rejects(charge(wire.manager('look')));
        wire.serving.versions = ['2c'];
        await assert.rejects(charge(wire.manager('guess')));
        await assert.rejects(charge(wire.manager('')));
        await assert.rejects(charge(wire.manager('look@nowhere')));
        await assert.rejects(charge(wire.manager('look', '', snmp.Version1)));
        wire.serving.senders = new AllowedSenders('198.51.100.0/24');
        await assert.rejects(charge(wire.manager('look')));
        assert.deepEqual(wire.refusals, [
            'version',
            'wrong-community',
            'wrong-community',
            'no-ups',
            'version',
            'stranger',
        ]);
        assert.deepEqual(wire.sent, []);
    });

    it('reports unknown users, wrong keys and less security than the user has', async () => {
        const wire = await wireOf();
        const wrong = { ...READER, auth: { ...READER.auth, key: 'not-the-key-of-tests' } };
        await assert.rejects(charge(wire.manager({ ...READER, name: 'nobody' })), /Unknown user/i);
        await assert.rejects(charge(wire.manager(wrong)), /digest/i);
        await assert.rejects(charge(wire.manager({ ...READER, priv: undefined })), /security level/i);
        assert.deepEqual(wire.refusals, ['wrong-user', 'wrong-key', 'level-differs']);
    });

    it('reports a context that does not exist, and another privacy password', async () => {
        const wire = await wireOf();
        await assert.rejects(charge(wire.manager(READER, 'nowhere')));
        const wrong = { ...READER, priv: { ...READER.priv!, key: 'not-the-key-of-tests' } };
        await assert.rejects(charge(wire.manager(wrong)), /decrypt/i);
        assert.deepEqual(wire.refusals, ['no-ups', 'not-decrypted']);
        // The report itself is encrypted for its user: who knows the key reads snmpUnknownContexts.
        assert.equal(wire.sent.length, 4);
        assert.ok(wire.sent.at(-1)!.message.includes(Buffer.from([0x2b, 6, 1, 6, 3, 15, 1, 1, 6, 0])));
        assert.equal(await charge(wire.manager(READER, 'other')), 40);
    });

    it('tells its engine, by which a receiver of traps knows its users', async () => {
        const wire = await wireOf();
        const engine = '1.3.6.1.6.3.10.2.1';
        const told = await get(wire.manager(READER, 'other'), ...[1, 2, 3, 4].map((n) => `${engine}.${n}.0`));
        assert.deepEqual(
            told.map(({ value }) => (Buffer.isBuffer(value) ? value.toString('hex') : value)),
            ['80001f8803020000000001', 7, 1000, 65_507],
        );
        const v2c = await wireOf({ versions: ['2c'] });
        assert.equal((await get(v2c.manager('look'), `${engine}.1.0`))[0]!.value, null);
    });

    it('leaves a GETBULK in a message of v1, which has none, unanswered', async () => {
        const wire = await wireOf({ versions: ['1', '2c'] });
        const session = wire.manager('look');
        session.getBulk(['1.3.6.1.2.1.33.1.9'], 0, 50, () => undefined);
        const request = Buffer.from(wire.requests.at(-1)!);
        assert.equal(wire.send(request).length, 1);
        // SEQUENCE, INTEGER 1: the version.
        assert.deepEqual([...request.subarray(2, 5)], [2, 1, 1]);
        request[4] = 0;
        assert.deepEqual(wire.send(request), []);
        assert.equal(wire.refusals.at(-1), 'malformed');
    });

    it('tells who wanted to set what, and why it was not done', async () => {
        const wire = await wireOf();
        const refused: unknown[] = [];
        wire.serving.setRefused = (refusal) => refused.push(Object.values(refusal).join(' '));
        await assert.rejects(set(wire.manager('look'), shutdownIn(60)));
        await assert.rejects(set(wire.manager(WRITER), { ...shutdownIn(60), oid: CHARGE }));
        await assert.rejects(set(wire.manager(WRITER), { ...shutdownIn(60), oid: `${UPS}.99.0` }));
        await assert.rejects(set(wire.manager(WRITER, 'other'), shutdownIn(-5)));
        await assert.rejects(set(wire.manager(WRITER), { ...shutdownIn(20), oid: `${UPS}.8.4.0` }));
        const text = { oid: `${UPS}.1.5.0`, type: ObjectType.OctetString, value: `\u0007${'x'.repeat(80)}` };
        await assert.rejects(set(wire.manager('act'), text));
        const from = '192.0.2.9';
        assert.deepEqual(refused, [
            `${from} community ups ${SHUTDOWN} 60 no-right`,
            `${from} writer ups ${CHARGE} 60 read-only`,
            `${from} writer ups ${UPS}.99.0 60 no-object`,
            `${from} writer other ${SHUTDOWN} -5 wrong-value`,
            `${from} writer ups ${UPS}.8.4.0 20 not-now`,
            `${from} community ups ${UPS}.1.5.0 ?${'x'.repeat(63)} wrong-value`,
        ]);
        assert.deepEqual(orders, []);
    });

    it('does not carry out a SET of v2c again that comes once more after a restart', async () => {
        let kept: unknown = [];
        const memory = { read: () => kept, write: (marks: unknown) => (kept = JSON.parse(JSON.stringify(marks))) };
        const wire = await wireOf();
        const first = new SeenSets(clock, memory);
        assert.equal(first.isRepeated('a'), false);
        clock.advanceSync(100_000);
        assert.equal(first.isRepeated('b'), false);
        clock.advanceSync(100_000);
        const restarted = new FakeClock(clock.now());
        const second = new SeenSets(restarted, memory);
        assert.deepEqual([second.isRepeated('a'), second.isRepeated('b')], [true, true]);
        restarted.advanceSync(101_000);
        assert.deepEqual([second.isRepeated('a'), second.isRepeated('b')], [false, true]);
        await wire.server.stop();
    });

    it('takes a SET only with writes on and a right to write', async () => {
        const wire = await wireOf();
        await assert.rejects(set(wire.manager('look'), shutdownIn(60)), /NoAccess/);
        await assert.rejects(set(wire.manager(READER), shutdownIn(60)), /NoAccess/);
        await set(wire.manager('act@other'), shutdownIn(60));
        await set(wire.manager(WRITER), shutdownIn(-1));
        assert.deepEqual(orders, [
            [{ type: 'shutdown', seconds: 60, scope: 'output' }, 'community (SNMP, 192.0.2.9)'],
            [{ type: 'abort-shutdown' }, 'writer (SNMP, 192.0.2.9)'],
        ]);
        const reboot = { oid: `${UPS}.8.4.0`, type: ObjectType.Integer, value: 20 };
        await assert.rejects(set(wire.manager(WRITER), reboot), /InconsistentValue/);
        await assert.rejects(set(wire.manager(WRITER), { ...reboot, value: 301 }), /WrongValue/);
        wire.serving.writes = false;
        await assert.rejects(set(wire.manager(WRITER), shutdownIn(60)), /NoAccess/);
        assert.equal(orders.length, 2);
    });

    it('tells a manager that its command failed, and that a slow one is accepted', async () => {
        const wire = await wireOf();
        outcome = () => Promise.reject(new Error('no'));
        await assert.rejects(set(wire.manager(WRITER), shutdownIn(60)), /CommitFailed/);
        outcome = () => new Promise(() => undefined);
        const slow = set(wire.manager('act'), shutdownIn(61));
        clock.advanceSync(700);
        assert.equal((await slow)[0]!.value, 61);
    });

    it('carries out a SET once: again after 1 s it is dropped, after 200 s it gets a report', async () => {
        const wire = await wireOf();
        await set(wire.manager(WRITER), shutdownIn(60));
        const captured = wire.requests.at(-1)!;
        assert.equal(orders.length, 1);
        clock.advanceSync(1000);
        assert.deepEqual(wire.send(captured, { address: '192.0.2.66', port: 5000 }), []);
        assert.equal(wire.refusals.at(-1), 'repeated');
        clock.advanceSync(199_000);
        const [report] = wire.send(captured, { address: '192.0.2.66', port: 5000 });
        // usmStatsNotInTimeWindows, 1.3.6.1.6.3.15.1.1.2.0
        assert.ok(report!.includes(Buffer.from([0x2b, 6, 1, 6, 3, 15, 1, 1, 2, 0])));
        assert.equal(orders.length, 1);
        // The same SET of v2c, which knows no time.
        await set(wire.manager('act'), shutdownIn(62));
        wire.send(wire.requests.at(-1)!, MANAGER);
        assert.equal(orders.length, 2);
    });

    it('does not take for its own what was sent to another engine or before its restart', async () => {
        const wire = await wireOf();
        await get(wire.manager(WRITER), CHARGE);
        const captured = wire.requests.at(-1)!;
        const restarted = await wireOf({ engineTime: () => ({ boots: 8, seconds: 1000 }) });
        assert.ok(restarted.send(captured)[0]!.includes(Buffer.from([15, 1, 1, 2, 0])));
        const other = await wireOf({ engineId: '80001f8803020000000002' });
        assert.ok(other.send(captured)[0]!.includes(Buffer.from([15, 1, 1, 4, 0])));
    });

    it('lets a manager go on after a restart: the report of the time is authentic', async () => {
        const wire = await wireOf();
        const session = wire.manager(READER);
        assert.equal(await charge(session), 80);
        wire.serving.engineTime = () => ({ boots: 8, seconds: 3 });
        assert.equal(await charge(session), 80);
    });

    it('answers 200 requests at once from one address, and 50 each second after', async () => {
        const wire = await wireOf();
        await charge(wire.manager('look'));
        const request = wire.requests.at(-1)!;
        const answered = (count: number) =>
            Array.from({ length: count }, () => wire.send(request)).filter(({ length }) => length > 0).length;
        assert.equal(answered(300), 199);
        assert.equal(wire.refusals.at(-1), 'too-many');
        clock.advanceSync(1000);
        assert.equal(answered(300), 50);
        assert.equal(wire.send(request, { address: '192.0.2.10', port: 1 }).length, 1);
    });

    it('keeps its answers within 1400 bytes', async () => {
        const wire = await wireOf();
        const bulk = (session: snmp.Session) =>
            new Promise<unknown[]>((resolve, reject) =>
                session.getBulk(['1.3.6.1.2.1'], 0, 3_000_000, (error: Error | null, varbinds: unknown) =>
                    error ? reject(error) : resolve((varbinds as unknown[][])[0]!),
                ),
            );
        for (const as of ['look', READER] as const) {
            const values = await bulk(wire.manager(as));
            assert.ok(values.length > 35, `${values.length} values`);
            assert.ok(wire.sent.at(-1)!.message.length <= 1400, `${wire.sent.at(-1)!.message.length} bytes`);
        }
        const many = Array.from({ length: 120 }, () => CHARGE);
        await assert.rejects(get(wire.manager('look'), ...many), /TooBig/);
    });

    it('holds each of 20000 damaged requests without a throw, 50 ms, an order or more memory', async function () {
        const runs = Number(process.env.FUZZ_RUNS ?? 20_000);
        this.timeout(20_000 + runs);
        const wire = await wireOf();
        await get(wire.manager('act'), CHARGE, SHUTDOWN);
        await set(wire.manager('act'), shutdownIn(60));
        await get(wire.manager(WRITER), CHARGE);
        await set(wire.manager(WRITER), shutdownIn(60));
        orders = [];
        let seed = Number(process.env.FUZZ_SEED ?? 7);
        const random = (below: number) => {
            // mulberry32: a generator without short cycles
            let mixed = (seed = (seed + 0x6d2b79f5) | 0);
            mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
            mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
            return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
        };
        let slowest = 0;
        let heapBefore = 0;
        for (let run = 0; run < runs; run++) {
            if (run % 1000 === 0) {
                // Commands that damaged requests have given come to their end; what the test itself remembers does not count.
                await new Promise((resolve) => setImmediate(resolve));
                assert.ok(orders.every(([, by]) => by.startsWith('community')));
                wire.sent.length = wire.refusals.length = orders.length = 0;
            }
            // By then its tables have the size that they keep.
            if (run === Math.floor(runs * 0.8)) heapBefore = heap();
            const message = Buffer.from(wire.requests[random(wire.requests.length)]!);
            for (let change = random(4); change >= 0; change--) message[random(message.length)] = random(256);
            const cut = random(5) === 0 ? message.subarray(0, random(message.length)) : message;
            const from = { address: `192.0.2.${random(250)}`, port: 1000 + random(50_000) };
            const tookMs = () => {
                const before = performance.now();
                wire.server.receive(cut, from);
                return performance.now() - before;
            };
            const took = tookMs();
            // A busy machine, or the collector of garbage, is slow only once.
            slowest = Math.max(slowest, took < 20 ? took : Math.min(took, tookMs()));
            clock.advanceSync(20);
        }
        const grown = (heap() - heapBefore) / 2 ** 20;
        assert.ok(grown < 3, `${grown} MiB`);
        assert.ok(slowest < 50, `${slowest} ms`);
        // Only v2c can be damaged and still ask for something.
        assert.ok(orders.every(([, by]) => by.startsWith('community')));
        assert.equal(PduType.SetRequest, 163);
    });
});

import assert from 'node:assert/strict';
import type { DriverMemory } from '../../../../lib/core/driver';
import { SCALARS, SYS_UP_TIME } from '../../../../lib/protocols/snmp/oids';
import { SnmpError, type SnmpVarbind, type SnmpVersion } from '../../../../lib/protocols/snmp/transport';
import type { FakeClock } from '../../../support/fake-clock';
import type { MemoryAgent } from '../../../support/snmp-memory';
import { Bench, card, UPS } from './driver-bench';

const ROW = `${UPS}.6.2.1.2`;
const timeout = () => new SnmpError('timeout', 'no answer in time');

/** Time-outs take time, as on the wire. */
function slowly(clock: FakeClock, agent: MemoryAgent, ms = 4000): void {
    for (const kind of ['get', 'getNext'] as const) {
        const ask = agent[kind].bind(agent);
        agent[kind] = (oids) => ask(oids).catch((error: SnmpError) => late(clock, error, ms));
    }
    const bulk = agent.getBulk.bind(agent);
    agent.getBulk = (oid, most) => bulk(oid, most).catch((error: SnmpError) => late(clock, error, ms));
}

async function late(clock: FakeClock, error: SnmpError, ms: number): Promise<never> {
    if (error.kind === 'timeout') await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
    throw error;
}

function outage(agent: MemoryAgent): void {
    agent.put(SCALARS.upsOutputSource, 5);
    agent.put(SCALARS.upsAlarmsPresent, 1);
    agent.put(`${ROW}.1`, `${UPS}.6.3.2`);
}

class Kept implements DriverMemory {
    value: unknown;
    writes = 0;
    get(): unknown {
        return this.value;
    }
    keep(value: unknown): void {
        this.writes++;
        this.value = JSON.parse(JSON.stringify(value));
    }
}

/** A bench whose driver keeps what it learns. */
async function remembering(agent: MemoryAgent, memory: DriverMemory): Promise<Bench> {
    const bench = new Bench(agent);
    slowly(bench.clock, agent);
    bench.driver.start({
        memory,
        status: (reading) => bench.readings.push(reading),
        state: (state) => bench.states.push(state),
    });
    await bench.clock.advance(0);
    return bench;
}

describe('SNMP driver: agents without manners', () => {
    describe('GETBULK', () => {
        const rude: [string, (agent: MemoryAgent) => void][] = [
            ['is dropped', (agent) => (agent.drops = (kind) => kind === 'getBulk')],
            ['is answered with the object asked for', (agent) => (agent.getBulk = async (oid) => [{ oid, value: 0 }])],
            ['is answered with nothing', (agent) => (agent.getBulk = async () => [])],
            [
                'goes back to the beginning',
                (agent) => (agent.getBulk = async () => [{ oid: '1.3.6.1.2.1.1.1.0', value: 'x' }]),
            ],
            ['says that the MIB ends here', (agent) => (agent.getBulk = async (oid) => [{ oid, value: undefined }])],
            [
                'is answered with what breaks the protocol',
                (agent) => (agent.getBulk = () => Promise.reject(new SnmpError('invalid', 'rubbish'))),
            ],
        ];
        for (const [what, make] of rude) {
            it(`that ${what}: the outage is seen at once, its alarm by GETNEXT`, async () => {
                const agent = card();
                make(agent);
                const bench = new Bench(agent);
                slowly(bench.clock, agent);
                await bench.start();
                await bench.clock.advance(500);
                outage(agent);
                await bench.clock.advance(2100);
                assert.equal(bench.readings.at(-1)?.output?.source, 'battery');
                await bench.clock.advance(10_000);
                assert.deepEqual(bench.readings.at(-1)?.alarms, ['on-battery']);
                assert.deepEqual(bench.stateNames, ['connecting', 'ready']);
                await bench.driver.stop();
                assert.equal(bench.clock.pending, 0);
            });
        }

        it('that is dropped is not asked for at each poll, is remembered, and is tried again later', async () => {
            const agent = card();
            agent.drops = (kind) => kind === 'getBulk';
            outage(agent);
            const memory = new Kept();
            const bench = await remembering(agent, memory);
            await bench.clock.advance(60_000);
            assert.equal(agent.count('getBulk'), 1);
            await bench.driver.stop();

            const next = card();
            outage(next);
            const after = await remembering(next, memory);
            await after.clock.advance(5000);
            assert.deepEqual(after.readings[0]?.alarms, ['on-battery']);
            assert.equal(next.count('getBulk'), 0);
            await after.clock.advance(20 * 60_000);
            assert.ok(next.count('getBulk') > 100, 'it answers now, and is asked');
            await after.driver.stop();
        });

        it('with endless rows ends', async () => {
            const agent = card();
            outage(agent);
            let row = 0;
            agent.getBulk = async (_, most) =>
                Array.from({ length: most }, (): SnmpVarbind => ({ oid: `${ROW}.${++row}`, value: `${UPS}.9.${row}` }));
            const bench = await new Bench(agent).start();
            assert.equal(bench.readings[0]?.alarms?.length, 64);
            await bench.driver.stop();
        });
    });

    describe('an alarm table that is not answered at all', () => {
        it('leaves alarms unknown, never none and never those of before, and spoils nothing else', async () => {
            const agent = card();
            const bench = new Bench(agent);
            slowly(bench.clock, agent);
            await bench.start();
            outage(agent);
            await bench.clock.advance(1000);
            assert.deepEqual(bench.readings.at(-1)?.alarms, ['on-battery']);
            const known = bench.readings.length;
            agent.drops = (kind) => kind !== 'get';
            await bench.clock.advance(60_000);
            const later = bench.readings.slice(known);
            assert.ok(later.length > 20, `${later.length} readings in a minute`);
            for (const reading of later) {
                assert.equal('alarms' in reading, false);
                assert.equal(reading.output?.source, 'battery');
                assert.deepEqual(reading.input, { lines: [{ voltage: 231 }] });
            }
            assert.equal(bench.stateNames.at(-1), 'ready');
            const stopped = bench.driver.stop();
            await bench.clock.advance(20_000);
            await stopped;
        });

        it('does not make mains of a source that says "battery"', async () => {
            // Never seen on anything else, 0 s, battery normal, live input: without the alarm, nobody knows.
            const agent = card('2c', { '4.1.0': 5, '6.1.0': 1 });
            agent.drops = (kind, [oid]) => oid!.startsWith(`${UPS}.6.2`) && kind !== 'get';
            const bench = await new Bench(agent).start();
            assert.equal(bench.readings[0]?.output?.source, undefined);
            await bench.driver.stop();
        });
    });

    it('alarms that nobody counts are found within a minute, and followed', async () => {
        const agent = card();
        const bench = await new Bench(agent).start();
        agent.put(`${ROW}.3`, `${UPS}.6.3.16`);
        await bench.clock.advance(61_000);
        assert.deepEqual(bench.readings.at(-1)?.alarms, ['fan-failure']);
        agent.remove(`${ROW}.3`);
        await bench.clock.advance(1000);
        assert.deepEqual(bench.readings.at(-1)?.alarms, []);
        agent.put(`${ROW}.4`, `${UPS}.6.3.17`);
        await bench.clock.advance(1000);
        assert.deepEqual(bench.readings.at(-1)?.alarms, ['fuse-failure']);
        await bench.driver.stop();
    });

    it('a row that stays when the count, which was right before, is 0 is over', async () => {
        const agent = card('2c', { '6.1.0': 0 });
        const bench = await new Bench(agent).start();
        outage(agent);
        await bench.clock.advance(5000);
        assert.deepEqual(bench.readings.at(-1)?.alarms, ['on-battery']);
        agent.put(SCALARS.upsOutputSource, 3);
        agent.put(SCALARS.upsAlarmsPresent, 0);
        await bench.clock.advance(200_000);
        assert.deepEqual(
            bench.readings.slice(-190).flatMap(({ alarms }) => alarms),
            [],
        );
        await bench.driver.stop();
    });

    it('an alarm that goes between the count and the walk is not told as one without a name', async () => {
        const agent = card('2c', { '6.1.0': 1 });
        const walk = agent.getBulk.bind(agent);
        agent.getBulk = (oid, most) => {
            agent.put(SCALARS.upsAlarmsPresent, 0);
            return walk(oid, most);
        };
        const bench = await new Bench(agent).start();
        assert.deepEqual(bench.readings[0]?.alarms, []);
        await bench.driver.stop();
    });

    describe('the size of a request', () => {
        for (const version of ['1', '2c', '3'] satisfies SnmpVersion[]) {
            for (const most of [1, 2, 6]) {
                it(`v${version}: ${most} at once and silence beyond: whole within seconds, and asked so from then on`, async () => {
                    const agent = card(version);
                    agent.drops = (_, oids) => oids.length > most;
                    const memory = new Kept();
                    const bench = await remembering(agent, memory);
                    await bench.clock.advance(30_000);
                    const { identity, input, output, alarms } = bench.readings.at(-1)!;
                    assert.deepEqual(
                        [identity?.model, input?.lines, output?.source, alarms],
                        ['Model', [{ voltage: 231 }], 'normal', []],
                    );
                    assert.deepEqual(bench.stateNames, ['connecting', 'ready']);
                    const seen = bench.readings.length;
                    await bench.clock.advance(10_000);
                    assert.equal(bench.readings.length - seen, 10);
                    await bench.driver.stop();

                    const again = await remembering(card(version), memory);
                    assert.equal(again.readings.length, 1, 'nothing to find out: no time-out before the first reading');
                    await again.driver.stop();
                });
            }
        }

        it('an outage in the middle of finding it out is told within seconds', async () => {
            const agent = card();
            outage(agent);
            agent.drops = (_, oids) => oids.length > 1;
            const bench = new Bench(agent);
            slowly(bench.clock, agent);
            await bench.start();
            await bench.clock.advance(9000);
            assert.equal(bench.readings[0]?.output?.source, 'battery');
            await bench.driver.stop();
        });

        for (const most of [1, 10, 20]) {
            it(`answers cut off after ${most} are completed`, async () => {
                const agent = card();
                for (const kind of ['get', 'getNext'] as const) {
                    const ask = agent[kind].bind(agent);
                    agent[kind] = async (oids) => (await ask(oids)).slice(0, most);
                }
                const bench = await new Bench(agent).start();
                assert.equal(bench.readings[0]?.identity?.model, 'Model');
                assert.deepEqual(bench.readings[0]?.input, { lines: [{ voltage: 231 }] });
                await bench.driver.stop();
            });
        }

        it('empty answers, and answers to something else, are no reading and no endless loop', async () => {
            for (const answer of [[], [{ oid: '1.2.3', value: 7 }]]) {
                const agent = card();
                agent.get = async () => answer;
                const bench = await new Bench(agent).start();
                assert.deepEqual(bench.stateNames, ['connecting', 'device-refused']);
                await bench.driver.stop();
            }
        });

        it('answers in another order are put right', async () => {
            const agent = card('2c', { '3.3.1.2.1': 500, '3.3.1.4.1': 12, '4.4.1.2.1': 229 });
            for (const kind of ['get', 'getNext'] as const) {
                const ask = agent[kind].bind(agent);
                agent[kind] = async (oids) => (await ask(oids)).reverse();
            }
            const bench = await new Bench(agent).start();
            assert.deepEqual(bench.readings[0]?.input?.lines, [{ frequency: 50, voltage: 231, current: 1.2 }]);
            assert.deepEqual(bench.readings[0]?.output?.lines, [{ voltage: 229, load: 42 }]);
            await bench.driver.stop();
        });

        it('silence is no size: a card that was off is asked in full when it is back', async () => {
            const agent = card();
            const bench = await new Bench(agent).start();
            agent.failure = timeout();
            await bench.clock.advance(10_000);
            agent.failure = undefined;
            await bench.clock.advance(2000);
            agent.log.length = 0;
            await bench.clock.advance(1000);
            assert.equal(agent.log.length, 1);
            await bench.driver.stop();
        });

        it('a lost packet is forgiven: minutes later everything goes into one request again', async () => {
            const agent = card();
            let lost = 0;
            agent.drops = (_, oids) => oids.length > 10 && ++lost === 1;
            const bench = await new Bench(agent).start();
            await bench.clock.advance(15 * 60_000);
            agent.log.length = 0;
            await bench.clock.advance(1000);
            assert.equal(agent.log.length, 1, agent.log.join('\n'));
            await bench.driver.stop();
        });
    });

    it('one object that is never answered costs nothing but itself', async () => {
        const agent = card('2c', { '2.7.0': 21 });
        agent.drops = (_, oids) => oids.includes(SCALARS.upsBatteryTemperature);
        const bench = new Bench(agent);
        slowly(bench.clock, agent);
        await bench.start();
        await bench.clock.advance(60_000);
        assert.deepEqual(bench.readings.at(-1)?.battery, { state: 'normal', secondsOnBattery: 0, chargePercent: 87 });
        const seen = bench.readings.length;
        await bench.clock.advance(300_000);
        assert.ok(bench.readings.length - seen > 270, `${bench.readings.length - seen} readings in 300 s`);
        await bench.driver.stop();
    });

    it('a poll that is answered in part tells that part, and nothing old beside it', async () => {
        const agent = card();
        agent.largest = 6;
        const bench = await new Bench(agent).start();
        agent.put(SCALARS.upsOutputSource, 5);
        agent.drops = (_, oids) => !oids.includes(SCALARS.upsOutputSource);
        await bench.clock.advance(1000);
        const last = bench.readings.at(-1)!;
        assert.equal(last.output?.source, 'battery');
        assert.deepEqual(last.input?.lines, []);
        assert.equal('alarms' in last, false);
        await bench.driver.stop();
    });

    describe('an agent that boots', () => {
        for (const version of ['1', '2c'] satisfies SnmpVersion[]) {
            it(`v${version}: refuses everything for 30 s, and is whole with the first reading after`, async () => {
                const agent = card(version);
                agent.failure = new SnmpError('refused', 'genErr', { status: 'genErr' });
                const bench = await new Bench(agent).start();
                await bench.clock.advance(30_000);
                assert.equal(bench.readings.length, 0);
                agent.failure = undefined;
                await bench.clock.advance(1000);
                assert.equal(bench.readings[0]?.identity?.model, 'Model');
                assert.deepEqual(bench.readings[0]?.input, { lines: [{ voltage: 231 }] });
                await bench.driver.stop();
            });

            it(`v${version}: lacks its source and its tables at first, and is read when it has them`, async () => {
                const agent = card(version);
                agent.remove(SCALARS.upsOutputSource);
                agent.remove(`${UPS}.3.3.1.3.1`);
                agent.remove(`${UPS}.4.4.1.5.1`);
                const bench = await new Bench(agent).start();
                await bench.clock.advance(12_000);
                agent.put(SCALARS.upsOutputSource, 5);
                agent.put(`${UPS}.3.3.1.3.1`, 0);
                await bench.clock.advance(6000);
                assert.equal(bench.readings.at(-1)?.output?.source, 'battery');
                assert.deepEqual(bench.readings.at(-1)?.input, { lines: [{ voltage: 0 }] });
                await bench.driver.stop();
            });

            it(`v${version}: a table that is away when its shape is read is back with the next poll that has it`, async () => {
                const agent = card(version);
                const bench = await new Bench(agent).start();
                await bench.clock.advance(59_000);
                agent.remove(`${UPS}.3.3.1.3.1`);
                await bench.clock.advance(3000);
                assert.deepEqual(bench.readings.at(-1)?.input, { lines: [] });
                agent.put(`${UPS}.3.3.1.3.1`, 0);
                await bench.clock.advance(1000);
                assert.deepEqual(bench.readings.at(-1)?.input, { lines: [{ voltage: 0 }] });
                await bench.driver.stop();
            });
        }

        it('that has restarted is asked again for what it lacked', async () => {
            const agent = card('1', {});
            agent.put(SYS_UP_TIME, 500_000_00);
            const bench = await new Bench(agent).start();
            await bench.clock.advance(5000);
            assert.equal(bench.readings.at(-1)?.agentUptime, 500_000);
            agent.put(SYS_UP_TIME, 12_00);
            agent.put(SCALARS.upsBatteryTemperature, 21);
            await bench.clock.advance(3000);
            assert.equal(bench.readings.at(-1)?.agentUptime, 12);
            assert.equal(bench.readings.at(-1)?.battery?.temperature, 21);
            await bench.driver.stop();
        });
    });

    describe('what is kept for the next process', () => {
        it('units, over a restart in mid-outage where the input shows 0', async () => {
            const memory = new Kept();
            const tenths = { '3.3.1.3.1': 2310, '4.4.1.2.1': 2300 };
            const agent = card('2c', tenths);
            const bench = await remembering(agent, memory);
            await bench.clock.advance(20_000);
            await bench.driver.stop();
            const next = card('2c', { ...tenths, '3.3.1.3.1': 0, '4.1.0': 5, '2.2.0': 60 });
            const after = await remembering(next, memory);
            assert.deepEqual(after.readings[0]?.input, { lines: [{ voltage: 0 }] });
            // 11.5 V picked up by a dead input; no mains of 115 V.
            next.put(`${UPS}.3.3.1.3.1`, 115);
            await after.clock.advance(5000);
            assert.deepEqual(after.readings.at(-1)?.input, { lines: [{}] });
            next.put(`${UPS}.3.3.1.3.1`, 2290);
            await after.clock.advance(1000);
            assert.deepEqual(after.readings.at(-1)?.input, { lines: [{ voltage: 229 }] });
            await after.driver.stop();
        });

        it('that the source moves: "battery" of a card that was seen on mains is an outage', async () => {
            const memory = new Kept();
            const bench = await remembering(card(), memory);
            await bench.driver.stop();
            const after = await remembering(card('2c', { '4.1.0': 5 }), memory);
            assert.equal(after.readings[0]?.output?.source, 'battery');
            await after.driver.stop();
        });

        it('is of one card: another under the same address is learned anew', async () => {
            const memory = new Kept();
            const first = card('2c', { '3.3.1.3.1': 2310 });
            first.put('1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.705.1');
            const bench = await remembering(first, memory);
            await bench.driver.stop();
            const second = card('2c', { '3.3.1.3.1': 115 });
            second.put('1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.850.1');
            const after = await remembering(second, memory);
            assert.deepEqual(after.readings[0]?.input, { lines: [{ voltage: 115 }] });
            await after.driver.stop();
        });

        it('is written when it is new, not with each reading', async () => {
            const memory = new Kept();
            const agent = card();
            agent.put(SYS_UP_TIME, 100);
            const bench = await remembering(agent, memory);
            for (let second = 0; second < 600; second++) {
                agent.put(SYS_UP_TIME, 100 + second * 100);
                await bench.clock.advance(1000);
            }
            assert.ok(memory.writes < 15, `${memory.writes} writes`);
            await bench.driver.stop();
        });

        for (const rubbish of [
            null,
            7,
            'x',
            [],
            {},
            { card: 'x', decoder: null, agent: [] },
            { card: '', decoder: { units: { load: 9 } } },
        ]) {
            it(`is not trusted: ${JSON.stringify(rubbish)}`, async () => {
                const memory = new Kept();
                memory.value = rubbish;
                const bench = await remembering(card(), memory);
                assert.equal(bench.readings[0]?.battery?.chargePercent, 87);
                await bench.driver.stop();
            });
        }
    });
});

import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import { SCALARS } from '../../../../lib/protocols/snmp/oids';
import { SnmpError, type SnmpVersion } from '../../../../lib/protocols/snmp/transport';
import { MemoryAgent } from '../../../support/snmp-memory';
import { Bench, CARD, card, UPS } from './driver-bench';

const timeout = () => new SnmpError('timeout', 'no answer in time');

describe('SNMP driver', () => {
    it('gives its first reading at once, then one per interval, stamped when it was taken', async () => {
        const { clock, readings, driver } = await new Bench(card()).start();
        const begin = clock.now();
        await clock.advance(3000);
        assert.deepEqual(
            readings.map(({ time }) => time! - begin),
            [0, 1000, 2000, 3000],
        );
        await driver.stop();
    });

    it('asks for what decides in a single request', async () => {
        const { clock, agent, driver } = await new Bench(card()).start();
        agent.log.length = 0;
        await clock.advance(1000);
        assert.equal(agent.log.length, 1);
        assert.match(agent.log[0]!, /^get .*1\.4\.1\.0/);
        await driver.stop();
    });

    it('never has two requests under way', async () => {
        const { clock, agent, driver } = await new Bench(card()).start();
        for (let i = 0; i < 20; i++) {
            driver.pollNow();
            void driver.execute({ type: 'buzzer', state: 'off' }).catch(() => {});
            await clock.advance(137);
        }
        assert.equal(agent.mostInFlight, 1);
        await driver.stop();
    });

    it('repeats what is read once a minute in every reading, and notices when it changes', async () => {
        const { clock, agent, readings, driver } = await new Bench(card()).start();
        await clock.advance(1000);
        assert.deepEqual(readings[1]?.identity, { model: 'Model' });
        agent.put(SCALARS.upsIdentModel, 'Other');
        await clock.advance(60_000);
        assert.deepEqual(readings.at(-1)?.identity, { model: 'Other' });
        await driver.stop();
    });

    it('finds a phase that comes and leaves out one that goes', async () => {
        const { clock, agent, readings, driver } = await new Bench(card()).start();
        agent.put(`${UPS}.4.4.1.5.2`, 10);
        await clock.advance(61_000);
        assert.deepEqual(readings.at(-1)?.output?.lines, [{ load: 42 }, { load: 10 }]);
        agent.remove(`${UPS}.4.4.1.5.2`);
        await clock.advance(1000);
        assert.deepEqual(readings.at(-1)?.output?.lines, [{ load: 42 }]);
        await driver.stop();
    });

    describe('missing objects', () => {
        for (const hidden of [false, true]) {
            it(`are learned in v1, where one of them fails the request${hidden ? ' without saying which' : ''}`, async () => {
                const agent = card('1');
                agent.hidesErrorIndex = hidden;
                const { clock, readings, driver } = await new Bench(agent).start();
                await clock.advance(0);
                agent.log.length = 0;
                await clock.advance(1000);
                assert.equal(readings.length, 2);
                assert.equal(readings[1]?.battery?.chargePercent, 87);
                assert.equal(agent.count('get'), 1, agent.log.join('\n'));
                await driver.stop();
            });
        }

        for (const version of ['1', '2c'] satisfies SnmpVersion[]) {
            it(`over v${version}: one that had a value is asked for again until it is back`, async () => {
                const { clock, agent, readings, driver } = await new Bench(card(version)).start();
                agent.remove(SCALARS.upsOutputSource);
                await clock.advance(1000);
                assert.equal(readings.at(-1)?.output?.source, undefined);
                agent.put(SCALARS.upsOutputSource, 5);
                await clock.advance(1000);
                assert.equal(readings.at(-1)?.output?.source, 'battery');
                await driver.stop();
            });
        }

        it('appear after a firmware update', async () => {
            const { clock, agent, readings, driver } = await new Bench(card()).start();
            agent.put(SCALARS.upsBatteryTemperature, 25);
            agent.put(SCALARS.upsConfigLowBattTime, 4);
            await clock.advance(61_000);
            assert.equal(readings.at(-1)?.battery?.temperature, 25);
            assert.deepEqual(readings.at(-1)?.settings, { upsConfigLowBattTime: 4 });
            await driver.stop();
        });
    });

    it('splits requests that are too big, and goes on so', async () => {
        const agent = card();
        agent.largest = 5;
        const { clock, readings, driver } = await new Bench(agent).start();
        await clock.advance(1000);
        assert.equal(readings.length, 2);
        assert.equal(readings[1]?.battery?.chargePercent, 87);
        agent.log.length = 0;
        await clock.advance(1000);
        const sizes = agent.log.map((line) => line.split(' ').length - 1);
        assert.ok(Math.max(...sizes) <= 5, agent.log.join('\n'));
        await driver.stop();
    });

    describe('alarms', () => {
        const ROW = `${UPS}.6.2.1.2`;

        for (const version of ['1', '2c'] satisfies SnmpVersion[]) {
            it(`over v${version} are walked while present, even when their number stays the same`, async () => {
                const { clock, agent, readings, driver } = await new Bench(card(version)).start();
                assert.deepEqual(readings.at(-1)?.alarms, []);
                agent.put(SCALARS.upsAlarmsPresent, 1);
                agent.put(`${ROW}.7`, `${UPS}.6.3.2`);
                await clock.advance(1000);
                assert.deepEqual(readings.at(-1)?.alarms, ['on-battery']);
                agent.remove(`${ROW}.7`);
                agent.put(`${ROW}.8`, `${UPS}.6.3.22`);
                await clock.advance(1000);
                assert.deepEqual(readings.at(-1)?.alarms, ['shutdown-pending']);
                agent.remove(`${ROW}.8`);
                agent.put(SCALARS.upsAlarmsPresent, 0);
                await clock.advance(1000);
                assert.deepEqual(readings.at(-1)?.alarms, []);
                await driver.stop();
            });
        }

        it('are walked without a count, once the table has been seen', async () => {
            const agent = card('2c', { '6.1.0': undefined, '6.2.1.2.1': `${UPS}.6.3.16` });
            agent.remove(SCALARS.upsAlarmsPresent);
            const { clock, readings, driver } = await new Bench(agent).start();
            assert.deepEqual(readings.at(-1)?.alarms, ['fan-failure']);
            agent.remove(`${ROW}.1`);
            await clock.advance(1000);
            assert.deepEqual(readings.at(-1)?.alarms, []);
            await driver.stop();
        });

        it('are not told by a card without count and table', async () => {
            const agent = card();
            agent.remove(SCALARS.upsAlarmsPresent);
            const { clock, readings, driver } = await new Bench(agent).start();
            await clock.advance(2000);
            assert.ok(readings.every((reading) => !('alarms' in reading)));
            await driver.stop();
        });

        it('of a broken table end somewhere', async () => {
            const rows = Object.fromEntries(
                Array.from({ length: 500 }, (_, i) => [`6.2.1.2.${i + 1}`, `${UPS}.9.${i}`]),
            );
            const { readings, driver } = await new Bench(card('2c', { '6.1.0': 500, ...rows })).start();
            assert.equal(readings[0]?.alarms?.length, 64);
            await driver.stop();
        });

        it('communications-lost is told as an alarm: the unit knows what to make of it', async () => {
            const { readings, driver } = await new Bench(
                card('2c', { '6.1.0': 1, '6.2.1.2.1': `${UPS}.6.3.20` }),
            ).start();
            assert.deepEqual(readings[0]?.alarms, ['communications-lost']);
            await driver.stop();
        });
    });

    describe('silence', () => {
        it('is told once, and the first good reading ends it', async () => {
            const bench = await new Bench(card()).start();
            bench.agent.failure = timeout();
            await bench.clock.advance(3000);
            assert.deepEqual(bench.stateNames, ['connecting', 'ready', 'device-silent']);
            assert.equal(bench.readings.length, 1);
            bench.agent.failure = undefined;
            bench.agent.put(SCALARS.upsOutputSource, 5);
            await bench.clock.advance(1000);
            assert.deepEqual(bench.stateNames, ['connecting', 'ready', 'device-silent', 'ready']);
            assert.equal(bench.readings.at(-1)?.output?.source, 'battery');
            await bench.driver.stop();
            assert.equal(bench.states.at(-1)?.state, 'closed');
        });

        it('from the start is recovered from with a whole reading', async () => {
            const agent = card();
            agent.failure = timeout();
            const { clock, readings, driver, stateNames, ...bench } = await new Bench(agent).start();
            await clock.advance(5000);
            agent.failure = undefined;
            await clock.advance(1000);
            assert.equal(readings.length, 1);
            assert.deepEqual(readings[0]?.identity, { model: 'Model' });
            assert.deepEqual(readings[0]?.input, { lines: [{ voltage: 231 }] });
            assert.deepEqual(
                bench.states.map(({ state }) => state),
                ['connecting', 'waiting', 'ready'],
            );
            await driver.stop();
        });

        it('in the middle of the slow round is told as well', async () => {
            const bench = await new Bench(card()).start();
            await bench.clock.advance(59_999);
            bench.agent.failure = timeout();
            await bench.clock.advance(2);
            assert.equal(bench.stateNames.at(-1), 'device-silent');
            bench.agent.failure = undefined;
            await bench.clock.advance(2000);
            assert.equal(bench.stateNames.at(-1), 'ready');
            await bench.driver.stop();
        });

        for (const [error, code] of [
            [new SnmpError('access-denied', 'Unknown User Name'), 'access-denied'],
            [new SnmpError('access-denied', 'authorizationError', { status: 'authorizationError' }), 'access-denied'],
            [new SnmpError('refused', 'genErr', { status: 'resourceUnavailable' }), 'device-refused'],
            [new SnmpError('invalid', 'Version mismatch'), 'device-refused'],
            [new SnmpError('unreachable', 'ENETUNREACH'), 'device-silent'],
        ] as const) {
            it(`${error.kind} (${error.message}) is ${code}`, async () => {
                const agent = card();
                agent.failure = error;
                const bench = await new Bench(agent).start();
                assert.deepEqual(bench.stateNames, ['connecting', code]);
                await bench.driver.stop();
            });
        }

        it('an agent that knows nothing of a UPS is device-refused', async () => {
            const bench = await new Bench(new MemoryAgent([['1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.8072']])).start();
            assert.deepEqual(bench.stateNames, ['connecting', 'device-refused']);
            assert.equal(bench.readings.length, 0);
            await bench.driver.stop();
        });

        for (const version of ['1', '2c'] satisfies SnmpVersion[]) {
            it(`over v${version}: an agent that finds its UPS later is read then`, async () => {
                const empty = new MemoryAgent([['1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.8072']], version);
                const bench = await new Bench(empty).start();
                await bench.clock.advance(5000);
                for (const [path, value] of Object.entries(CARD)) empty.put(`${UPS}.${path}`, value);
                await bench.clock.advance(1000);
                assert.equal(bench.stateNames.at(-1), 'ready');
                assert.deepEqual(bench.readings.at(-1)?.input, { lines: [{ voltage: 231 }] });
                await bench.driver.stop();
            });
        }

        it('a card that answers polls, but not what is asked once a minute, is not silent', async () => {
            const agent = card();
            const bench = new Bench(agent);
            agent.getNext = () => Promise.reject(timeout());
            await bench.start();
            await bench.clock.advance(2000);
            assert.equal(bench.stateNames.at(-1), 'ready');
            assert.equal(bench.readings[0]?.battery?.chargePercent, 87);
            await bench.clock.advance(120_000);
            assert.deepEqual(bench.stateNames, ['connecting', 'ready']);
            await bench.driver.stop();
        });

        it('an agent that fails on everything is not asked for each object by itself', async () => {
            const bench = await new Bench(card()).start();
            bench.agent.failure = new SnmpError('refused', 'genErr', { status: 'genErr' });
            bench.agent.log.length = 0;
            await bench.clock.advance(1000);
            assert.equal(bench.stateNames.at(-1), 'device-refused');
            assert.ok(bench.agent.log.length <= 20, `${bench.agent.log.length} requests`);
            await bench.driver.stop();
        });

        it('another card under the same address is read from scratch', async () => {
            const agent = card('2c', { '3.3.1.3.2': 232 });
            agent.put('1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.705.1');
            const { clock, readings, driver } = await new Bench(agent).start();
            agent.failure = timeout();
            await clock.advance(2000);
            agent.failure = undefined;
            agent.put('1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.850.1');
            agent.remove(`${UPS}.3.3.1.3.2`);
            agent.remove(SCALARS.upsIdentModel);
            await clock.advance(3000);
            assert.deepEqual(readings.at(-1)?.identity, {});
            assert.deepEqual(readings.at(-1)?.input, { lines: [{ voltage: 231 }] });
            await driver.stop();
        });
    });

    describe('when it polls', () => {
        it('keeps the rhythm, and skips what falls due while a poll is running', async () => {
            const { clock, agent, readings, driver } = await new Bench(card()).start();
            const begin = clock.now();
            let open = () => {};
            agent.gate = new Promise((resolve) => (open = resolve));
            await clock.advance(3400);
            assert.equal(readings.length, 1);
            agent.gate = undefined;
            open();
            await clock.advance(0);
            await clock.advance(1600);
            assert.deepEqual(
                readings.slice(1).map(({ time }) => time! - begin),
                [3400, 3400, 4000, 5000],
            );
            await driver.stop();
        });

        it('at once on request, and many requests are one poll', async () => {
            const { clock, readings, driver } = await new Bench(card()).start();
            await clock.advance(300);
            for (let i = 0; i < 10; i++) driver.pollNow();
            await clock.advance(0);
            assert.equal(readings.length, 2);
            await driver.stop();
        });

        it('once more after a poll during which it was asked', async () => {
            const { clock, agent, readings, driver } = await new Bench(card()).start();
            let open = () => {};
            agent.gate = new Promise((resolve) => (open = resolve));
            driver.pollNow();
            await clock.advance(0);
            for (let i = 0; i < 10; i++) driver.pollNow();
            agent.gate = undefined;
            open();
            await clock.advance(0);
            assert.equal(readings.length, 3);
            await driver.stop();
        });

        it('twice as often while it is urgent, at most every half second', async () => {
            const { clock, readings, driver } = await new Bench(card()).start();
            driver.setUrgent(true);
            await clock.advance(2000);
            assert.equal(readings.length, 5);
            driver.setUrgent(false);
            await clock.advance(2000);
            assert.equal(readings.length, 7);
            await driver.stop();

            const slow = await new Bench(card(), { intervalMs: 10_000 }).start();
            slow.driver.setUrgent(true);
            await slow.clock.advance(5000);
            assert.equal(slow.readings.length, 2);
            await slow.driver.stop();

            const fast = await new Bench(card(), { intervalMs: 200 }).start();
            fast.driver.setUrgent(true);
            await fast.clock.advance(1000);
            assert.equal(fast.readings.length, 6);
            await fast.driver.stop();
        });

        it('urgency takes effect in the interval that is running', async () => {
            const { clock, readings, driver } = await new Bench(card(), { intervalMs: 60_000 }).start();
            await clock.advance(31_000);
            driver.setUrgent(true);
            await clock.advance(0);
            assert.equal(readings.length, 2);
            await driver.stop();
        });
    });

    describe('stopping', () => {
        it('clears every timer and fails what is under way', async () => {
            const { clock, agent, driver, readings } = await new Bench(card()).start();
            agent.gate = new Promise(() => {});
            driver.pollNow();
            await clock.advance(0);
            const command = driver.execute({ type: 'buzzer', state: 'off' });
            const failed = assert.rejects(command, (error: UpsError) => error.code === 'interrupted');
            await driver.stop();
            await failed;
            await driver.stop();
            assert.equal(clock.pending, 0);
            assert.equal(agent.closed, true);
            await clock.advance(10_000);
            assert.equal(readings.length, 1);
            await assert.rejects(
                driver.execute({ type: 'abort-shutdown' }),
                (error: UpsError) => error.code === 'interrupted',
            );
        });

        it('works before the start, and a start after it does nothing', async () => {
            const bench = new Bench(card());
            await bench.driver.stop();
            await bench.start();
            await bench.clock.advance(5000);
            assert.deepEqual([bench.readings.length, bench.agent.log.length, bench.clock.pending], [0, 0, 0]);
        });

        it('subscribes to traps at the start, polls on a hint, and cancels at the end', async () => {
            let hint = () => {};
            let cancelled = 0;
            const bench = new Bench(card(), {
                traps: (poll) => {
                    hint = poll;
                    return { listening: Promise.resolve(), cancel: () => cancelled++ };
                },
            });
            await bench.start();
            await bench.clock.advance(100);
            hint();
            await bench.clock.advance(0);
            assert.equal(bench.readings.length, 2);
            await bench.driver.stop();
            await bench.driver.stop();
            assert.equal(cancelled, 1);
        });
    });

    it('bounds the commands that wait', async () => {
        const { clock, agent, driver } = await new Bench(card('2c', { '9.8.0': 2 })).start();
        let open = () => {};
        agent.gate = new Promise((resolve) => (open = resolve));
        driver.pollNow();
        await clock.advance(0);
        const command: UpsCommand = { type: 'buzzer', state: 'off' };
        const waiting = Array.from({ length: 16 }, () => driver.execute(command));
        await assert.rejects(driver.execute(command), (error: UpsError) => error.code === 'command-failed');
        open();
        await clock.advance(0);
        await clock.advance(0);
        for (const result of await Promise.all(waiting)) assert.equal(result.confirmed, true);
        await driver.stop();
    });
});

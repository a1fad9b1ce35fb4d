import assert from 'node:assert/strict';
import type { TestState } from '../../../../lib/core/status/status';
import { runTest, type TestProgress, type TestReport } from '../../../../lib/core/unit/test-run';
import { UnitBench, onBattery, onMains } from '../../../support/fake-ups';

const reading = (result: TestState['result'], voltage: number, startedAt?: number) =>
    onMains({ battery: { voltage, chargePercent: 100 }, test: { result, startedAt } });

/** Starts a test; `report` and `error` are there once it has ended. */
function start(bench: UnitBench, over: Partial<Parameters<typeof runTest>[1]> = {}) {
    const abort = new AbortController();
    const saved: TestProgress[] = [];
    const seen: { report?: TestReport; error?: { code: string }; saved: TestProgress[]; abort: AbortController } = {
        saved,
        abort,
    };
    const options = {
        test: 'battery' as const,
        saveProgress: (p: TestProgress) => saved.push(p),
        signal: abort.signal,
    };
    runTest(bench.unit, { ...options, ...over }).then(
        (report) => (seen.report = report),
        (error: { code: string }) => (seen.error = error),
    );
    return seen;
}

describe('runTest', () => {
    it('waits for the end and tells what the device says', async () => {
        const bench = new UnitBench();
        bench.driver.read(reading('none', 54));
        const seen = start(bench);
        await bench.clock.advance(0);
        assert.deepEqual(bench.driver.executed, [{ type: 'test', test: 'battery' }]);
        assert.equal(seen.saved[0]?.voltageBefore, 54);
        bench.driver.read(reading('in-progress', 50));
        await bench.clock.advance(9000);
        assert.equal(seen.report === undefined, true);
        bench.driver.read(reading('failed', 53));
        await bench.clock.advance(0);
        assert.deepEqual(seen.report, {
            result: 'failed',
            by: 'device',
            voltageBefore: 54,
            voltageAfter: 53,
            chargeBefore: 100,
            chargeAfter: 100,
            minutesOnBattery: 0,
        });
    });

    for (const [after, result] of [
        [49, 'passed'],
        [48, 'failed'],
    ] as const) {
        it(`judges by the voltage if the device tells nothing: 54 V, then ${after} V is ${result}`, async () => {
            const bench = new UnitBench();
            bench.driver.read(onMains());
            const seen = start(bench);
            await bench.clock.advance(0);
            bench.driver.read(onMains({ alarms: ['test-in-progress'] }));
            bench.driver.read(reading(undefined, after));
            await bench.clock.advance(0);
            assert.equal(seen.report?.result, result);
            assert.equal(seen.report?.by, 'voltage');
            assert.equal(bench.told.includes('battery-bad on'), result === 'failed');
        });
    }

    it('ends hard after testMaxMinutes, when battery operation counts as an outage again', async () => {
        const bench = new UnitBench({ testMaxMinutes: 3 });
        bench.driver.read(reading('none', 54));
        const seen = start(bench);
        await bench.clock.advance(0);
        const testing = () =>
            onBattery({ test: { result: 'in-progress' }, alarms: ['on-battery', 'test-in-progress'] });
        // Nobody can say whether the mains are there: the test has its time, and no more.
        const untold = () => ({ ...testing(), input: { lines: [] } });
        bench.readFor(179, untold);
        await bench.clock.advance(0);
        assert.ok(!bench.told.includes('power-fail on'));
        assert.equal(seen.error === undefined, true);
        bench.readFor(3, untold);
        await bench.clock.advance(0);
        assert.equal(seen.error?.code, 'command-failed');
        assert.ok(bench.told.includes('power-fail on'));
    });

    it('refuses a custom test longer than the unit allows, and sends nothing', async () => {
        const bench = new UnitBench({ testMaxMinutes: 10 });
        bench.driver.read(onMains());
        for (const minutes of [11, 0, undefined]) {
            const seen = start(bench, { test: 'custom', minutes });
            await bench.clock.advance(0);
            assert.equal(seen.error?.code, 'out-of-range');
        }
        assert.deepEqual(bench.driver.executed, []);
    });

    it('says unknown when no test is ever seen', async () => {
        const bench = new UnitBench();
        bench.driver.read(reading('passed', 54, 1000));
        const seen = start(bench);
        await bench.clock.advance(0);
        // The old result, its start reckoned a little differently, is not the new one.
        bench.driver.read(reading('passed', 54, 1400));
        await bench.clock.advance(59_000);
        assert.equal(seen.report === undefined, true);
        await bench.clock.advance(2000);
        assert.equal(seen.report?.result, 'unknown');
    });

    it('is not sent again after an interruption, but waited for', async () => {
        const bench = new UnitBench();
        const seen = start(bench, { progress: { sentAt: bench.clock.now() - 5000, voltageBefore: 54 } });
        bench.driver.read(reading('in-progress', 50));
        bench.driver.read(reading('passed', 54));
        await bench.clock.advance(0);
        assert.equal(seen.report?.result, 'passed');
        assert.deepEqual(bench.driver.executed, []);
        assert.deepEqual(seen.saved, []);
    });

    for (const hours of [-5, 5]) {
        const away = `${hours} h set on the wall clock while nobody was there`;

        it(`keeps its limit: ${away}`, async () => {
            const bench = new UnitBench({ testMaxMinutes: 30 });
            bench.clock.boot = { id: 'a', origin: 500_000 };
            bench.driver.read(reading('none', 54));
            const first = start(bench);
            await bench.clock.advance(0);
            bench.driver.read(reading('in-progress', 52));
            await bench.clock.advance(600_000);
            first.abort.abort();
            bench.clock.jumpWall(hours * 3600_000);
            const seen = start(bench, { progress: JSON.parse(JSON.stringify(first.saved.at(-1))) as TestProgress });
            const unfed = () => ({ ...reading('in-progress', 52), input: { lines: [] } });
            bench.readFor(1190, unfed);
            await bench.clock.advance(0);
            assert.ok(!seen.error, '10 min and nearly 20 min');
            bench.readFor(20, unfed);
            await bench.clock.advance(0);
            assert.equal((seen.error as { code: string } | undefined)?.code, 'command-failed');
        });

        it(`knows its own test by its start: ${away}`, async () => {
            for (const byDevice of [false, true]) {
                const bench = new UnitBench();
                bench.clock.boot = { id: 'a', origin: 500_000 };
                const step = hours * 3600_000;
                const former = bench.clock.now() - 600_000;
                bench.driver.read(reading('passed', 54, former));
                const first = start(bench);
                await bench.clock.advance(0);
                const mine = bench.clock.now() + 1000;
                await bench.clock.advance(5000);
                first.abort.abort();
                bench.clock.jumpWall(step);
                const seen = start(bench, { progress: JSON.parse(JSON.stringify(first.saved.at(-1))) as TestProgress });
                const told = byDevice ? 0 : step;
                bench.driver.read(reading('passed', 54, former + told));
                await bench.clock.advance(1000);
                assert.ok(!seen.report, 'that is the one before');
                bench.driver.read(reading('failed', 50, mine + told));
                await bench.clock.advance(0);
                assert.equal((seen.report as TestReport | undefined)?.result, 'failed');
            }
        });
    }

    it('is not sent to a UPS that is on battery', async () => {
        for (const reading of [onBattery(), onMains({ output: { source: 'battery', lines: [] } })]) {
            const bench = new UnitBench();
            bench.driver.read(reading);
            const seen = start(bench, { test: 'full' });
            await bench.clock.advance(0);
            assert.equal(seen.error?.code, 'test-on-battery');
            assert.deepEqual(bench.driver.executed, []);
        }
    });

    it('a full test may take as long as the battery, and tells time, charge and a load that is too low', async () => {
        const bench = new UnitBench({ testMaxMinutes: 3 });
        const output = { source: 'normal' as const, lines: [{ load: 20 }] };
        bench.driver.read(onMains({ output, battery: { chargePercent: 100 } }));
        const seen = start(bench, { test: 'full' });
        await bench.clock.advance(0);
        let chargePercent = 100;
        bench.readFor(1200, () => ({
            ...onBattery({ test: { result: 'in-progress' }, battery: { chargePercent: (chargePercent -= 0.05) } }),
            input: onMains().input,
        }));
        await bench.clock.advance(0);
        assert.equal(seen.error === undefined && seen.report === undefined, true, 'nobody gives up');
        bench.driver.read(onMains({ test: { result: 'passed' }, battery: { chargePercent: 40 } }));
        await bench.clock.advance(0);
        const { result, minutesOnBattery, chargeBefore, chargeAfter, lowLoadPercent } = seen.report!;
        assert.deepEqual(
            [result, minutesOnBattery, chargeBefore, chargeAfter, lowLoadPercent],
            ['passed', 20, 100, 40, 20],
        );
        assert.ok(!bench.told.includes('power-fail on'));
    });

    it('that an outage cuts short gives no verdict on the battery', async () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        const seen = start(bench);
        await bench.clock.advance(0);
        bench.driver.read(onMains({ alarms: ['test-in-progress'], output: { source: 'battery', lines: [] } }));
        bench.driver.read(onBattery({ test: { result: 'failed' } }));
        await bench.clock.advance(0);
        assert.equal(seen.report?.result, 'aborted');
    });

    for (const [how, end] of [
        ['has ended', ({ driver }: UnitBench) => driver.read(reading('passed', 53))],
        ['was interrupted', (_: UnitBench, { abort }: ReturnType<typeof start>) => abort.abort()],
    ] as const) {
        it(`neither watches the UPS nor holds a timer any more when it ${how}`, async () => {
            const bench = new UnitBench();
            bench.driver.read(reading('none', 54));
            const before = bench.clock.pending;
            let watching = 0;
            const onStatus = bench.unit.onStatus.bind(bench.unit);
            bench.unit.onStatus = (listener) => {
                const stop = onStatus(listener);
                watching++;
                return () => {
                    watching--;
                    stop();
                };
            };
            const seen = start(bench);
            await bench.clock.advance(0);
            bench.driver.read(reading('in-progress', 50));
            assert.equal(watching, 1);
            end(bench, seen);
            await bench.clock.advance(0);
            assert.ok(seen.report ?? seen.error);
            assert.deepEqual([watching, bench.clock.pending], [0, before]);
        });
    }

    it('stops waiting when the node closes', async () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        const seen = start(bench);
        await bench.clock.advance(0);
        seen.abort.abort();
        await bench.clock.advance(0);
        assert.equal(seen.error?.code, 'interrupted');
    });
});

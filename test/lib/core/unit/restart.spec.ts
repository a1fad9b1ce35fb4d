import assert from 'node:assert/strict';
import type { UnitConfig } from '../../../../lib/core/unit/unit-config';
import { FakeClock } from '../../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** Of a device that does not tell its input. */
const testing = () =>
    onBattery({
        input: { lines: [] },
        alarms: ['on-battery', 'test-in-progress'],
        test: { result: 'in-progress' },
    });

/** A device that tells no result has tested, and the voltage was 13 % lower than before. */
function afterBadTest(): UnitBench {
    const bench = new UnitBench({ healthPercent: 10 });
    bench.driver.read(onMains());
    bench.driver.read(testing());
    bench.driver.read(onMains({ battery: { voltage: 47, state: 'normal' } }));
    return bench;
}

describe('UpsUnit after a restart', () => {
    it('takes the outage for confirmed by no reading that tells nothing of it', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        bench.readFor(10, onBattery);
        const again = bench.restart(600_000, { staleSeconds: 30 });
        // A contact for the battery alone, heard before the card: what fell due must not fire on this.
        const blind = () => ({ alarms: [], alarmsTold: ['low-battery' as const], output: { lines: [] } });
        again.readFor(29, blind);
        assert.equal(again.unit.stateOf('power-fail').active, true);
        assert.equal(again.unit.stateOf('power-fail').confirmed, false);
        again.readFor(3, blind);
        assert.equal(again.unit.stateOf('power-fail').confirmed, true, 'as if it were silent: nobody says otherwise');
        assert.deepEqual(again.told, ['outages-unseen on'], 'and people know that nobody can say otherwise');
    });

    it('does not say that the mains are told again by a device that never tells them', () => {
        const unseeing = () => ({ input: { lines: [{ voltage: 0 }] }, output: { lines: [] } });
        const bench = new UnitBench();
        bench.readFor(20, unseeing);
        assert.deepEqual(bench.told, ['outages-unseen on']);
        const again = bench.restart(5000);
        again.readFor(20, unseeing);
        assert.deepEqual(again.told, []);
        assert.equal(again.unit.stateOf('outages-unseen').active, true);
        again.readFor(5, onMains);
        assert.deepEqual(again.told, ['outages-unseen off']);
    });

    describe('when the battery must have run empty while nothing ran', () => {
        /** 20 minutes of runtime at the last reading; killed 10 s later, started again after so long, and nobody answers. */
        function killed(deadMinutes: number, config: Partial<UnitConfig> = {}): UnitBench {
            const bench = new UnitBench({ shutdownSeconds: 60, ...config });
            bench.driver.read(onMains());
            bench.readFor(10, () =>
                onBattery({
                    battery: { state: 'normal', minutesRemaining: 20, chargePercent: 40, secondsOnBattery: 9 },
                }),
            );
            return bench.restart(deadMinutes * 60_000, { shutdownSeconds: 60, ...config });
        }

        it('silence does not confirm the outage: the UPS, its card and the switch may still be starting', () => {
            const again = killed(25);
            again.clock.advanceSync(5 * 60_000);
            assert.deepEqual(again.told, ['communication-lost on']);
            assert.equal(again.unit.stateOf('power-fail').active, true);
            assert.equal(again.unit.stateOf('power-fail').confirmed, false);
            again.driver.read(onMains());
            assert.deepEqual(again.told.slice(1).sort(), ['communication-lost off', 'power-fail off']);
        });

        it('a reading confirms it, and from then on silence is what it always is', () => {
            const again = killed(25);
            again.clock.advanceSync(60_000);
            again.driver.read(onBattery());
            assert.equal(again.unit.stateOf('power-fail').confirmed, true);
            again.clock.advanceSync(54 * 60_000);
            assert.ok(again.told.includes('system-shutdown on'), again.told.join());
        });

        it('but one that may still carry goes on, and so does one that ran empty before our eyes', () => {
            const carrying = killed(10);
            carrying.clock.advanceSync(60_000);
            assert.equal(carrying.unit.stateOf('power-fail').confirmed, true);
            const silent = killed(10);
            silent.clock.advanceSync(15 * 60_000);
            assert.ok(silent.told.includes('system-shutdown on'));
            const again = silent.restart(5000, { shutdownSeconds: 60 });
            again.clock.advanceSync(60_000);
            assert.equal(again.unit.stateOf('power-fail').confirmed, true);
        });
    });

    it('knows that the last test has found the battery bad, until the battery is another one', () => {
        const bench = afterBadTest();
        assert.ok(bench.told.includes('battery-bad on'));
        const again = bench.restart(1000);
        again.readFor(3, () => onMains());
        assert.deepEqual(again.told, []);
        const replaced = again.restart(1000, { batteryInstalledOn: '2026-01-15' });
        replaced.driver.read(onMains());
        assert.deepEqual(replaced.told, ['battery-bad off']);
    });

    it('knows of a bad battery that was replaced when nothing ran', () => {
        const bench = afterBadTest().restart(1000, { batteryInstalledOn: '2026-01-15' });
        bench.driver.read(onMains());
        assert.deepEqual(bench.told, ['battery-bad off']);
        const again = bench.restart(1000, { batteryInstalledOn: '2026-01-15' });
        again.readFor(3, () => onMains());
        assert.deepEqual(again.told, [], 'what the old one showed is forgotten');
    });

    it('tells no new battery while the machine does not know the time yet', () => {
        const bench = new UnitBench({ batteryInstalledOn: '2020-01-01' });
        bench.driver.read(onMains());
        assert.deepEqual(bench.told, ['battery-too-old on']);
        const again = new UnitBench({ batteryInstalledOn: '2020-01-01' }, new FakeClock(5000), bench.journal);
        again.driver.read(onMains());
        again.clock.jumpWall(bench.clock.now());
        again.driver.read(onMains());
        assert.deepEqual(again.told, []);
    });

    describe('during a test', () => {
        it('lets it pass for the reason no longer than without one', () => {
            const bench = new UnitBench({ testMaxMinutes: 2 });
            bench.driver.read(onMains());
            bench.readFor(110, testing);
            const again = bench.restart(1000, { testMaxMinutes: 2 });
            again.readFor(8, testing);
            assert.deepEqual(again.told, []);
            again.readFor(4, testing);
            assert.deepEqual(again.told, ['power-fail on']);
        });

        it('takes it for no outage when a way that cannot tell tests is heard first', () => {
            const bench = new UnitBench();
            bench.driver.read(onMains());
            bench.readFor(10, testing);
            const again = bench.restart(1000);
            again.driver.read({
                alarms: ['on-battery'],
                alarmsTold: ['on-battery'],
                output: { source: 'battery', lines: [] },
            });
            assert.deepEqual(again.told, []);
        });
    });
});

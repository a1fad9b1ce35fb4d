import assert from 'node:assert/strict';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

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
        assert.deepEqual(again.told, []);
    });

    describe('during a test', () => {
        const testing = () =>
            onBattery({
                input: { lines: [{ voltage: 230 }] },
                alarms: ['on-battery', 'test-in-progress'],
                test: { result: 'in-progress' },
            });

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

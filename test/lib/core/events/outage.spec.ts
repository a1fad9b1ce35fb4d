import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { onMains, UnitBench } from '../../../support/fake-ups';

describe('The end of an outage', () => {
    const onlyAlarms = (...alarms: PartialStatus['alarms'] & object): PartialStatus => ({
        battery: {},
        input: { lines: [] },
        output: { lines: [] },
        alarms,
    });

    it('is told by the alarm that goes, where a device tells no source', () => {
        const bench = new UnitBench();
        bench.driver.read(onlyAlarms());
        bench.driver.read(onlyAlarms('on-battery'));
        bench.driver.read(onlyAlarms());
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('is not told by the alarm alone, where the source is missing for once', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        bench.driver.read({ ...onlyAlarms(), output: { source: 'battery', lines: [] } });
        bench.driver.read(onlyAlarms());
        assert.deepEqual(bench.told, ['power-fail on']);
    });

    it('is told by a count of seconds that is 0 again, where the source is always "battery"', () => {
        const lying = (secondsOnBattery: number) =>
            onMains({ output: { source: 'battery', lines: [] }, alarms: undefined, battery: { secondsOnBattery } });
        const bench = new UnitBench();
        bench.readFor(5, () => lying(0));
        bench.readFor(5, () => lying(3));
        bench.readFor(5, () => lying(0));
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('is not told by a count that never runs', () => {
        const bench = new UnitBench();
        const uncounted = () =>
            onMains({ output: { source: 'battery', lines: [] }, alarms: undefined, battery: { secondsOnBattery: 0 } });
        bench.driver.read({ ...uncounted(), battery: { secondsOnBattery: 0, charging: 'discharging' } });
        bench.readFor(5, uncounted);
        assert.deepEqual(bench.told, ['power-fail on']);
    });
});

import assert from 'node:assert/strict';
import type { ThresholdConfig, ThresholdLevelConfig } from '../../../../lib/core/thresholds/config';
import { Threshold, type ThresholdState } from '../../../../lib/core/thresholds/threshold';
import { FakeClock } from '../../../support/fake-clock';

const below = (low: number, more: Partial<ThresholdLevelConfig> = {}): ThresholdLevelConfig => ({
    enabled: true,
    comparison: 'less-than',
    low,
    ...more,
});

/** A charge threshold; what it tells as `on`, `anew` or `off`. */
class Bench {
    readonly told: string[] = [];
    readonly threshold: Threshold;

    constructor(level: ThresholdLevelConfig, value = 'battery.chargePercent', restored?: ThresholdState) {
        const config: ThresholdConfig = { value, warning: level };
        const tell = (active: boolean, renewed?: boolean) => this.told.push(active ? (renewed ? 'anew' : 'on') : 'off');
        this.threshold = new Threshold(
            config,
            new FakeClock(),
            (_level, active, { renewed }) => tell(active, renewed),
            restored,
        );
    }

    see(outage: string, ...values: (number | undefined)[]): string[] {
        for (const value of values) this.threshold.update(value, outage);
        return this.told.splice(0);
    }
}

describe('a level of the battery', () => {
    it('begins anew with each outage, and only once in each', () => {
        const bench = new Bench(below(41));
        assert.deepEqual(bench.see('', 100), []);
        assert.deepEqual(bench.see('o1', 60, 38, 37), ['on']);
        assert.deepEqual(bench.see('', 38, 39), []);
        assert.deepEqual(bench.see('o2', 39, 38, 20), ['anew']);
        assert.deepEqual(bench.see('o3', 20), ['anew']);
    });

    it('stays on in an outage whatever the value says, and ends on mains', () => {
        const bench = new Bench(below(10), 'battery.minutesRemaining');
        assert.deepEqual(bench.see('o1', 9, 45, 120), ['on']);
        assert.deepEqual(bench.see('', 45), ['off']);
    });

    it('that has recovered when an outage begins ends by the value, and comes on with it again', () => {
        const bench = new Bench(below(41));
        assert.deepEqual(bench.see('', 40), ['on']);
        assert.deepEqual(bench.see('o1', 45, 44), ['off']);
        assert.deepEqual(bench.see('o1', 40), ['on']);
    });

    it('between its limit and its recovery stands, and begins anew', () => {
        const bench = new Bench(below(20, { recoveryLow: 40 }));
        assert.deepEqual(bench.see('o1', 15), ['on']);
        assert.deepEqual(bench.see('', 30), []);
        assert.deepEqual(bench.see('o2', 30), ['anew']);
    });

    it('of which no value is told when the outage begins begins anew nevertheless', () => {
        const bench = new Bench(below(41));
        bench.see('o1', 38);
        assert.deepEqual(bench.see('o2', undefined), ['anew']);
    });

    it('that is only latched begins anew when the value trips it again', () => {
        const bench = new Bench(below(41, { latch: true }));
        bench.see('o1', 38);
        assert.deepEqual(bench.see('', 60), []);
        assert.deepEqual(bench.see('o2', 60, 50), []);
        assert.deepEqual(bench.see('o2', 40), ['anew']);
    });

    it('on the other side is none: "charged again" is no news of an outage', () => {
        const bench = new Bench({ enabled: true, comparison: 'greater-than', high: 90 });
        assert.deepEqual(bench.see('', 95), ['on']);
        assert.deepEqual(bench.see('o1', 95, 94), []);
        assert.deepEqual(bench.see('o1', 80), ['off']);
    });

    it('with two limits belongs to the outage by the one that was crossed', () => {
        const voltage = () =>
            new Bench({ enabled: true, comparison: 'out-of-range', low: 44, high: 56 }, 'battery.voltage');
        const high = voltage();
        high.see('', 57);
        assert.deepEqual(high.see('o1', 50), ['off']);
        const low = voltage();
        assert.deepEqual(low.see('o1', 43, 50), ['on']);
    });

    it('is no temperature and no load', () => {
        for (const value of ['battery.temperature', 'output.load', 'input.voltage']) {
            const bench = new Bench(below(41), value);
            bench.see('', 38);
            assert.deepEqual(bench.see('o1', 38), [], value);
            assert.deepEqual(bench.see('o1', 60), ['off'], value);
        }
    });

    it('knows over a restart which outage it belongs to', () => {
        const before = new Bench(below(41));
        before.see('o1', 38);
        const kept = JSON.parse(JSON.stringify(before.threshold.state())) as ThresholdState;
        assert.deepEqual(new Bench(below(41), undefined, kept).see('o1', 38, 60), []);
        assert.deepEqual(new Bench(below(41), undefined, kept).see('o2', 38), ['anew']);
    });

    it('kept by a version that knew of no outages is not told twice in the outage that it met', () => {
        const before = new Bench(below(41));
        before.see('', 38);
        const { outage: _, side: __, ...old } = before.threshold.state().warning;
        const kept = { ...before.threshold.state(), warning: old };
        const bench = new Bench(below(41), undefined, kept);
        assert.deepEqual(bench.see('o1', 38, 60), []);
        assert.deepEqual(bench.see('o2', 38), ['anew']);
    });
});

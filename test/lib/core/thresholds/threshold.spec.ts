import assert from 'node:assert/strict';
import type { ThresholdConfig } from '../../../../lib/core/thresholds/config';
import {
    describeRule,
    Threshold,
    type ThresholdEdge,
    type ThresholdState,
} from '../../../../lib/core/thresholds/threshold';
import { FakeClock } from '../../../support/fake-clock';

interface Watched {
    threshold: Threshold;
    clock: FakeClock;
    edges: string[];
    details: ThresholdEdge[];
}

function watch(config: ThresholdConfig, options: { clock?: FakeClock; restored?: ThresholdState } = {}): Watched {
    const clock = options.clock ?? new FakeClock();
    const edges: string[] = [];
    const details: ThresholdEdge[] = [];
    const threshold = new Threshold(
        config,
        clock,
        (level, active, edge) => {
            edges.push(`${level} ${active ? 'on' : 'off'}`);
            details.push(edge);
        },
        options.restored,
    );
    return { threshold, clock, edges, details };
}

function restart(before: Watched, config: ThresholdConfig): Watched {
    const restored = JSON.parse(JSON.stringify(before.threshold.state())) as ThresholdState;
    before.threshold.destroy();
    return watch(config, { clock: before.clock, restored });
}

const less = (low: number, more = {}): ThresholdConfig => ({
    warning: { enabled: true, comparison: 'less-than', low, ...more },
});

describe('threshold comparisons', () => {
    it('less than: 67 does not trip "less than 67", 66 does', () => {
        const { threshold, edges } = watch(less(67));
        threshold.update(67);
        assert.deepEqual(edges, []);
        threshold.update(66);
        threshold.update(43);
        assert.deepEqual(edges, ['warning on']);
        threshold.update(67);
        assert.deepEqual(edges, ['warning on', 'warning off']);
    });

    it('greater than: the limit itself does not trip', () => {
        const { threshold, edges } = watch({ warning: { enabled: true, comparison: 'greater-than', high: 39 } });
        threshold.update(39);
        assert.deepEqual(edges, []);
        threshold.update(39.1);
        assert.deepEqual(edges, ['warning on']);
    });

    it('out of range: trips on either side', () => {
        const { threshold, edges } = watch({
            warning: { enabled: true, comparison: 'out-of-range', low: 10, high: 34 },
        });
        for (const value of [10, 34, 9.9, 20, 34.1, 20]) threshold.update(value);
        assert.deepEqual(edges, ['warning on', 'warning off', 'warning on', 'warning off']);
    });

    it('goes straight from one side to the other without an end in between', () => {
        const { threshold, edges } = watch({
            warning: { enabled: true, comparison: 'out-of-range', low: 10, high: 34 },
        });
        threshold.update(5);
        threshold.update(40);
        assert.deepEqual(edges, ['warning on']);
    });

    it('trips if any line does and ends when all have recovered, saying which value decided', () => {
        const { threshold, edges, details } = watch({
            warning: { enabled: true, comparison: 'out-of-range', low: 207, high: 253 },
        });
        threshold.update([230, 231, 190]);
        threshold.update([260, 231, 230]);
        assert.deepEqual(edges, ['warning on']);
        assert.equal(details[0]!.value, 190);
        threshold.update([230, 231, 230]);
        assert.deepEqual(edges, ['warning on', 'warning off']);
    });

    it('ignores limits that the chosen comparison does not use', () => {
        const { threshold, edges } = watch(less(20, { high: 30 }));
        threshold.update(90);
        assert.deepEqual(edges, []);
    });
});

describe('threshold recovery, duration, latch', () => {
    it('ends only at the recovery value', () => {
        const { threshold, edges } = watch(less(41, { recoveryLow: 60 }));
        for (const value of [40, 41, 59.9]) threshold.update(value);
        assert.deepEqual(edges, ['warning on']);
        threshold.update(60);
        assert.deepEqual(edges, ['warning on', 'warning off']);
    });

    it('needs the condition to hold for its duration, and goes on between two readings', () => {
        const { threshold, edges, clock } = watch(less(41, { seconds: 10 }));
        threshold.update(40);
        clock.advanceSync(9_999);
        assert.deepEqual(edges, []);
        clock.advanceSync(1);
        assert.deepEqual(edges, ['warning on']);
        assert.equal(clock.pending, 0);
    });

    it('begins anew when the condition was interrupted', () => {
        const { threshold, edges, clock } = watch(less(41, { seconds: 10 }));
        threshold.update(40);
        clock.advanceSync(9_000);
        threshold.update(41);
        threshold.update(40);
        clock.advanceSync(9_000);
        assert.deepEqual(edges, []);
        clock.advanceSync(1_000);
        assert.deepEqual(edges, ['warning on']);
    });

    it('keeps its duration when the wall clock jumps', () => {
        const { threshold, edges, clock } = watch(less(41, { seconds: 10 }));
        threshold.update(40);
        clock.jumpWall(3_600_000);
        threshold.update(40);
        assert.deepEqual(edges, []);
        clock.advanceSync(10_000);
        assert.deepEqual(edges, ['warning on']);
    });

    it('stays on when latched, until a reset after the condition has ended', () => {
        const { threshold, edges } = watch(less(41, { latch: true }));
        threshold.update(40);
        assert.equal(threshold.reset(), false);
        threshold.update(90);
        threshold.update(40);
        threshold.update(90);
        assert.deepEqual(edges, ['warning on']);
        assert.equal(threshold.reset(), true);
        assert.deepEqual(edges, ['warning on', 'warning off']);
        assert.equal(threshold.reset(), false);
        threshold.update(40);
        assert.deepEqual(edges, ['warning on', 'warning off', 'warning on']);
    });

    it('keeps its state when nothing is known, and lets no duration end on it', () => {
        const { threshold, edges, clock } = watch(less(41, { seconds: 10 }));
        threshold.update(40);
        threshold.update(undefined);
        clock.advanceSync(60_000);
        assert.deepEqual(edges, []);
        threshold.update(40);
        assert.deepEqual(edges, ['warning on']);
        threshold.update([]);
        threshold.update(NaN);
        assert.deepEqual(edges, ['warning on']);
    });
});

describe('threshold warning and alarm', () => {
    const both: ThresholdConfig = {
        value: 'battery.chargePercent',
        warning: { enabled: true, comparison: 'less-than', low: 41 },
        alarm: { enabled: true, comparison: 'less-than', low: 15, latch: true, seconds: 5 },
    };

    it('are machines of their own; the warning speaks first, the alarm ends first', () => {
        const { threshold, edges, clock } = watch(both);
        threshold.update(40);
        threshold.update(14);
        clock.advanceSync(5_000);
        assert.deepEqual(edges, ['warning on', 'alarm on']);
        threshold.update(80);
        assert.deepEqual(edges, ['warning on', 'alarm on', 'warning off']);
        threshold.reset();
        assert.deepEqual(edges.slice(3), ['alarm off']);
    });

    it('keep their order when one reading crosses both', () => {
        const { threshold, edges } = watch({ ...both, alarm: { enabled: true, comparison: 'less-than', low: 15 } });
        threshold.update(5);
        threshold.update(100);
        assert.deepEqual(edges, ['warning on', 'alarm on', 'alarm off', 'warning off']);
    });

    it('count a value that reaches the limit where that is chosen', () => {
        const config: ThresholdConfig = { ...both, atLimit: true };
        const { threshold, edges } = watch(config);
        threshold.update(both.warning!.low!);
        assert.deepEqual(edges, ['warning on']);
        assert.equal(describeRule(config, 'alarm'), 'battery.chargePercent <= 15 for 5 s');
    });

    it('describe the rule they go by', () => {
        assert.equal(describeRule(both, 'alarm'), 'battery.chargePercent < 15 for 5 s');
        const range: ThresholdConfig = {
            value: 'input.voltage',
            warning: { enabled: true, comparison: 'out-of-range', low: 207, high: 253 },
        };
        assert.equal(describeRule(range, 'warning'), 'input.voltage < 207 or input.voltage > 253');
    });
});

describe('threshold over a restart', () => {
    it('keeps a latched level on, silently, and knows its onset', () => {
        const before = watch(less(41, { latch: true }));
        const onset = before.clock.now();
        before.threshold.update(40);
        before.threshold.update(90);
        before.clock.advanceSync(60_000);
        const after = restart(before, less(41, { latch: true }));
        after.threshold.update(90);
        assert.deepEqual(after.edges, []);
        assert.equal(after.threshold.isActive('warning'), true);
        after.threshold.reset();
        assert.deepEqual(after.edges, ['warning off']);
        assert.equal(after.details[0]!.since, onset);
    });

    it('does not fire twice for a condition that held all the time', () => {
        const before = watch(less(41));
        before.threshold.update(40);
        const after = restart(before, less(41));
        after.threshold.update(39);
        assert.deepEqual(after.edges, []);
        after.threshold.update(50);
        assert.deepEqual(after.edges, ['warning off']);
    });

    it('goes on with a running duration, counting the time it was away', () => {
        const before = watch(less(41, { seconds: 60 }));
        before.threshold.update(40);
        before.clock.advanceSync(20_000);
        const kept = before.threshold.state();
        before.threshold.destroy();
        assert.equal(before.clock.pending, 0);
        const { clock } = before;
        clock.advanceSync(30_000);
        const after = watch(less(41, { seconds: 60 }), { clock, restored: kept });
        clock.advanceSync(1_000);
        after.threshold.update(40);
        clock.advanceSync(8_999);
        assert.deepEqual(after.edges, []);
        clock.advanceSync(1);
        assert.deepEqual(after.edges, ['warning on']);
    });

    it('does not go on when the duration ran out meanwhile but the condition is gone', () => {
        const before = watch(less(41, { seconds: 10 }));
        before.threshold.update(40);
        const kept = before.threshold.state();
        before.threshold.destroy();
        before.clock.advanceSync(60_000);
        const after = watch(less(41, { seconds: 10 }), { clock: before.clock, restored: kept });
        after.threshold.update(41);
        before.clock.advanceSync(60_000);
        assert.deepEqual(after.edges, []);
    });

    it('ends a level that was switched off meanwhile, even a latched one', () => {
        const before = watch(less(41, { latch: true }));
        before.threshold.update(40);
        const config: ThresholdConfig = {
            warning: { enabled: false, comparison: 'less-than', low: 41, latch: true },
            alarm: { enabled: true, comparison: 'less-than', low: 15 },
        };
        const after = restart(before, config);
        after.threshold.update(undefined);
        assert.deepEqual(after.edges, ['warning off']);
        assert.equal(after.details[0]!.reason, 'disabled');
    });

    it('starts afresh from what it cannot read', () => {
        const restored = { warning: { phase: 'on', since: null } } as never;
        const { threshold, edges } = watch(less(41), { restored });
        threshold.update(40);
        assert.deepEqual(edges, ['warning on']);
    });
});

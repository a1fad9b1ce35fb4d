import assert from 'node:assert/strict';
import { weeklyMedians, weekOf, WEEK_MS } from '../../../../../lib/core/batteries/health/series';
import { fitLine, median, robustDeviation } from '../../../../../lib/core/batteries/health/statistics';

describe('statistics of the health of a battery', () => {
    it('takes medians of what is known', () => {
        assert.equal(median([3, NaN, 1, 2]), 2);
        assert.equal(median([4, 1, 3, 2]), 2.5);
        assert.ok(Number.isNaN(median([NaN])));
        const many = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
        assert.equal(median(many), 50);
    });

    it('tells the spread of values of which one is far out', () => {
        assert.ok(Math.abs(robustDeviation([1, 2, 3, 4, 1000]) - 1.4826) < 1e-9);
        assert.ok(Number.isNaN(robustDeviation([1, 2])));
    });

    it('draws a line through points, with the errors of its slope and its end', () => {
        const { slope, last, slopeError, lastError } = fitLine([0, 1, 2], [1, 3, 5])!;
        assert.deepEqual([slope, last], [2, 5]);
        assert.ok(Math.abs(slopeError - Math.SQRT1_2) < 1e-9);
        assert.ok(Math.abs(lastError - Math.sqrt(1 / 3 + 1 / 2)) < 1e-9);
        assert.equal(fitLine([3], [1]), undefined);
    });

    it('makes a median of each week, without what no impedance is', () => {
        const from = 2900 * WEEK_MS;
        const times = [from, from + 1000, from + 2000, from + 2 * WEEK_MS];
        const weeks = weeklyMedians({ times, values: [5, 7, 0, 9] }, 2900, 2902);
        assert.deepEqual([...weeks], [6, NaN, 9]);
        assert.equal(weekOf(from - 1), 2899);
    });
});

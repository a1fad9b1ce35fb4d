import assert from 'node:assert/strict';
import { impedanceHistory } from '../../../../../bench/support/block-history';
import { batteryHealth, batteryHealthSoon } from '../../../../../lib/core/batteries/health/health';
import { replacementList } from '../../../../../lib/core/batteries/health/replacement';
import { HEALTH_LIMITS, reasonsOf, type BlockFacts } from '../../../../../lib/core/batteries/health/reasons';
import type { Series } from '../../../../../lib/core/batteries/health/series';
import { layoutOf } from '../../../../../lib/core/batteries/layout';

const NOW = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;
const NOTHING: BlockFacts = { stepAboveString: NaN, float: NaN, floatMedian: NaN, floatDeviation: NaN, heat: NaN };

/** Values of the last day, each hour; one for each block. */
const steady = (values: readonly number[]): Series[] =>
    values.map((value) => ({
        times: Array.from({ length: 24 }, (_, hour) => NOW - (24 - hour) * HOUR_MS),
        values: Array.from({ length: 24 }, () => value),
    }));

const codes = (facts: Partial<BlockFacts>) =>
    reasonsOf({ ...NOTHING, ...facts }, HEALTH_LIMITS).map(({ code, grade, value, limit }) => [
        code,
        grade,
        value,
        limit,
    ]);

describe('reasons of a block', () => {
    it('there are none where nothing is known', () => {
        assert.deepEqual(codes({}), []);
    });

    it('capacity: below 90 % it is watched, below 80 % replaced; a comparison counts with its error', () => {
        const observed = (percent: number) => codes({ capacity: { percent, plusMinus: 3, by: 'observed' } });
        assert.deepEqual(observed(91), []);
        assert.deepEqual(observed(89), [['capacity', 'watch', 89, 90]]);
        assert.deepEqual(observed(79), [['capacity', 'replace', 79, 80]]);
        const compared = (percent: number) => codes({ capacity: { percent, plusMinus: 5, by: 'compared' } });
        assert.deepEqual(compared(86), []);
        assert.deepEqual(compared(78), [['capacity', 'warning', 78, 80]]);
        assert.deepEqual(compared(70), [['capacity', 'replace', 70, 80]]);
    });

    it('heat, float voltage and load step', () => {
        assert.deepEqual(codes({ heat: 4 }), [['heat', 'watch', 4, 3]]);
        assert.deepEqual(codes({ stepAboveString: 65 }), [['step-resistance', 'warning', 65, 60]]);
        const float = { floatMedian: 13.6, floatDeviation: 0.02 };
        assert.deepEqual(codes({ float: -0.19, ...float }), []);
        assert.deepEqual(codes({ float: -1.9, ...float })[0]!.slice(0, 3), ['float-low', 'warning', -1.9]);
        assert.deepEqual(codes({ float: 0.3, ...float })[0]!.slice(0, 3), ['float-high', 'watch', 0.3]);
        // Where all are apart, it takes more to stand out.
        assert.deepEqual(codes({ float: 0.3, floatMedian: 13.6, floatDeviation: 0.1 }), []);
    });
});

describe('ranking of a battery', () => {
    const layout = layoutOf(8, 1);
    const float = steady([13.6, 13.61, 13.59, 11.5, 13.6, 13.62, 13.58, 13.6]);
    const temperature = steady([25, 25.2, 24.9, 25, 29, 25.1, 25, 25]);

    it('puts the worst first, says how far blocks are apart, and what is not known', () => {
        const health = batteryHealth({ now: NOW, layout, float, temperature });
        assert.deepEqual(health.ranking, [4, 5]);
        assert.deepEqual(
            health.blocks[3]!.reasons.map(({ code }) => code),
            ['float-low'],
        );
        const [spread] = health.float;
        assert.deepEqual(
            [spread!.lowest, spread!.lowestModule, spread!.highest.toFixed(2), spread!.highestModule, spread!.known],
            [11.5, 4, '13.62', 6, 8],
        );
        assert.ok(Math.abs(health.blocks[4]!.temperature!.aboveMedian - 4) < 1e-9);
        assert.deepEqual(
            health.lacks.map(({ of, why }) => `${of} ${why}`),
            ['trend none', 'capacity no-discharge', 'step-resistance no-discharge'],
        );
    });

    it('of a battery of which nothing is known is empty, and JSON', () => {
        const health = batteryHealth({ now: NOW, layout });
        assert.deepEqual(health.ranking, []);
        assert.equal(health.lacks.length, 5);
        assert.deepEqual(JSON.parse(JSON.stringify(health)), health);
    });

    it('made in slices is the same', async () => {
        const impedance = impedanceHistory({
            seed: 1,
            blocks: 8,
            strings: 1,
            days: 120,
            from: NOW - 120 * 24 * HOUR_MS,
            noise: () => 0.01,
        });
        const input = { now: NOW, layout, float, temperature, impedance };
        assert.deepEqual(await batteryHealthSoon(input), batteryHealth(input));
    });
});

describe('replacement list', () => {
    it('says when, and which string is worn', () => {
        const layout = layoutOf(8, 2);
        const health = batteryHealth({ now: NOW, layout });
        const forecast = { madeAt: NOW, earliest: NOW + 5 * HOUR_MS, latest: NOW + 9 * HOUR_MS };
        const put = (module: number, grade: 'watch' | 'warning' | 'replace', more = {}) => {
            const reasons = [{ code: 'rising' as const, grade, value: 30, limit: 25, ...more }];
            Object.assign(health.blocks[module - 1]!, { grade, reasons });
            health.ranking.push(module);
        };
        put(2, 'warning', { forecast });
        put(7, 'warning');
        put(1, 'replace');
        put(5, 'watch');
        const { blocks, worn } = replacementList(health);
        assert.deepEqual(
            blocks.map(({ module, string, when, earliest, latest }) => [module, string, when, earliest, latest]),
            [
                [1, 1, 'now', undefined, undefined],
                [2, 1, 'by-date', forecast.earliest, forecast.latest],
                [7, 2, 'soon', undefined, undefined],
            ],
        );
        assert.deepEqual(worn, [{ string: 1, listed: 2, of: 4 }]);
    });
});

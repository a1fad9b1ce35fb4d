import assert from 'node:assert/strict';
import { impedanceHistory, type Rise } from '../../../../../bench/support/block-history';
import { batteryHealth, type BatteryHealth, type HealthInput } from '../../../../../lib/core/batteries/health/health';
import { endOfWeek, WEEK_MS, weekOf, type Series } from '../../../../../lib/core/batteries/health/series';
import { layoutOf } from '../../../../../lib/core/batteries/layout';

const DAY_MS = 86_400_000;
/** A Thursday: weeks are counted from 1 January 1970. */
const START = 2870 * WEEK_MS;
const LAYOUT = layoutOf(16, 2);

const judge = (impedance: readonly Series[], now: number, more: Partial<HealthInput> = {}) =>
    batteryHealth({ now, layout: LAYOUT, impedance, ...more });
const named = ({ blocks }: BatteryHealth) =>
    blocks.filter(({ impedance }) => impedance?.trend?.failing).map(({ module }) => module);

/** One value each week, at its middle; for each block by its index and the week. */
const weekly = (weeks: number, value: (block: number, week: number) => number, blocks = 16): Series[] => {
    const times = Array.from({ length: weeks }, (_, week) => START + (week + 0.5) * WEEK_MS);
    return Array.from({ length: blocks }, (_, block) => ({
        times,
        values: times.map((_, week) => value(block, week)),
    }));
};
const after = (weeks: number) => START + weeks * WEEK_MS;
/** ± 0.2 %, by block and week. */
const jitter = (block: number, week: number) => 1 + 0.002 * Math.sin(12.9898 * (block + 1) * (week + 3));

describe('impedance of blocks over the weeks', () => {
    it('of a line of 3 % a week: says how far it rose, how fast, and between which dates it reaches 25 %', () => {
        const rise = (block: number, week: number) => (block === 4 && week >= 8 ? 1 + 0.03 * (week - 7) : 1);
        const series = weekly(12, (block, week) => 6 * rise(block, week) * jitter(block, week));
        const { blocks, ranking } = judge(series, after(12));
        const { trend, milliohms, overBaseline, overString } = blocks[4]!.impedance!;
        assert.deepEqual(ranking, [5]);
        assert.ok(Math.abs(milliohms - 6.72) < 0.05, `${milliohms}`);
        assert.ok(Math.abs(overBaseline! - 0.12) < 0.01 && Math.abs(overString! - 0.12) < 0.01);
        assert.equal(trend!.failing!.by, 'rise');
        const { earliest, latest, madeAt } = trend!.failing!.forecast!;
        // 12 % in the middle of week 12, 13 % to go: in the middle of week 16 or 17.
        const truth = START + (11.5 + 13 / 3) * WEEK_MS;
        assert.ok(
            earliest <= truth && truth <= latest!,
            `${(earliest - truth) / DAY_MS} … ${(latest! - truth) / DAY_MS}`,
        );
        assert.ok(latest! - earliest < 6 * WEEK_MS);
        assert.equal(madeAt, endOfWeek(weekOf(after(12)) - 1));
        assert.deepEqual(
            blocks[4]!.reasons.map(({ code, grade }) => [code, grade]),
            [['rising', 'warning']],
        );
    });

    it('is not moved by what a whole string does: a warm summer, a new calibration', () => {
        const common = (week: number) => (week < 10 ? 1 : 1.3);
        const health = judge(
            weekly(16, (block, week) => 6 * common(week) * jitter(block, week)),
            after(16),
        );
        assert.deepEqual(named(health), []);
        assert.ok(Math.abs(health.blocks[0]!.impedance!.trend!.rise) < 0.01);
        assert.deepEqual(
            health.blocks[0]!.reasons.map(({ code, grade }) => [code, grade]),
            [['worn', 'watch']],
        );
    });

    it('says that there is not enough data, and from when on there will be', () => {
        const health = judge(weekly(5, jitter), after(5));
        assert.equal(health.blocks[0]!.impedance!.trend, undefined);
        assert.deepEqual(
            health.lacks.find(({ of }) => of === 'trend'),
            { of: 'trend', why: 'weeks', blocks: 16, have: 5, need: 8, from: after(8) },
        );
        assert.deepEqual(judge([], after(5)).lacks[0], { of: 'trend', why: 'none', blocks: 16 });
        const unknown = judge(
            weekly(20, () => NaN),
            after(20),
        );
        assert.equal(unknown.blocks[0]!.impedance, undefined);
        assert.equal(unknown.ranking.length, 0);
    });

    it('begins anew with a block that was replaced', () => {
        const old = (week: number) => (week >= 10 ? 0.8 : 1 + 0.04 * week);
        const series = weekly(17, (block, week) => 6 * (block === 2 ? old(week) : 1) * jitter(block, week));
        const installedAt: number[] = [];
        installedAt[2] = START + 9.9 * WEEK_MS;
        const before = judge(series, after(10));
        assert.deepEqual(named(before), [3]);
        const health = judge(series, after(17), { installedAt });
        assert.deepEqual(named(health), []);
        assert.equal(health.blocks[2]!.impedance!.trend, undefined);
        assert.equal(health.lacks.find(({ of }) => of === 'trend')!.blocks, 1);
    });

    it('holds a block against the baseline that was set, also one from before the history', () => {
        const series = weekly(12, (block, week) => (block === 1 ? 7.8 : 6) * jitter(block, week));
        const baselines = series.map(() => ({ at: START - 60 * DAY_MS, milliohms: 6 }));
        const { impedance, reasons } = judge(series, after(12), { baselines }).blocks[1]!;
        assert.ok(Math.abs(impedance!.overBaseline! - 0.3) < 0.01);
        assert.ok(Math.abs(impedance!.trend!.rise - 0.3) < 0.01);
        assert.deepEqual(
            reasons.map(({ code, grade, limit }) => [code, grade, limit]),
            [['impedance', 'warning', 25]],
        );
    });

    it('judges a battery of three blocks each against itself', () => {
        const series = weekly(
            14,
            (block, week) => 6 * (block === 0 && week > 8 ? 1 + 0.03 * (week - 8) : 1) * jitter(block, week),
            3,
        );
        const health = batteryHealth({ now: after(14), layout: layoutOf(3, 1), impedance: series });
        assert.deepEqual(named(health), [1]);
    });

    it('bears weeks without a value, and values of one block alone', () => {
        const gaps = weekly(20, (block, week) =>
            week % 5 === 2 || (block === 3 && week > 4) ? NaN : 6 * jitter(block, week),
        );
        const health = judge(gaps, after(20));
        assert.deepEqual(named(health), []);
        assert.equal(health.blocks[3]!.impedance!.trend, undefined);
    });

    describe('on the model of the bench, two measurements a day', () => {
        const plan = { blocks: 16, strings: 2, from: START };

        it('names the block that fails at 1 % noise 35 days before +25 %, and no other', () => {
            const rise: Rise = { startDay: 101, days: 60, shape: 'line' };
            const history = impedanceHistory({
                ...plan,
                seed: 3,
                days: 161,
                noise: () => 0.01,
                rises: new Map([[9, rise]]),
            });
            assert.deepEqual(named(judge(history, START + 126 * DAY_MS)), [10]);
            const end = START + 161 * DAY_MS;
            let held = 0;
            for (let week = 18; week < 23; week++) {
                const { forecast } = judge(history, after(week)).blocks[9]!.impedance!.trend!.failing!;
                if (forecast!.earliest <= end && end <= (forecast!.latest ?? Infinity)) held++;
            }
            assert.ok(held >= 4, `${held} of 5 ranges hold the date`);
        });

        it('names no well block in a year, at 2 % noise', () => {
            const history = impedanceHistory({ ...plan, seed: 8, days: 364, noise: () => 0.02 });
            for (let week = 10; week <= 52; week += 6) assert.deepEqual(named(judge(history, after(week))), []);
        });
    });
});

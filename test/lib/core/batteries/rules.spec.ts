import assert from 'node:assert/strict';
import type { BatteryConfig } from '../../../../lib/core/batteries/battery-config';
import { deviation, type BatteryLimits, type LevelLimits } from '../../../../lib/core/batteries/limits';
import { all, BatteryBench, type Pass } from '../../../support/battery-bench';

/** A rule by its kind, its limits on a level, passes that are right, and wrong ones with what they must raise. */
type Case = [
    kind: keyof BatteryLimits,
    level: 'warning' | 'alarm',
    limits: LevelLimits,
    good: Pass,
    bad: Record<string, [pass: Pass, value: number, unit: string, module: number | undefined]>,
    config?: Partial<BatteryConfig>,
    states?: string[],
];

const V = (but: Record<number, number> = {}) => all(6, 13.5, but);

const CASES: Case[] = [
    [
        'voltage',
        'alarm',
        { low: { value: 11, recovery: 11.5, seconds: 20 }, high: { value: 15, recovery: 14.5, seconds: 20 } },
        { voltage: V({ 1: 11.5, 2: 14.5 }) },
        {
            'voltage-low-alarm': [{ voltage: V({ 3: 10.999 }) }, 10.999, 'V', 3],
            'voltage-high-alarm': [{ voltage: V({ 6: 15.001 }) }, 15.001, 'V', 6],
        },
    ],
    [
        'temperature',
        'warning',
        { low: { value: 10, seconds: 20 }, high: { value: 32, seconds: 20 } },
        { temperature: all(6, 20, { 1: 10, 2: 32 }) },
        {
            'temperature-low-warning': [{ temperature: all(6, 20, { 4: 9.5 }) }, 9.5, '°C', 4],
            'temperature-high-warning': [{ temperature: all(6, 20, { 5: 32.5 }) }, 32.5, '°C', 5],
        },
    ],
    [
        'impedanceStatic',
        'alarm',
        { low: { value: 2, seconds: 20 }, high: { value: 6, seconds: 20 } },
        { impedance: all(6, 4) },
        {
            'impedance-low-alarm': [{ impedance: all(6, 4, { 2: 1.9 }) }, 1.9, 'mΩ', 2],
            'impedance-high-alarm': [{ impedance: all(6, 4, { 2: 6.1 }) }, 6.1, 'mΩ', 2],
        },
    ],
    [
        // Mean of 4, 4, 4, 4, 4, 6 is 4.333: 6 is 38.5 % above it. Of 4, 4, 4, 4, 4, 2 it is 3.667: 2 is 45.5 % below.
        'impedanceDynamic',
        'warning',
        deviation(25, { seconds: 20 }),
        { impedance: all(6, 4, { 1: 4.5 }) },
        {
            'impedance-high-warning': [{ impedance: all(6, 4, { 6: 6 }) }, 38.5, '%', 6],
            'impedance-low-warning': [{ impedance: all(6, 4, { 6: 2 }) }, -45.5, '%', 6],
        },
    ],
    [
        'voltageDifference',
        'warning',
        deviation(1, { seconds: 20 }),
        { voltage: V({ 2: 14.5 }), strings: 2 },
        { 'voltage-difference-warning': [{ voltage: [11.7, 11.8, 10.6, 10, 10, 10], strings: 2 }, -1.15, 'V', 3] },
    ],
    [
        'moduleCharge',
        'alarm',
        { low: { value: 40, recovery: 50, seconds: 20 } },
        { charge: all(6, 100, { 1: 50 }) },
        { 'module-charge-low-alarm': [{ charge: all(6, 100, { 1: 39 }) }, 39, '%', 1] },
    ],
    [
        'stringCharge',
        'warning',
        { low: { value: 60, seconds: 20 } },
        { charge: [100, 100, 100, 60, 60, 60], strings: 2 },
        { 'string-charge-low-warning': [{ charge: [100, 100, 100, 58, 60, 59], strings: 2 }, 59, '%', 2] },
    ],
    [
        'stringVoltage',
        'alarm',
        { low: { value: 36, seconds: 20 }, high: { value: 42, seconds: 20 } },
        { voltage: all(6, 13), strings: 2 },
        {
            'string-voltage-low-alarm': [{ voltage: [13, 13, 13, 13, 13, 9], strings: 2 }, 35, 'V', 2],
            'string-voltage-high-alarm': [{ voltage: all(6, 13), stringVoltage: [42.5, NaN] }, 42.5, 'V', 1],
        },
    ],
    [
        'stringCurrent',
        'alarm',
        { low: { value: -50, seconds: 20 }, high: { value: 2, seconds: 20 } },
        { voltage: V(), current: [2, -50] },
        {
            'string-current-high-alarm': [{ voltage: V(), current: [0, 2.5] }, 2.5, 'A', 2],
            'string-current-low-alarm': [{ voltage: V(), current: [-51, -49] }, -51, 'A', 1],
        },
    ],
    [
        // Mean of 10 and 30 is 20: both are 50 % from it.
        'deviationCharge',
        'warning',
        deviation(20),
        { voltage: V(), current: [10, 11] },
        { 'current-deviation-charge-warning': [{ voltage: V(), current: [10, 30] }, -50, '%', 1] },
        { deviationDelayMinutes: 1 / 3 },
    ],
    [
        'deviationDischarge',
        'alarm',
        deviation(20),
        { voltage: V(), current: [-10, -11] },
        { 'current-deviation-discharge-alarm': [{ voltage: V(), current: [-10, -30] }, -50, '%', 1] },
        { deviationDelayMinutes: 1 / 3 },
        ['discharging'],
    ],
];

describe('rules of a battery', () => {
    for (const [kind, level, limits, good, bad, config, states = []] of CASES)
        for (const [eventId, [pass, value, unit, worst]] of Object.entries(bad))
            it(`${kind}: ${eventId} begins after its time, with module or string and value, and ends`, () => {
                const bench = new BatteryBench({
                    limits: { [kind]: { [level]: limits } },
                    detection: { method: 'card' },
                    ...config,
                });
                const tells = [...states, 'discharging', 'polling'];
                bench.flags(states, tells);
                const mine = () => bench.news().filter((each) => each.startsWith(eventId));
                bench.pass(good);
                bench.clock.advanceSync(25_000);
                assert.deepEqual(mine(), []);
                bench.flags(states, tells);
                bench.pass(pass);
                bench.clock.advanceSync(19_000);
                assert.deepEqual(mine(), []);
                bench.clock.advanceSync(1000);
                assert.deepEqual(mine(), [`${eventId} on`]);
                const detail = bench.source.detail(eventId)!;
                assert.deepEqual([detail.value, detail.unit, detail.worst, detail.by], [value, unit, worst, 'own']);
                const unknown = Object.fromEntries(
                    Object.entries(pass).map(([name, values]) => [
                        name,
                        Array.isArray(values) ? values.map(() => NaN) : values,
                    ]),
                ) as Pass;
                bench.pass(unknown);
                bench.clock.advanceSync(20_000);
                assert.deepEqual(mine(), [], 'what is not known ends nothing');
                bench.pass(good);
                assert.deepEqual(mine(), [`${eventId} off`]);
            });

    it('baseline: each block against its own, in the same event for above and below', () => {
        const bench = new BatteryBench({
            limits: { impedanceBaseline: { warning: deviation(25), alarm: deviation(50) } },
        });
        bench.pass({ impedance: [4, 5, 6] });
        assert.deepEqual(bench.source.setBaseline(), []);
        bench.pass({ impedance: [4.9, 5, 6] });
        assert.deepEqual(bench.news(), []);
        bench.pass({ impedance: [5.1, 5, 4.4] });
        assert.deepEqual(bench.news(), ['baseline-impedance-warning on']);
        assert.deepEqual(bench.source.detail('baseline-impedance-warning')!.modules, [1, 3]);
        bench.pass({ impedance: [6.1, 5, 6] });
        assert.deepEqual(bench.news(), ['baseline-impedance-alarm on', 'general-alarm on']);
        // Block 1 was replaced.
        assert.deepEqual(bench.source.setBaseline([1]), []);
        assert.deepEqual(bench.news(), [
            'baseline-impedance-alarm off',
            'baseline-impedance-warning off',
            'general-alarm off',
        ]);
        assert.deepEqual(
            bench.source.baseline!.blocks.map((block) => block!.impedance),
            [6.1, 5, 6],
        );
        assert.deepEqual(bench.restart(1000).source.baseline!.blocks[0]!.impedance, 6.1);
    });

    it('proposes a baseline six months after the installation, until there is one', () => {
        const installedAt = Date.UTC(2025, 6, 16, 12);
        const bench = new BatteryBench({ installedAt });
        bench.run(10, { impedance: [4, 5] });
        assert.deepEqual(bench.told, []);
        bench.clock.jumpWall(2 * 86_400_000);
        bench.pass({ impedance: [4, 5] });
        assert.deepEqual(bench.told, ['baseline-proposed on']);
        bench.clock.jumpWall(-30 * 86_400_000);
        bench.pass({ impedance: [4, 5] });
        bench.source.setBaseline();
        assert.deepEqual(bench.told, ['baseline-proposed on', 'baseline-proposed off']);
    });

    it('judges no impedance for an hour after a start of the monitor, while it addresses, and in a discharge', () => {
        const limits: BatteryLimits = { impedanceStatic: { alarm: { high: { value: 6 } } } };
        const tells = ['initializing', 'addressing', 'discharging'];
        const bench = new BatteryBench({ limits, detection: { method: 'card' } });
        const on = () => bench.source.isActive('impedance-high-alarm');
        const look = (states: string[]) => {
            bench.flags(states, tells);
            bench.pass({ voltage: [13, 13], impedance: [4, 9] });
            return on();
        };
        assert.equal(look(['initializing']), false);
        for (let minute = 0; minute < 59; minute++) {
            assert.equal(look([]), false);
            bench.clock.advanceSync(60_000);
        }
        const next = bench.restart(50_000);
        next.flags([], tells);
        next.pass({ voltage: [13, 13], impedance: [4, 9] });
        assert.equal(next.source.isActive('impedance-high-alarm'), false);
        assert.deepEqual(next.source.setBaseline(), [1, 2], 'no baseline of what cannot be compared');
        next.clock.advanceSync(10_000);
        next.flags(['addressing'], tells);
        next.pass({ voltage: [13, 13], impedance: [4, 9] });
        next.flags(['discharging'], tells);
        next.pass({ voltage: [13, 13], impedance: [4, 9] });
        assert.equal(next.source.isActive('impedance-high-alarm'), false);
        next.flags([], tells);
        next.clock.advanceSync(1000);
        for (let second = 0; second < 60; second++) {
            next.flags([], tells);
            next.clock.advanceSync(1000);
        }
        next.pass({ voltage: [13, 13], impedance: [4, 9] });
        assert.equal(next.source.isActive('impedance-high-alarm'), true);
    });

    it('lets no low voltage begin for a while after a discharge; in it, and a high one, at once', () => {
        const bench = new BatteryBench({
            limits: { voltage: { alarm: { low: { value: 11 }, high: { value: 15 } } } },
            alarmDelayMinutes: 10,
            detection: { method: 'card' },
        });
        const look = (states: string[], voltage: number[]) => {
            bench.flags(states, ['discharging']);
            bench.pass({ voltage });
            bench.clock.advanceSync(10_000);
            return bench.source.isActive('voltage-low-alarm');
        };
        assert.equal(look(['discharging'], [12, 12]), false);
        assert.equal(look(['discharging'], [12, 10.9]), true, 'in the discharge');
        assert.equal(look(['discharging'], [12, 12]), false);
        for (let i = 0; i < 60; i++) look(['discharging'], [12, 12]);
        // The end of a discharge has to last before it counts.
        for (let i = 0; i < 4; i++) look([], [12, 12]);
        for (let i = 0; i < 55; i++) assert.equal(look([], [12, 10.9]), false, `${i}`);
        look([], [12, 15.1]);
        assert.equal(bench.source.isActive('voltage-high-alarm'), true);
        for (let i = 0; i < 5; i++) look([], [12, 10.9]);
        assert.equal(bench.source.isActive('voltage-low-alarm'), true);
    });

    it('fuse: no voltage while its string carries current', () => {
        const bench = new BatteryBench({ fuseAmps: 1 });
        const news = () => bench.news().filter((each) => each.startsWith('module'));
        const run = (voltage: number[], current: number[]) =>
            bench.run(61, { voltage, temperature: all(4, 20), current }, ['polling']);
        run([13, NaN, 13, 13], [0.2, 5]);
        assert.deepEqual(news(), [], 'its string carries none');
        run([13, NaN, 13, 13], [1.5, 5]);
        run([13, NaN, 13, 13], [1.5, 5]);
        assert.deepEqual(news(), ['module-fuse-blown on']);
        assert.deepEqual(bench.source.detail('module-fuse-blown')!.modules, [2]);
        run([13, 13, 13, 0.3], [0, -5]);
        assert.deepEqual(news(), ['module-fuse-blown off', 'module-fuse-blown on'], 'another block, a minute later');
        assert.deepEqual(bench.source.detail('module-fuse-blown')!.modules, [4]);
        run(all(4, 13), [0, -5]);
        assert.deepEqual(news(), ['module-fuse-blown off']);
    });

    it('module lost: no value while others have some; if none has, nobody knows', () => {
        const bench = new BatteryBench();
        const run = (voltage: number[], temperature: number[]) => bench.run(61, { voltage, temperature }, ['polling']);
        run(all(4, NaN), all(4, NaN));
        run([13, NaN, 13, 13], all(4, 20));
        assert.deepEqual(bench.news(), ['polling on']);
        run([13, NaN, 13, 13], [20, NaN, 20, 20]);
        assert.deepEqual(bench.news(), ['module-lost on']);
        assert.deepEqual(bench.source.detail('module-lost')!.modules, [2]);
        run(all(4, 13), all(4, 20));
        assert.deepEqual(bench.news(), ['module-lost off']);
        const few = new BatteryBench({ modules: 4 });
        few.run(61, { voltage: [13, 13, 13] });
        assert.deepEqual(few.source.detail('module-lost')!.modules, [4], 'the settings have one more');
    });

    it('charge is nothing for a battery of unknown chemistry', () => {
        const limits: BatteryLimits = { moduleCharge: { alarm: { low: { value: 40 } } } };
        const bench = new BatteryBench({ limits, chemistry: 'other' });
        bench.pass({ charge: [1, 1] });
        assert.deepEqual(bench.told, []);
    });

    it('counts discharges, tells when there were enough, and a reset ends that', () => {
        const bench = new BatteryBench({ dischargeLimit: 2, detection: { method: 'card' } });
        const look = (states: string[], seconds: number) => {
            for (let second = 0; second < seconds; second++) {
                bench.flags(states, ['discharging']);
                if (second % 10 === 0) bench.pass({ voltage: [12, 12], current: [states.length > 0 ? -5 : 1] });
                bench.clock.advanceSync(1000);
            }
        };
        look([], 20);
        look(['discharging'], 60);
        look([], 120);
        assert.equal(bench.source.discharges, 1);
        look(['discharging'], 60);
        assert.equal(bench.source.discharges, 2);
        assert.ok(bench.told.includes('discharge-counter on'));
        const next = bench.restart(1000);
        next.flags([], ['discharging']);
        assert.equal(next.source.discharges, 2);
        next.source.act(({ counter }) => counter.reset('tester', next.clock.now()));
        assert.deepEqual(
            next.told.filter((each) => each.startsWith('discharge-counter')),
            ['discharge-counter off'],
        );
    });
});

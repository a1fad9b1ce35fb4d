import assert from 'node:assert/strict';
import { Noise } from '../../../../../lib/simulation/battery/noise';
import { type Curve, inSteps, RunawayBench } from './bench';

const DAY = 1440;
/** Blocks differ by their place: up to 3 K. */
const place = (module: number) => (module % 4) - 1.5;
/** ±0.3 K of noise that is the same in every run. */
const noise = (module: number, minute: number) => 0.3 * Math.sin(module * 7.1 + minute * 13.7);
const room =
    (at: (minute: number) => number): Curve =>
    (module, minute) =>
        at(minute) + place(module) + noise(module, minute);
const chance = new Noise(7);
const STEADY = room(() => 25);

/** Module 6 (string 2) runs away from minute 120 on: 1 K above the others, growing by e in `foldMinutes`. */
const runaway =
    (foldMinutes: number, base: Curve = STEADY): Curve =>
    (module, minute) =>
        base(module, minute) + (module === 6 && minute > 120 ? Math.exp((minute - 120) / foldMinutes) - 1 : 0);

/** When the block reaches 60 °C. */
function meltdown(curve: Curve): number {
    let minute = 0;
    while (curve(6, minute) < 60) minute++;
    return minute;
}

describe('Thermal runaway: what heats a block', () => {
    for (const fold of [30, 60, 180]) {
        it(`fires before 60 °C, once: e-fold in ${fold} min`, () => {
            const bench = new RunawayBench();
            const curve = runaway(fold);
            const end = meltdown(curve);
            bench.until(end, curve);
            const tripped = bench.at('string-2 on');
            assert.ok(tripped !== undefined && tripped < end, `runaway at ${tripped}, 60 °C at ${end}`);
            assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
        });
    }

    it('the evidence names module, value, median, limit and rise', () => {
        const bench = new RunawayBench();
        bench.until(300, runaway(60));
        const { change } = bench.told[0]!;
        assert.equal(change.kind, 'warning');
        const [reason] = change.kind === 'warning' ? change.views[0]!.reasons : [];
        assert.equal(reason!.rule, 'above-others');
        assert.deepEqual(reason!.modules, [6]);
        assert.equal(reason!.limit, 8);
        assert.ok(Math.abs(reason!.reference! - 25) <= 1);
        assert.ok(reason!.value - reason!.reference! >= 8);
        assert.ok(reason!.rise! >= 1.5);
    });

    it('no false one in 30 days of a summer of 35 °C with swings of the day, with and without ambient', () => {
        for (const knowsAmbient of [false, true]) {
            const bench = new RunawayBench();
            const air = (minute: number) => 28 + 7 * Math.sin((2 * Math.PI * minute) / DAY);
            // The blocks follow the room three hours late.
            const curve = room((minute) => 29 + 5 * Math.sin((2 * Math.PI * (minute - 180)) / DAY));
            for (let hour = 1; hour <= 30 * 24; hour++) {
                bench.around = { ...bench.around, ...(knowsAmbient && { ambient: air(hour * 60) }) };
                bench.until(hour * 60, curve, 300);
            }
            assert.deepEqual(bench.kinds, []);
        }
    });

    it('a block that is 9 K warmer for good, at a heater, is no runaway, also when the room warms in the morning', () => {
        const bench = new RunawayBench();
        const swing = room((minute) => 24 + 4 * Math.sin((2 * Math.PI * minute) / DAY));
        bench.until(2 * DAY, (module, minute) => swing(module, minute) + (module === 6 ? 9 : 0), 60);
        assert.deepEqual(bench.kinds, []);
    });

    it('all blocks rise at once: by the difference nothing is seen, by the ambient it is', () => {
        const all: Curve = (module, minute) => STEADY(module, minute) + Math.max(0, minute - 60) / 10;
        const blind = new RunawayBench();
        blind.until(300, all);
        assert.deepEqual(blind.kinds, []);
        const seeing = new RunawayBench();
        seeing.around = { ...seeing.around, ambient: 23 };
        seeing.until(300, all);
        assert.equal(seeing.kinds[0], 'warning on');
        assert.equal(seeing.watch.views().filter(({ phase }) => phase !== 'off').length, 3);
    });

    it('a hot room is none by the difference, and one by the highest temperature where that is set', () => {
        const hot: Curve = (module, minute) => STEADY(module, minute) + Math.min(30, minute / 10);
        const bench = new RunawayBench({ highest: 50 });
        bench.until(400, hot);
        const warned = bench.at('warning on')!;
        // The warmest blocks stand 1.5 K above 25 °C: 50 °C after 235 min, give or take the noise, and 5 min more.
        assert.ok(Math.abs(warned - 240) <= 8, String(warned));
    });

    it('is more sensitive for 16 h after a discharge, and says so', () => {
        const warm: Curve = (module, minute) =>
            STEADY(module, minute) + (module === 6 ? Math.min(6.5, minute / 40) : 0);
        const at = (sinceHours: number) => {
            const bench = new RunawayBench();
            bench.around = { ...bench.around, sinceDischargeMs: sinceHours * 3_600_000 };
            bench.until(300, warm);
            return bench;
        };
        assert.deepEqual(at(17).kinds, []);
        const after = at(1);
        assert.equal(after.kinds[0], 'warning on');
        assert.equal(after.watch.views()[1]!.reasons[0]!.sensitive, true);
        assert.ok(Math.abs(after.watch.views()[1]!.reasons[0]!.limit - 5.6) < 1e-9);
    });

    it('current: alone, or only together with a hot block; not while the battery discharges', () => {
        const run = (current: 'alone' | 'with-heat', curve: Curve, discharging = false) => {
            const bench = new RunawayBench({ mostCurrent: 5, current });
            bench.around = { currentPerString: true, discharging };
            bench.amps = [1, 1, 6];
            bench.until(120, curve);
            return bench.phase(3);
        };
        const hotInThree: Curve = (module, minute) => STEADY(module, minute) + (module === 10 ? 10 : 0);
        assert.equal(run('alone', STEADY), 'runaway');
        assert.equal(run('alone', STEADY, true), 'off');
        assert.equal(run('with-heat', STEADY), 'off');
        assert.equal(run('with-heat', hotInThree), 'runaway');
    });

    it('a sensor that jumps is a fault and no runaway, and is believed again when it is back', () => {
        const bench = new RunawayBench({ highest: 55 });
        const jumping: Curve = (module, minute) =>
            STEADY(module, minute) + (module === 6 && minute > 60 && minute < 600 ? 40 : 0);
        bench.until(590, jumping);
        assert.deepEqual(bench.kinds, ['jump 6 on']);
        assert.equal(bench.watch.faults()[0]!.module, 6);
        bench.until(700, jumping);
        assert.deepEqual(bench.kinds, ['jump 6 on', 'jump 6 off']);
        // It runs away later, for real.
        bench.until(
            1000,
            (module, minute) => STEADY(module, minute) + (module === 6 ? Math.max(0, minute - 720) / 5 : 0),
        );
        assert.equal(bench.kinds[2], 'warning on');
    });

    it('a hot block that became cold in a gap of the readings: its warning ends once it was like the others for half an hour', () => {
        const bench = new RunawayBench();
        const heating: Curve = (module, minute) => STEADY(module, minute) + (module === 6 ? minute / 4 : 0);
        bench.until(60, heating);
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
        // 15 K above the others, and one minute without readings: by then its breaker was opened and it was replaced.
        bench.clock.advanceSync(60_000);
        bench.until(85, STEADY);
        assert.deepEqual(bench.kinds.slice(3), ['jump 6 on']);
        assert.equal(bench.phase(2), 'runaway');
        bench.until(95, STEADY);
        assert.deepEqual(bench.kinds.slice(3), ['jump 6 on', 'jump 6 off', 'warning off']);
        assert.equal(bench.phase(2), 'latched');
        assert.deepEqual(bench.watch.faults(), []);
    });

    it('the only block that is read is believed again at the temperatures of a room, and not at others', () => {
        for (const [after, isBelieved] of [
            [24, true],
            [-20, false],
            [70, false],
        ] as const) {
            const bench = new RunawayBench();
            const only: Curve = (module, minute) => (module === 1 ? (minute <= 30 ? 45 : after) : NaN);
            bench.until(75, only, 10);
            assert.equal(bench.watch.faults().length, isBelieved ? 0 : 1, String(after));
        }
    });

    for (const seconds of [10, 30, 300]) {
        it(`a noisy block that stands 9 K above the others is no runaway: a sweep each ${seconds} s`, () => {
            const warm: Curve = (module, minute) =>
                25 + (module === 6 ? 9 : 0) + 0.5 * chance.normal(1, module, Math.round(minute * 60));
            const bench = new RunawayBench();
            // As many sweeps of each.
            bench.until((4000 * seconds) / 60, warm, seconds);
            assert.deepEqual(bench.kinds, []);
        });

        for (const fold of [30, 60, 180]) {
            it(`told at least 30 min before 60 °C: e-fold in ${fold} min, a sweep each ${seconds} s`, () => {
                const bench = new RunawayBench();
                const curve = runaway(fold);
                const end = meltdown(curve);
                bench.until(end, curve, seconds);
                const warned = bench.at('warning on');
                assert.ok(warned !== undefined && end - warned >= 30, `warned at ${warned}, 60 °C at ${end}`);
                assert.equal(bench.kinds[0], 'warning on');
            });
        }
    }

    it('with 5 min between sweeps, a runaway that has begun before the first reading is told within 40 min', () => {
        const bench = new RunawayBench();
        bench.until(40, (module, minute) => STEADY(module, minute) + (module === 6 ? 9 + minute / 4 : 0), 300);
        assert.equal(bench.kinds[0], 'warning on');
    });

    it('a sensor that is stuck, or sends rubbish, is no runaway', () => {
        const bench = new RunawayBench();
        const swing = room((minute) => 25 + 6 * Math.sin((2 * Math.PI * minute) / DAY));
        const stuck: Curve = (module, minute) => (module === 6 ? 31 : module === 7 ? 300 : swing(module, minute));
        bench.until(4 * DAY, stuck, 300);
        assert.deepEqual(bench.kinds, ['stuck 6 on']);
        assert.equal(inSteps(31), 31);
    });
});

import assert from 'node:assert/strict';
import { dischargeOf } from '../../../../../bench/support/block-discharge';
import { CAPACITY_MODELS, ratedAmperes, temperatureFactor } from '../../../../../lib/core/batteries/health/chemistry';
import { curveScale } from '../../../../../lib/core/batteries/health/curve-scale';
import {
    stepResistances,
    takenFrom,
    type DischargeCurves,
} from '../../../../../lib/core/batteries/health/discharge-curves';
import { batteryHealth, type HealthInput } from '../../../../../lib/core/batteries/health/health';
import { layoutOf } from '../../../../../lib/core/batteries/layout';

const ONSET = Date.UTC(2026, 2, 1, 3);
const LEAD = CAPACITY_MODELS['lead-acid'];

/** A reading each 10 s from a minute before the onset; by seconds since the onset. */
function curvesOf(
    seconds: number,
    volts: ((at: number) => number)[],
    amperes: (at: number) => number,
    more: Partial<DischargeCurves> = {},
): DischargeCurves {
    const at = Array.from({ length: seconds / 10 + 7 }, (_, i) => -60 + 10 * i);
    return {
        id: 'd1',
        onset: ONSET,
        end: ONSET + seconds * 1000,
        times: at.map((second) => ONSET + second * 1000),
        voltage: volts.map((of) => at.map(of)),
        current: [at.map(amperes)],
        ...more,
    };
}

describe('what a discharge takes out', () => {
    it('is the area under the current, and more of the rated capacity where it is above the rated current', () => {
        const curves = curvesOf(3600, [() => 12], (at) => (at > 0 ? -20 : 0.1));
        const { delivered, rated, coverage } = takenFrom(curves, 1, { ...LEAD, peukert: 1.2 }, 100)!;
        // 20 A for an hour, but for the ramp of the first 10 s.
        assert.ok(Math.abs(delivered.at(-1)! - 19.97) < 0.02, `${delivered.at(-1)}`);
        // 10 A x 2^1.2
        assert.ok(Math.abs(rated.at(-1)! - 22.95) < 0.05, `${rated.at(-1)}`);
        assert.equal(coverage, 1);
        assert.ok(Math.abs(ratedAmperes({ ...LEAD, peukert: 1.2 }, 100, 20) - 22.97) < 0.01);
        assert.equal(ratedAmperes(LEAD, 100, 5), 5);
    });

    it('counts nothing where the current is not known', () => {
        const curves = curvesOf(3600, [() => 12], (at) => (at > 1800 ? NaN : -20));
        const { delivered, coverage } = takenFrom(curves, 1, LEAD, 100)!;
        assert.ok(Math.abs(delivered.at(-1)! - 10) < 0.01);
        assert.ok(Math.abs(coverage - 0.5) < 0.01);
        assert.equal(takenFrom({ ...curves, current: [undefined] }, 1, LEAD, 100), undefined);
    });

    it('is corrected by the temperature', () => {
        assert.equal(temperatureFactor(LEAD, 20), 1);
        assert.ok(Math.abs(temperatureFactor(LEAD, 10) - 0.92) < 1e-9);
        assert.equal(temperatureFactor(LEAD, NaN), 1);
    });
});

describe('resistance from the load step', () => {
    it('is the fall of the voltage by the rise of the current', () => {
        const curves = curvesOf(600, [(at) => (at > 0 ? 12.4 : 13.6), (at) => (at > 0 ? 12.5 : 13.5)], (at) =>
            at > 0 ? -99.5 : 0.5,
        );
        const [first, second] = stepResistances(curves, layoutOf(2, 1));
        assert.ok(Math.abs(first! - 12) < 0.01 && Math.abs(second! - 10) < 0.01, `${first} ${second}`);
    });

    it('is not known without a step, a current, or a voltage', () => {
        const gentle = curvesOf(600, [() => 12], (at) => (at > 0 ? -at / 100 : 0));
        assert.ok(Number.isNaN(stepResistances(gentle, layoutOf(1, 1))[0]!));
        const step = curvesOf(600, [() => NaN], (at) => (at > 0 ? -50 : 0));
        assert.ok(Number.isNaN(stepResistances(step, layoutOf(1, 1))[0]!));
        assert.ok(Number.isNaN(stepResistances({ ...step, current: [undefined] }, layoutOf(1, 1))[0]!));
    });
});

describe('how one voltage curve is stretched against another', () => {
    const charge = Array.from({ length: 40 }, (_, i) => 1 + i);
    const curve = (used: number) => 12.8 - 1.1 * used - 0.4 * used ** 3;

    for (const ratio of [0.5, 0.7, 0.95, 1.2]) {
        it(`finds ${ratio}`, () => {
            const reference = charge.map((out) => curve(out / 100));
            const block = charge.map((out) => 0.05 + curve(out / (100 * ratio)));
            const found = curveScale(charge, reference, block)!;
            assert.ok(Math.abs(found.ratio - ratio) < 0.01, `${found.ratio}`);
            assert.ok(found.error < 0.03);
        });
    }

    it('says nothing of curves that do not fall', () => {
        const flat = charge.map((_, i) => 13.2 + 0.002 * Math.sin(i * 7));
        const other = charge.map((_, i) => 13.2 + 0.002 * Math.sin(i * 5));
        assert.equal(curveScale(charge, flat, other), undefined);
    });
});

describe('capacity of blocks by a discharge', () => {
    const plan = { blocks: 12, strings: 1, capacityAh: 100, rate: 0.3 };
    const judge = (discharge: DischargeCurves, more: Partial<HealthInput> = {}) =>
        batteryHealth({
            now: discharge.end,
            layout: layoutOf(12, 1),
            nominalVoltage: 12,
            capacityAh: 100,
            discharges: [discharge],
            ...more,
        });

    it('finds a sulphated block of 70 %, whose resistance is as of the others, in 30 % of depth', () => {
        const discharge = dischargeOf({ ...plan, seed: 2, depth: 0.3, capacity: new Map([[4, 0.7]]) });
        const health = judge(discharge);
        assert.deepEqual(health.ranking, [5]);
        const { capacity, reasons, step } = health.blocks[4]!;
        assert.ok(Math.abs(capacity!.percent - 70) <= 8, `${capacity!.percent}`);
        assert.deepEqual([capacity!.by, capacity!.against, capacity!.discharge], ['compared', 'assumed', 'd2']);
        assert.equal(reasons[0]!.code, 'capacity');
        assert.ok(Math.abs(step!.aboveString!) < 20);
        assert.deepEqual(health.stringCapacity, [null]);
    });

    it('measures what reached its end voltage within 3 points, and the others by it', () => {
        const capacity = new Map([[4, 0.7]]);
        const discharge = dischargeOf({ ...plan, seed: 3, depth: 1.5, endVoltage: 11, capacity });
        const health = judge(discharge);
        const weak = health.blocks[4]!.capacity!;
        assert.equal(weak.by, 'observed');
        assert.ok(Math.abs(weak.percent - 70) <= 3, `${weak.percent}`);
        assert.equal(health.blocks[4]!.grade, 'replace');
        assert.equal(health.blocks[0]!.capacity!.against, 'observed');
        assert.ok(Math.abs(health.stringCapacity[0]! - 100) < 6, `${health.stringCapacity[0]}`);
    });

    it('says less of a discharge that was too short, has no voltages, or of a chemistry that it does not know', () => {
        const short = judge(dischargeOf({ ...plan, seed: 4, depth: 0.06 }));
        assert.equal(short.blocks[0]!.capacity, undefined);
        assert.deepEqual(
            short.lacks.find(({ of }) => of === 'capacity'),
            { of: 'capacity', why: 'shallow', blocks: 12 },
        );
        const discharge = dischargeOf({ ...plan, seed: 5, depth: 0.3 });
        const blind = { ...discharge, voltage: discharge.voltage.map((row, i) => (i === 3 ? undefined : row)) };
        assert.equal(judge(blind).blocks[3]!.capacity, undefined);
        assert.equal(judge(discharge, { chemistry: 'other' }).blocks[0]!.capacity!.by, 'compared');
    });

    it('compares without a current sensor, too', () => {
        const discharge = dischargeOf({ ...plan, seed: 6, depth: 0.4, capacity: new Map([[7, 0.7]]) });
        const health = judge({ ...discharge, current: [undefined] });
        assert.deepEqual(health.ranking, [8]);
        assert.equal(health.lacks.find(({ of }) => of === 'step-resistance')!.why, 'no-current');
    });

    it('forgets what a block did that has been replaced since', () => {
        const discharge = dischargeOf({ ...plan, seed: 2, depth: 0.3, capacity: new Map([[4, 0.7]]) });
        const installedAt: number[] = [];
        installedAt[4] = discharge.end + 1;
        const { capacity, step } = judge(discharge, { installedAt }).blocks[4]!;
        assert.deepEqual([capacity, step], [undefined, undefined]);
    });
});

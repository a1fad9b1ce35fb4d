import assert from 'node:assert/strict';
import { dischargeOf } from '../../../../bench/support/block-discharge';
import { impedanceHistory } from '../../../../bench/support/block-history';
import type { BatterySource } from '../../../../lib/core/batteries/battery-source';
import type { DischargeRecord } from '../../../../lib/core/batteries/discharge/record';
import type { RecordedDischarge } from '../../../../lib/core/batteries/health/recorded-curves';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { NO_HISTORY, type BatteryHistory } from '../../../../lib/flow/batteries/battery-history';
import { tellingDischarges } from '../../../../lib/flow/batteries/health-input';
import { HealthWatch } from '../../../../lib/flow/batteries/health-watch';
import { all, BatteryBench } from '../../../support/battery-bench';
import { FakeClock } from '../../../support/fake-clock';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

describe('the health of a battery over time', () => {
    let clock: FakeClock;
    let journal: MemoryJournal;
    beforeEach(() => {
        clock = new FakeClock();
        journal = new MemoryJournal();
    });
    const bench = () => {
        const made = new BatteryBench({ capacityAh: 100, strings: 2 }, clock, journal);
        made.pass({ voltage: all(16, 13.6), current: [0.1, 0.1], impedance: all(16, 4) });
        return made;
    };
    const watch = (battery: BatterySource, history: Partial<BatteryHistory> = {}) =>
        new HealthWatch({
            battery,
            journal,
            history: { ...NO_HISTORY, ...history },
            reasons: (_health, { named }) => `why of ${named.map(({ of }) => of).join()}`,
            failed: (error) => assert.fail(error as Error),
        });
    /** Impedances of 16 blocks, of which one rises for 60 days up to now. */
    const rising = (module: number): Partial<BatteryHistory> => {
        const impedance = impedanceHistory({
            seed: 1,
            blocks: 16,
            strings: 2,
            days: 120,
            from: clock.now() - 120 * DAY_MS,
            noise: () => 0.01,
            rises: new Map([[module - 1, { startDay: 60, days: 60, shape: 'line' }]]),
        });
        return { blocks: ({ quantity }) => Promise.resolve(quantity === 'impedance' ? impedance : []) };
    };
    const after = async (ms: number) => {
        clock.advanceSync(ms);
        for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    };

    it('is judged five minutes after the start, raises the event with its reasons, and is known after a restart', async () => {
        const { source, edges } = bench();
        const health = watch(source, rising(5));
        health.start();
        await after(4 * MINUTE_MS);
        const ranking = () => health.health?.ranking;
        assert.equal(ranking(), undefined);
        await after(MINUTE_MS);
        assert.deepEqual(ranking(), [5]);
        assert.deepEqual(
            edges.filter(({ id }) => id === 'block-failing').map(({ active }) => active),
            [true],
        );
        const { modules, strings, why, rule } = source.detail('block-failing')!;
        assert.deepEqual([modules, strings, why, rule], [[5], [1], 'why of 5', 'health']);
        health.destroy();
        source.destroy();
        const again = bench();
        const next = watch(again.source, rising(5));
        next.start();
        assert.deepEqual(next.health?.ranking, [5]);
        assert.ok(again.source.isActive('block-failing'));
        const told = again.edges.filter(({ id }) => id === 'block-failing');
        assert.deepEqual(told, [], 'the event goes on');
        next.destroy();
    });

    it('is judged again after a week, and after a discharge; not within one', async () => {
        const { source } = bench();
        let judged = 0;
        const health = watch(source, {
            blocks: ({ quantity }) => {
                if (quantity === 'impedance') judged++;
                return Promise.resolve([]);
            },
        });
        health.start();
        await after(5 * MINUTE_MS);
        assert.equal(judged, 1);
        await after(6.9 * DAY_MS);
        assert.equal(judged, 1);
        await after(0.2 * DAY_MS);
        assert.equal(judged, 2);
        const card = source.connect('card2');
        const discharging = (on: boolean) =>
            card.flags({ states: new Set(on ? ['discharging'] : []), tells: new Set(['discharging']) });
        discharging(false);
        discharging(true);
        await after(7.2 * DAY_MS);
        assert.equal(judged, 2, 'other things are more urgent in a discharge');
        for (let i = 0; i < 8; i++) {
            discharging(false);
            clock.advanceSync(10_000);
        }
        await after(5 * MINUTE_MS);
        assert.equal(judged, 3);
        health.destroy();
        await after(30 * DAY_MS);
        assert.equal(judged, 3, 'nothing runs after its end');
    });

    it('finds the weak block in the discharge that is recorded, and leaves it out once it is replaced', async () => {
        const onset = clock.now() - DAY_MS;
        const curves = dischargeOf({
            seed: 2,
            blocks: 16,
            strings: 2,
            capacityAh: 100,
            rate: 0.3,
            depth: 0.3,
            capacity: new Map([[4, 0.7]]),
        });
        const atMs = curves.times.map((at) => at - curves.onset);
        const durationMs = curves.end - curves.onset;
        const record = { id: 'd1', onset, durationMs, end: onset + durationMs, phase: 'complete', ah: 60 };
        const recorded: RecordedDischarge = {
            record: record as DischargeRecord,
            atMs,
            phases: atMs.map((at) => (at < 0 ? 'before' : at <= durationMs ? 'discharge' : 'charge')),
            voltage: curves.voltage.map((row) => row!),
            temperature: Array.from(curves.temperature ?? [], (celsius) => atMs.map(() => celsius)),
            current: curves.current.map((row) => row!),
        };
        const { source } = bench();
        const health = watch(source, {
            discharges: () => [recorded.record],
            discharge: () => Promise.resolve(recorded),
        });
        health.start();
        await after(5 * MINUTE_MS);
        assert.deepEqual(health.health?.ranking, [5]);
        const { percent } = health.health.blocks[4]!.capacity!;
        assert.ok(percent > 62 && percent < 78, `${percent}`);
        assert.deepEqual(source.detail('capacity-low')?.modules, [5]);
        const today = new Date(clock.now()).toISOString().slice(0, 10);
        const blocks = Array.from({ length: 16 }, (_, i) => (i === 4 ? { replacedOn: today } : null));
        source.setBaseline();
        clock.advanceSync(1000);
        assert.deepEqual(health.setInventory({ columns: [], blocks }), [5]);
        await after(MINUTE_MS);
        assert.equal(health.health.blocks[4]?.capacity, undefined);
        assert.ok(!source.isActive('capacity-low'));
        health.destroy();
    });

    it('takes the baseline of a replaced block away, and that alone', () => {
        const { source } = bench();
        const old = clock.now() - 40 * DAY_MS;
        source.replaceBaseline({ blocks: Array.from({ length: 16 }, () => ({ impedance: 4, at: old })) });
        const health = watch(source);
        health.start();
        const day = new Date(clock.now() - DAY_MS).toISOString().slice(0, 10);
        const blocks = Array.from({ length: 16 }, (_, i) => (i === 6 ? { replacedOn: day } : null));
        health.setInventory({ columns: ['Maker'], blocks });
        const left = source.baseline!.blocks.map((block, i) => (block ? 0 : i + 1)).filter(Boolean);
        assert.deepEqual(left, [7]);
        health.destroy();
        const next = watch(source);
        next.start();
        assert.equal(next.inventory.blocks[6]!.replacedOn, day, 'a restart keeps the inventory');
        next.destroy();
    });

    it('reads the last and the deepest discharges, and none that began before the battery was full', () => {
        const record = (n: number, more: Partial<DischargeRecord> = {}) =>
            ({ id: `d${n}`, onset: n, phase: 'complete', durationMs: 60_000, ah: 1, ...more }) as DischargeRecord;
        const records = [
            record(0, { ah: 50 }),
            record(1, { ah: 90, follows: 'd0' }),
            record(2, { durationMs: 5000, ah: 70 }),
            ...Array.from({ length: 20 }, (_, i) => record(i + 3)),
            record(23, { phase: 'discharging' }),
        ];
        const ids = tellingDischarges(records).map(({ id }) => id);
        assert.equal(ids[0], 'd0');
        assert.deepEqual(ids.slice(-6), ['d17', 'd18', 'd19', 'd20', 'd21', 'd22']);
        assert.ok(!ids.includes('d1') && !ids.includes('d2') && !ids.includes('d23'));
        assert.ok(ids.length <= 10);
    });
});

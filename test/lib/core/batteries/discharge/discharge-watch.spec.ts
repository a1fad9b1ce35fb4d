import assert from 'node:assert/strict';
import { DischargeCounter } from '../../../../../lib/core/batteries/discharge/counter';
import { DischargeBench, type Values } from './bench';

const FLOAT = { volts: 13.5, amps: [0.2, 0.2], celsius: 22 };
const LOAD = { volts: 12, amps: [-36, -18], celsius: 24 };
const CHARGE = { volts: 13.6, amps: [10, 8], celsius: 25 };

const near = (actual: number | null | undefined, expected: number, within = 0.001) =>
    assert.ok(Math.abs(Number(actual) - expected) <= within, `${actual} is not ${expected}`);

/** A discharge of 600 s, told by the UPS; then 60 s of charging. */
function outage(bench: DischargeBench, load: Values = LOAD): void {
    bench.ups(false);
    bench.sweeps(30, FLOAT);
    bench.ups(true);
    bench.sweeps(600, load, 5);
    bench.ups(false);
    bench.sweeps(60, CHARGE, 5);
}

describe('Record of a discharge', () => {
    it('Ah by string, kWh, duration, temperature, values just before', () => {
        const bench = new DischargeBench();
        outage(bench);
        const { record } = bench;
        // 36 A and 18 A over 600 s are 6 and 3 Ah; the return shows after 5 s at the earliest, so half a sweep may be added.
        near(record.stringAh[0], 6, 0.03);
        near(record.stringAh[1], 3, 0.02);
        near(record.ah, 9, 0.05);
        // 48 V and 54 A: 2.592 kW for 600 s
        near(record.kWh, 0.432, 0.003);
        near(record.meanCurrent, 54, 0.5);
        assert.equal(record.durationMs, 600_000);
        assert.deepEqual(record.temperature, { before: 22, mean: 24, highest: 24, hottest: 1 });
        assert.deepEqual(record.gaps, []);
        assert.equal(record.onsetSeen, true);
        const [before, first] = bench.rows;
        assert.deepEqual(
            [before!.phase, before!.atMs, before!.voltage![0], before!.current![0]],
            ['before', 0, 13.5, 0.2],
        );
        assert.deepEqual(
            [first!.phase, first!.atMs, first!.voltage![0], first!.current![0]],
            ['discharge', 5000, 12, -36],
        );
        assert.equal(bench.rows.filter(({ phase }) => phase === 'discharge').length, record.rows.discharge);
    });

    it('the mean current is that of the discharge alone, also of a short one', () => {
        const bench = new DischargeBench();
        bench.ups(false);
        bench.sweeps(30, FLOAT);
        bench.ups(true);
        bench.sweeps(60, LOAD);
        bench.ups(false);
        bench.sweeps(60, CHARGE);
        // Half of the step from 54 A to the first reading of the charge is counted in Ah.
        near(bench.record.ah, (54 * 65) / 3600, 0.001);
        near(bench.record.meanCurrent, 54, 0.001);
    });

    it('a sweep that showed the current before the UPS told it belongs to the discharge', () => {
        const bench = new DischargeBench();
        bench.ups(false);
        bench.sweeps(30, FLOAT);
        bench.sweeps(10, LOAD);
        const seen = bench.clock.now();
        bench.clock.advanceSync(4000);
        bench.ups(true);
        assert.equal(bench.record.onset, seen);
        assert.deepEqual(
            bench.rows.map(({ phase, atMs }) => [phase, atMs]),
            [
                ['before', -10_000],
                ['discharge', 0],
            ],
        );
    });

    it('lowest block at any time and at the end; blocks that reached the end voltage, in that order', () => {
        const bench = new DischargeBench();
        const at = (third: number, seventh: number) => ({ ...LOAD, volts: [12, 12, third, 12, 12, 12, seventh, 12] });
        bench.ups(true);
        // One reading below 10.5 V is the dip of the onset.
        bench.sweeps(5, at(12, 10.4), 5);
        bench.sweeps(60, at(11, 11), 5);
        bench.sweeps(60, at(11, 10.3), 5);
        bench.sweeps(60, at(9.1, 10.3), 5);
        bench.sweeps(60, at(10, 9.8), 5);
        bench.ups(false);
        bench.sweeps(60, CHARGE, 5);
        const { record } = bench;
        assert.deepEqual(record.lowest, { module: 3, voltage: 9.1, atMs: 130_000 });
        assert.deepEqual(record.lowestAtEnd, { module: 7, voltage: 9.8, atMs: 245_000 });
        assert.deepEqual(
            record.early.map(({ module, atMs }) => [module, atMs]),
            [
                [7, 70_000],
                [3, 130_000],
            ],
        );
    });

    it('a module that measures nothing is not the lowest block', () => {
        const bench = new DischargeBench();
        outage(bench, { ...LOAD, volts: [12, NaN, 0, 11.9, 12, 12, 12, 12] });
        assert.equal(bench.record.lowest?.module, 4);
    });

    it('without a current nothing is claimed of Ah and kWh', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(60, { volts: 12 });
        const { ah, kWh, stringAh, meanCurrent } = bench.watch.record!;
        assert.deepEqual(
            { ah, kWh, stringAh, meanCurrent },
            { ah: null, kWh: null, stringAh: [null, null], meanCurrent: null },
        );
    });

    it('a card that is silent: the discharge goes on, and the record says from when to when nothing was read', () => {
        const bench = new DischargeBench();
        bench.sweeps(30, FLOAT);
        bench.sweeps(300, LOAD);
        bench.watch.silent();
        bench.clock.advanceSync(300_000);
        bench.ups(undefined);
        assert.equal(bench.watch.discharging, true);
        bench.sweeps(300, LOAD);
        const record = bench.watch.record!;
        assert.deepEqual(record.gaps, [{ fromMs: 290_000, toMs: 600_000, why: 'silent' }]);
        // 590 s of readings at 54 A, and 310 s between 54 and 54 A
        near(record.ah, (54 * 580) / 3600);
        near(record.gapAh, (54 * 310) / 3600);
    });

    it('a card that stays silent until the UPS is back on mains', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(60, LOAD);
        bench.watch.silent();
        bench.clock.advanceSync(240_000);
        bench.ups(false);
        bench.clock.advanceSync(31_000);
        bench.ups(false);
        assert.deepEqual(bench.record.gaps, [{ fromMs: 60_000, toMs: 300_000, why: 'silent' }]);
        near(bench.record.gapAh, (54 * 240) / 3600);
    });

    it('a jump of the wall clock changes no duration and no Ah', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(300, LOAD, 5);
        bench.clock.jumpWall(-7_200_000);
        bench.sweeps(300, LOAD, 5);
        bench.ups(false);
        bench.sweeps(40, CHARGE, 5);
        assert.equal(bench.record.durationMs, 600_000);
        near(bench.record.ah, 9, 0.05);
        const at = bench.rows.filter(({ phase }) => phase === 'discharge').map(({ atMs }) => atMs);
        assert.deepEqual(
            at,
            [...at].sort((a, b) => a - b),
        );
    });
});

describe('Record of a discharge over kill -9', () => {
    it('in the middle: the same record goes on, and the time without us is a gap', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(300, LOAD, 5);
        const { id, onset } = bench.record;
        bench.kill(120, 3_600_000);
        assert.equal(bench.watch.discharging, true);
        bench.sweeps(180, LOAD, 5);
        bench.ups(false);
        bench.sweeps(60, CHARGE, 5);
        assert.deepEqual(bench.kinds.slice(0, 2), ['discharging on', 'discharging off']);
        assert.equal(bench.records.size, 1);
        const { record } = bench;
        assert.deepEqual([record.id, record.onset, record.durationMs], [id, onset, 600_000]);
        assert.equal(record.gaps.length, 1);
        const [gap] = record.gaps;
        assert.equal(gap!.why, 'restart');
        // The last state is 15 s old at most.
        assert.ok(gap!.fromMs >= 285_000 && gap!.fromMs <= 300_000, String(gap!.fromMs));
        assert.equal(gap!.toMs, 425_000);
        near(record.ah! + record.gapAh!, 9, 0.05);
    });

    it('between the note of the onset and the recorder: the record is put after the restart', () => {
        const bench = new DischargeBench();
        bench.sweep(FLOAT);
        const [change] = bench.watch.ups({ discharging: true, by: 'power-fail' });
        assert.equal(change?.kind, 'discharging');
        bench.saved = bench.watch.state();
        bench.kill(10);
        assert.equal(bench.watch.dirty, true);
        bench.sweep(LOAD);
        assert.equal(bench.records.size, 1);
        assert.deepEqual(bench.kinds, []);
    });

    it('the discharge ended meanwhile: the end is the first reading that shows it', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(300, LOAD, 5);
        bench.kill(3600);
        bench.ups(false);
        bench.sweeps(40, CHARGE, 5);
        assert.equal(bench.watch.discharging, false);
        assert.equal(bench.record.durationMs, 3_900_000);
        assert.equal(bench.record.gaps[0]!.toMs, 3_900_000 + 5000);
    });

    it('in the charging: the phase goes on, and the time since the discharge counts', () => {
        const bench = new DischargeBench();
        outage(bench);
        bench.sweeps(600, CHARGE);
        bench.kill(7200, -86_400_000);
        near(bench.watch.sinceDischargeMs! / 1000, 7200 + 660, 1);
        bench.sweeps(60, CHARGE);
        bench.sweeps(1860, FLOAT);
        assert.deepEqual(bench.kinds, ['discharging on', 'discharging off', 'charging on', 'charging off', 'complete']);
        assert.equal(bench.record.charging?.ended, 'float');
    });

    it('a discharge that began while nothing ran says that its onset was not seen', () => {
        const bench = new DischargeBench();
        bench.ups(false);
        bench.sweep(FLOAT);
        bench.saved = bench.watch.state();
        bench.kill(600);
        bench.ups(true);
        assert.equal(bench.record.onsetSeen, false);
    });

    it('a state that does not fit is not used', () => {
        const bench = new DischargeBench();
        for (const state of [
            null,
            7,
            {},
            { version: 2 },
            { version: 1 },
            { version: 1, taken: { at: 0 }, unwritten: {} },
        ]) {
            bench.saved = state as never;
            bench.kill(1);
            assert.equal(bench.watch.discharging, false);
        }
    });
});

describe('Charging after a discharge', () => {
    it('until the current is small for 30 minutes, with a row each minute', () => {
        const bench = new DischargeBench();
        outage(bench);
        bench.sweeps(3540, CHARGE);
        bench.sweeps(1810, FLOAT);
        const { charging, rows, phase } = bench.record;
        assert.equal(phase, 'complete');
        assert.equal(charging?.ended, 'float');
        // 18 A for 3600 s without the 35 s in which the end is confirmed, then 0.4 A for 1810 s; the step between both is shared.
        near(charging?.ah, (18 * 3565) / 3600 + (0.4 * 1810) / 3600, 0.05);
        near(rows.charge, 5410 / 60, 2);
    });

    it('until the card says for a minute that it floats; without a charger a small current is no float', () => {
        const bench = new DischargeBench();
        outage(bench);
        bench.sweeps(3600, { volts: 11.9, amps: [0, 0] });
        assert.equal(bench.record.phase, 'charging');
        bench.card('float-charging');
        bench.clock.advanceSync(61_000);
        bench.card('float-charging');
        assert.equal(bench.record.charging?.ended, 'float');
    });

    it('two discharges close together: two records, the second follows the first', () => {
        const bench = new DischargeBench();
        outage(bench);
        const first = bench.record.id;
        bench.ups(true);
        bench.sweeps(120, LOAD, 5);
        const [one, two] = [...bench.records.values()];
        assert.equal(one!.charging?.ended, 'discharge');
        assert.equal(two!.follows, first);
        assert.notEqual(one!.id, two!.id);
        assert.deepEqual(bench.kinds, [
            'discharging on',
            'discharging off',
            'charging on',
            'complete',
            'discharging on',
            'charging off',
        ]);
    });

    it('ends after 48 h where nothing tells', () => {
        const bench = new DischargeBench();
        bench.ups(true);
        bench.sweeps(60, { volts: 12 });
        bench.ups(false);
        bench.sweeps(48 * 3600 + 1200, { volts: 13.6 }, 600);
        assert.equal(bench.record.charging?.ended, 'time');
        assert.deepEqual(bench.kinds.at(-1), 'charging off');
    });
});

describe('DischargeCounter', () => {
    it('counts each discharge once, also when it is told again, and is reset by a person', () => {
        const bench = new DischargeBench();
        outage(bench);
        const { record } = bench;
        const counter = new DischargeCounter(2, 1000);
        counter.began(record);
        counter.ended(record);
        const again = new DischargeCounter(2, 2000, JSON.parse(JSON.stringify(counter.state())));
        again.began(record);
        again.ended(record);
        assert.equal(again.state().count, 1);
        near(again.state().total.ah, 9, 0.05);
        assert.equal(again.active, false);
        again.began({ ...record, id: 'other' });
        assert.equal(again.active, true);
        again.reset('anna', 3000);
        assert.equal(again.active, false);
        const { count, since, by, total } = again.state();
        assert.deepEqual([count, since, by, total.count], [0, 3000, 'anna', 2]);
    });
});

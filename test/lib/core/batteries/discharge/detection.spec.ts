import assert from 'node:assert/strict';
import { defaultDetection } from '../../../../../lib/core/batteries/discharge/config';
import { upsWord } from '../../../../../lib/core/batteries/discharge/signs';
import type { UpsStatus } from '../../../../../lib/core/status/status';
import { DischargeBench } from './bench';

const FLOAT = { volts: 13.5, amps: [0.2, 0.2], celsius: 22 };
const LOAD = { volts: 12.4, amps: [-30, -30], celsius: 22 };

describe('Detection of a discharge', () => {
    it('by the UPS: at once, also while the blocks are still far above their rated voltage', () => {
        const bench = new DischargeBench();
        bench.ups(false);
        bench.sweeps(30, FLOAT);
        bench.ups(true);
        assert.deepEqual(bench.kinds, ['discharging on']);
        assert.equal(bench.record.by, 'ups');
        assert.equal(bench.watch.urgent, true);
    });

    it('by the UPS: a test discharges too, and a silent UPS leaves the word to the next witness', () => {
        const status = (battery: object, source: string) => ({ battery, output: { source } }) as unknown as UpsStatus;
        assert.deepEqual(upsWord(false, status({}, 'battery'), false), { discharging: true, by: 'source' });
        assert.equal(upsWord(true, status({}, 'battery'), true), undefined);
        assert.equal(upsWord(undefined, undefined, false), undefined);
        assert.deepEqual(upsWord(false, undefined, false), { discharging: false, by: 'power-fail' });
        assert.deepEqual(upsWord(false, status({ charging: 'floating' }, 'normal'), false), {
            discharging: false,
            by: 'charging',
            floating: true,
        });
    });

    it('a UPS that says "discharging" for ever on mains is refuted by the current', () => {
        const bench = new DischargeBench();
        bench.sweep(FLOAT);
        bench.watch.ups({ discharging: true, by: 'charging' });
        bench.sweeps(600, FLOAT);
        assert.equal(bench.watch.discharging, false);
        bench.sweeps(20, LOAD);
        assert.equal(bench.watch.discharging, true);
    });

    it('by the current: the onset is the first reading that showed it', () => {
        const bench = new DischargeBench();
        bench.sweeps(30, FLOAT);
        const onset = bench.clock.now() + 10_000;
        bench.sweeps(10, LOAD);
        assert.deepEqual(bench.kinds, []);
        assert.equal(bench.watch.urgent, true);
        bench.sweeps(10, LOAD);
        assert.deepEqual(bench.kinds, ['discharging on']);
        assert.equal(bench.record.onset, onset);
        assert.equal(bench.record.by, 'current');
    });

    it('a step of load that the battery carries for one reading is no discharge', () => {
        const bench = new DischargeBench();
        for (let turn = 0; turn < 5; turn++) {
            bench.sweeps(20, FLOAT);
            bench.sweeps(10, LOAD);
        }
        bench.sweeps(20, FLOAT);
        assert.deepEqual(bench.kinds, []);
        assert.equal(bench.watch.urgent, false);
        assert.equal(bench.rows.length, 0);
    });

    it('by the current: the flags of each second confirm nothing that one sweep has shown', () => {
        const bench = new DischargeBench({ method: 'current' });
        bench.sweep(LOAD);
        for (let second = 0; second < 60; second++) {
            bench.clock.advanceSync(1000);
            bench.card();
        }
        assert.deepEqual(bench.kinds, []);
    });

    it('thresholds are compared with the sum, or by choice with each string', () => {
        // A weak string takes 5 A from the other: the battery as a whole gives nothing.
        const circulating = { volts: 13.2, amps: [-5, 5.2] };
        const sum = new DischargeBench({ method: 'current' });
        sum.sweeps(60, circulating);
        assert.equal(sum.watch.discharging, false);
        const each = new DischargeBench({ method: 'current', currentOf: 'string' });
        each.sweeps(60, circulating);
        assert.equal(each.watch.discharging, true);
    });

    it('one sensor in one of two strings counts twice', () => {
        // -0.6 A is above the threshold of -1 A; twice of it is below.
        const amps = [-0.6, NaN];
        const main = new DischargeBench({ method: 'current', multiplier: 1 });
        main.sweeps(60, { volts: 12.5, amps });
        assert.equal(main.watch.discharging, false);
        const string = new DischargeBench({ method: 'current', multiplier: 2 });
        string.sweeps(60, { volts: 12.5, amps });
        assert.equal(string.watch.discharging, true);
    });

    it('by the modules: slow, by the median of all blocks', () => {
        const bench = new DischargeBench({ method: 'modules' });
        bench.sweeps(60, { volts: [13.5, 13.5, 9, 13.5, 13.5, 13.5, 13.5, 13.5] });
        bench.sweeps(60, { volts: 12.3 });
        assert.deepEqual(bench.kinds, []);
        bench.sweeps(60, { volts: 11.9 });
        assert.deepEqual(bench.kinds, []);
        bench.sweeps(10, { volts: 11.8 });
        assert.deepEqual(bench.kinds, ['discharging on']);
        // A load that is taken off lets them rise above the rated voltage: that is no end.
        bench.sweeps(300, { volts: 12.2 });
        assert.equal(bench.watch.discharging, true);
        bench.sweeps(60, { volts: 13.3 });
        assert.deepEqual(bench.kinds, ['discharging on', 'discharging off', 'charging on']);
    });

    it('by the modules: nickel cadmium that rests at 1.32 V a cell neither discharges nor is charged', () => {
        const bench = new DischargeBench({ ...defaultDetection(12, 'nicd'), method: 'modules' });
        bench.sweeps(60, { volts: 14 });
        bench.sweeps(120, { volts: 11.9 });
        assert.deepEqual(bench.kinds, ['discharging on']);
        bench.sweeps(120, { volts: 13.2 });
        assert.equal(bench.watch.discharging, true);
        bench.sweeps(60, { volts: 14 });
        assert.equal(bench.watch.discharging, false);
    });

    it('by the modules: where nobody knows the voltages of a charger, they tell nothing', () => {
        for (const chemistry of ['lfp', 'other'] as const) {
            const bench = new DischargeBench({ chargingVoltage: undefined, ...defaultDetection(12, chemistry) });
            bench.sweeps(60, { volts: 13.5 });
            bench.sweeps(300, { volts: 11.5 });
            assert.deepEqual(bench.kinds, [], chemistry);
            const told = { ratedVoltage: 12.8, chargingVoltage: 13.7 };
            const set = new DischargeBench({ ...defaultDetection(12, chemistry), ...told });
            set.sweeps(300, { volts: 12.7 });
            set.sweeps(300, { volts: 13.8 });
            assert.deepEqual(set.kinds.slice(0, 2), ['discharging on', 'discharging off'], chemistry);
        }
    });

    it('automatic: card when neither UPS nor current tell; set to one method, no other is asked', () => {
        const bench = new DischargeBench();
        bench.sweep({ volts: 12.6 });
        bench.card('discharging');
        assert.equal(bench.record.by, 'card');
        const forced = new DischargeBench({ method: 'ups' });
        forced.card('discharging');
        forced.sweeps(120, LOAD);
        assert.deepEqual(forced.kinds, []);
    });

    it('a mains return shorter than 30 s belongs to the discharge; a longer one ends it with its first sign', () => {
        const bench = new DischargeBench();
        bench.ups(false);
        bench.sweeps(10, FLOAT);
        bench.ups(true);
        bench.sweeps(60, LOAD);
        bench.ups(false);
        bench.sweeps(20, FLOAT, 5);
        bench.ups(true);
        bench.sweeps(60, LOAD);
        bench.ups(false);
        bench.sweeps(40, FLOAT, 5);
        assert.deepEqual(bench.kinds.slice(0, 2), ['discharging on', 'discharging off']);
        assert.equal(bench.record.durationMs, 140_000);
        assert.equal(bench.record.end, bench.record.onset + 140_000);
    });
});

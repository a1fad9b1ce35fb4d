import assert from 'node:assert/strict';
import { type Curve, MINUTE, RunawayBench } from './bench';

/** Module 6 (string 2) rises by 6 K per hour until it is switched off; the others stay at 25 °C. */
const rising: Curve = (module, minute) => 25 + (module === 6 ? minute / 10 : 0);
const cool: Curve = () => 25;
/** 8 K above the others at minute 77.5 (in steps of 0.5 °C), true for 5 min, and 15 min of countdown. */
const WARNED = 83;
const TRIPPED = 98;
const near = (actual: number | undefined, expected: number, within = 1) =>
    assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe('Thermal runaway: the countdown', () => {
    it('condition for 5 min: warning; 15 min later the event of the string and of the battery', () => {
        const bench = new RunawayBench();
        bench.until(79, rising);
        assert.equal(bench.phase(2), 'pending');
        assert.equal(bench.watch.urgent, true);
        bench.until(120, rising);
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
        near(bench.at('warning on'), WARNED);
        assert.equal(bench.at('string-2 on')! - bench.at('warning on')!, 15);
    });

    it('the view counts down between sweeps', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        const before = bench.watch.views()[1]!.remainingMs!;
        bench.clock.advanceSync(20_000);
        assert.equal(bench.watch.views()[1]!.remainingMs, before - 20_000);
        bench.clock.advanceSync(60 * MINUTE);
        assert.equal(bench.watch.views()[1]!.remainingMs, 0);
    });

    it('a person stops it: nothing fires while it stays hot; re-armed, all minutes run again', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        assert.equal(bench.watch.stop('anna'), true);
        assert.equal(bench.watch.stop('anna'), false);
        bench.save();
        bench.until(150, rising);
        assert.deepEqual(bench.kinds, ['warning on']);
        assert.equal(bench.watch.views()[1]!.stoppedBy, 'anna');
        bench.kill(5);
        bench.until(170, rising);
        assert.equal(bench.phase(2), 'stopped');
        assert.equal(bench.watch.rearm('ben', 2), true);
        bench.until(184, rising);
        assert.deepEqual(bench.kinds, ['warning on']);
        bench.until(186, rising);
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
    });

    it('stopped, then cooled down once: the next time it counts again', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        bench.watch.stop('anna');
        const end = bench.minute;
        bench.until(end + 60, (module, minute) => (module === 6 ? Math.max(25, 34 - (minute - end) / 2) : 25));
        assert.deepEqual(bench.kinds, ['warning on', 'warning off']);
        const again = bench.minute;
        bench.until(again + 130, (module, minute) => rising(module, minute - again));
        assert.deepEqual(bench.kinds.slice(2), ['warning on', 'string-2 on', 'runaway on']);
    });

    it('hot, but no longer rising, when the countdown is over: it waits, and fires when the block rises again', () => {
        // The rise is that of half an hour: it has to be over before the countdown is.
        const bench = new RunawayBench({ countdownMinutes: 40 });
        bench.until(86, rising);
        const flat: Curve = (module) => (module === 6 ? 33.5 : 25);
        bench.until(150, flat);
        assert.deepEqual(bench.kinds, ['warning on']);
        assert.deepEqual([bench.phase(2), bench.watch.views()[1]!.remainingMs], ['counting', 0]);
        bench.until(220, (module, minute) => flat(module, 0) + (module === 6 ? (minute - 150) / 10 : 0));
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
    });

    it('the runaway stays until a person resets it, and not while it is hot', () => {
        const bench = new RunawayBench();
        bench.until(120, rising);
        assert.deepEqual(bench.watch.reset('anna'), []);
        const end = bench.minute;
        bench.until(end + 40, (module, minute) => (module === 6 ? Math.max(25, 37 - (minute - end) / 2) : 25));
        assert.deepEqual(bench.kinds.slice(3), ['warning off']);
        assert.equal(bench.phase(2), 'latched');
        bench.kill(10);
        bench.until(end + 60, cool);
        bench.take(bench.watch.reset('anna'));
        assert.deepEqual(bench.kinds.slice(3), ['warning off', 'string-2 off', 'runaway off']);
        const { change } = bench.told.at(-1)!;
        assert.equal('by' in change && change.by, 'anna');
    });

    it('without latch it ends with its condition', () => {
        const bench = new RunawayBench({ latch: false });
        bench.until(120, rising);
        const end = bench.minute;
        bench.until(end + 40, (module, minute) => (module === 6 ? Math.max(25, 37 - (minute - end) / 2) : 25));
        assert.deepEqual(bench.kinds.slice(3), ['string-2 off', 'warning off', 'runaway off']);
    });

    it('in a discharge there is a warning, and the countdown is held', () => {
        const bench = new RunawayBench();
        bench.around = { discharging: true, currentPerString: false };
        bench.until(150, rising);
        assert.deepEqual(bench.kinds, ['warning on']);
        assert.deepEqual([bench.watch.views()[1]!.held, bench.watch.views()[1]!.remainingMs], [true, 15 * MINUTE]);
        bench.around = { discharging: false, currentPerString: false };
        bench.until(164, rising);
        assert.deepEqual(bench.kinds, ['warning on']);
        bench.until(167, rising);
        assert.equal(bench.kinds[1], 'string-2 on');
        const running = new RunawayBench({ inDischarge: 'count' });
        running.around = { discharging: true, currentPerString: false };
        running.until(120, rising);
        assert.equal(running.phase(2), 'runaway');
    });

    it('the hot module is silent: the warning stays, and fires only when it is read again', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        bench.until(130, (module, minute) => (module === 6 ? NaN : rising(module, minute)));
        assert.deepEqual(bench.kinds, ['warning on']);
        // How it rises has to be known anew.
        bench.until(140, rising);
        assert.deepEqual(bench.kinds, ['warning on']);
        bench.until(160, rising);
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
    });
});

describe('Thermal runaway over kill -9', () => {
    it('in the wait, in the countdown, after the event: all at the same minute as without the kill, and once', () => {
        for (const minute of [80, 86, 95]) {
            const bench = new RunawayBench();
            bench.until(minute, rising);
            bench.save();
            bench.kill(1, -86_400_000);
            bench.until(140, rising);
            assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on'], String(minute));
            near(bench.at('warning on'), WARNED);
            near(bench.at('string-2 on'), TRIPPED);
        }
        const after = new RunawayBench();
        after.until(120, rising);
        for (let turn = 0; turn < 5; turn++) after.kill(1);
        after.until(140, rising);
        assert.deepEqual(after.kinds, ['warning on', 'string-2 on', 'runaway on']);
        assert.equal(after.phase(2), 'runaway');
    });

    it('a countdown that fell due while nothing ran fires with the first reading that shows the condition', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        bench.kill(12);
        assert.deepEqual(bench.kinds, ['warning on']);
        assert.equal(bench.watch.views()[1]!.remainingMs, 0);
        bench.clock.advanceSync(10_000);
        bench.sweep(rising);
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
    });

    it('it cooled down while nothing ran: nothing fires', () => {
        const bench = new RunawayBench();
        bench.until(90, rising);
        bench.kill(60);
        bench.until(160, cool);
        assert.deepEqual(bench.kinds, ['warning on', 'warning off']);
    });

    it('killed at each minute of a whole runaway: one warning, one event', () => {
        const bench = new RunawayBench();
        for (let minute = 1; minute <= 130; minute++) {
            bench.until(minute, rising);
            bench.kill(0);
        }
        assert.deepEqual(bench.kinds, ['warning on', 'string-2 on', 'runaway on']);
    });

    it('a state that does not fit is not used', () => {
        const bench = new RunawayBench();
        for (const state of [
            null,
            'x',
            {},
            { version: 1 },
            { version: 1, strings: [], history: [], sensors: [], taken: {}, heat: {} },
        ]) {
            bench.saved = state as never;
            bench.kill(1);
            bench.sweep(cool);
            assert.equal(bench.phase(2), 'off');
        }
    });
});

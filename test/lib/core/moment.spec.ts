import assert from 'node:assert/strict';
import { momentNow, msSince, msUntil } from '../../../lib/core/moment';
import { FakeClock } from '../../support/fake-clock';

const DAY = 86_400_000;

describe('a moment that outlives the process', () => {
    /** A later process: its clocks `awayMs` later, its wall clock stepped by `stepMs`. */
    function later(awayMs: number, stepMs: number, boot?: { id: string; origin: number }): FakeClock {
        const clock = new FakeClock(Date.UTC(2026, 0, 15, 3) + awayMs + stepMs);
        clock.boot = boot;
        return clock;
    }

    it('counts by the time since the boot, whatever is done to the wall clock', () => {
        const before = new FakeClock();
        before.boot = { id: 'a', origin: 500_000 };
        const kept = momentNow(before);
        for (const step of [0, 5 * 3600_000, -5 * 3600_000, 400 * DAY]) {
            assert.equal(msSince(later(4000, step, { id: 'a', origin: 504_000 }), kept), 4000);
        }
    });

    it('counts by the wall clock after another boot: at least as long as the machine is up, at most a week', () => {
        const before = new FakeClock();
        before.boot = { id: 'a', origin: 500_000 };
        const kept = momentNow(before);
        const boot = { id: 'b', origin: 30_000 };
        assert.equal(msSince(later(90_000, 0, boot), kept), 90_000);
        assert.equal(
            msSince(later(90_000, -56 * 365 * DAY, boot), kept),
            30_000,
            'a clock without battery boots in 1970',
        );
        assert.equal(msSince(later(90_000, 3650 * DAY, boot), kept), 7 * DAY);
    });

    it('has only the wall clock where the system names no boot, and is never negative', () => {
        const kept = momentNow(new FakeClock());
        assert.deepEqual(Object.keys(kept), ['at']);
        assert.equal(msSince(later(4000, 0), kept), 4000);
        assert.equal(msSince(later(4000, -60_000), kept), 0);
        assert.equal(msSince(later(4000, 0, { id: 'b', origin: 1 }), kept), 4000, 'kept by an older version');
    });

    it('does not trust a time since the boot that has not been yet: another name space of time', () => {
        const before = new FakeClock();
        before.boot = { id: 'a', origin: 500_000 };
        assert.equal(msSince(later(4000, 0, { id: 'a', origin: 1000 }), momentNow(before)), 4000);
    });

    it('may lie in the past when it is taken', () => {
        const clock = new FakeClock();
        clock.boot = { id: 'a', origin: 500_000 };
        assert.equal(msSince(clock, momentNow(clock, 7000)), 7000);
    });

    it('may be still to come: by the time since the boot, after another boot by the wall clock', () => {
        const clock = new FakeClock();
        clock.boot = { id: 'a', origin: 500_000 };
        const due = momentNow(clock, -60_000);
        for (const step of [0, 5 * 3600_000, -5 * 3600_000]) {
            assert.equal(msUntil(later(20_000, step, { id: 'a', origin: 520_000 }), due), 40_000);
        }
        assert.equal(msUntil(later(70_000, 0, { id: 'a', origin: 570_000 }), due), 0);
        assert.equal(msUntil(later(20_000, 0, { id: 'b', origin: 5000 }), due), 40_000);
        assert.equal(msUntil(later(20_000, 0), { at: due.at }), 40_000, 'kept by an older version');
    });

    it('is read from the epoch ms that earlier versions kept', () => {
        assert.equal(msSince(later(4000, 0, { id: 'a', origin: 500_000 }), new FakeClock().now()), 4000);
    });
});

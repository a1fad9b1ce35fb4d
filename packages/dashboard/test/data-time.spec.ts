import assert from 'node:assert/strict';
import { underFingers } from '../ui/pages/data/gestures';
import { timeTicks } from '../ui/pages/data/ticks';
import {
    around,
    dayOf,
    dayRange,
    keepLong,
    momentOf,
    moved,
    refreshMs,
    SHORTEST_MS,
    zoomAround,
} from '../ui/pages/data/time-range';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const hour = { from: 0, to: HOUR };

describe('the time of charts', () => {
    it('is never shorter than two minutes, and stays in the middle', () => {
        assert.equal(SHORTEST_MS, 2 * MINUTE);
        assert.deepEqual(keepLong({ from: 10 * MINUTE, to: 10 * MINUTE }), { from: 9 * MINUTE, to: 11 * MINUTE });
        assert.deepEqual(keepLong(hour), hour);
        assert.deepEqual(zoomAround({ from: 0, to: 3 * MINUTE }, 0.1, 0), { from: 0, to: 2 * MINUTE });
    });

    it('is zoomed around a moment that keeps its place', () => {
        assert.deepEqual(zoomAround(hour, 0.5), { from: 15 * MINUTE, to: 45 * MINUTE });
        assert.deepEqual(zoomAround(hour, 0.5, HOUR), { from: 30 * MINUTE, to: HOUR });
        assert.deepEqual(zoomAround(hour, 2), { from: -30 * MINUTE, to: 90 * MINUTE });
    });

    it('is moved, and later not beyond the present', () => {
        assert.deepEqual(moved(hour, -0.5), { from: -30 * MINUTE, to: 30 * MINUTE });
        assert.deepEqual(moved(hour, 0.5, HOUR + MINUTE), { from: MINUTE, to: HOUR + MINUTE });
        assert.deepEqual(moved(hour, 0.5, HOUR), hour);
    });

    it('is refreshed as often as the eye could see it, in round steps', () => {
        assert.deepEqual([HOUR, 24 * HOUR, 7 * 24 * HOUR, 365 * 24 * HOUR].map(refreshMs), [
            10_000,
            MINUTE,
            10 * MINUTE,
            10 * MINUTE,
        ]);
    });

    it('has around it what it was chosen from, or four times as much', () => {
        const day = { from: 0, to: 24 * HOUR };
        assert.deepEqual(around(hour, day, day.to), day);
        const old = { from: 100 * HOUR, to: 101 * HOUR };
        assert.deepEqual(around(old, day, 1000 * HOUR), { from: 98.5 * HOUR, to: 102.5 * HOUR });
    });

    it('can be a day of the calendar, with 23 or 25 hours where the clock is changed', () => {
        const before = process.env.TZ;
        process.env.TZ = 'Europe/Berlin';
        try {
            const length = (day: string) => {
                const { from, to } = dayRange(day)!;
                return (to - from) / HOUR;
            };
            assert.deepEqual(['2026-03-28', '2026-03-29', '2026-10-25'].map(length), [24, 23, 25]);
            assert.equal(dayOf(dayRange('2026-03-29')!.from), '2026-03-29');
            process.env.TZ = 'America/New_York';
            assert.deepEqual(['2026-03-07', '2026-03-08', '2026-11-01'].map(length), [24, 23, 25]);
            assert.equal(dayRange('2026-11-01')!.from, Date.parse('2026-11-01T04:00:00Z'));
        } finally {
            if (before === undefined) delete process.env.TZ;
            else process.env.TZ = before;
        }
        assert.equal(dayRange(''), undefined);
        assert.equal(dayRange('tomorrow'), undefined);
    });

    it('is read from the address with care', () => {
        assert.deepEqual(['1000', undefined, '', 'x', '1e99'].map(momentOf), [
            1000,
            undefined,
            undefined,
            undefined,
            undefined,
        ]);
    });

    it('has as much in words under its axis as tells the ticks apart', () => {
        const at = Date.UTC(2026, 0, 1, 22);
        const words = (step: number) => timeTicks([at, at + step, at + 2 * step], 'en-GB', 'UTC');
        assert.deepEqual(words(30_000), ['22:00:00\n1 Jan', '22:00:30', '22:01:00']);
        assert.deepEqual(words(2 * HOUR), ['22:00\n1 Jan', '00:00\n2 Jan', '02:00']);
        assert.deepEqual(words(24 * HOUR), ['1 Jan', '2 Jan', '3 Jan']);
        const days = ['2026-03-28T23:00Z', '2026-03-29T22:00Z', '2026-03-30T22:00Z'].map((text) => Date.parse(text));
        assert.deepEqual(timeTicks(days, 'en-GB', 'Europe/Berlin'), ['29 Mar', '30 Mar', '31 Mar']);
        assert.deepEqual(words(31 * 24 * HOUR), ['Jan 2026', 'Feb 2026', 'Mar 2026']);
    });
});

describe('the words under the axis where the clocks change', () => {
    const hours = (from: string, count: number) => Array.from({ length: count }, (_, n) => Date.parse(from) + n * HOUR);

    it('tell the hour that comes twice apart by its zone', () => {
        assert.deepEqual(timeTicks(hours('2026-10-24T23:00:00Z', 4), 'en-GB', 'Europe/Berlin'), [
            '01:00\n25 Oct',
            '02:00 CEST',
            '02:00 CET',
            '03:00',
        ]);
        assert.deepEqual(timeTicks(hours('2026-11-01T05:00:00Z', 3), 'en-US', 'America/New_York'), [
            '01:00 AM EDT\nNov 1',
            '01:00 AM EST',
            '02:00 AM',
        ]);
    });

    it('leave out the hour that is skipped', () => {
        assert.deepEqual(timeTicks(hours('2026-03-29T00:00:00Z', 3), 'en-GB', 'Europe/Berlin'), [
            '01:00\n29 Mar',
            '03:00',
            '04:00',
        ]);
    });
});

describe('fingers on a chart', () => {
    it('keep the moment under one finger under it', () => {
        assert.deepEqual(underFingers(hour, 600, [{ from: 300, to: 200 }]), { from: 10 * MINUTE, to: 70 * MINUTE });
    });

    it('keep the moments under two fingers under them', () => {
        const spread = underFingers(hour, 600, [
            { from: 200, to: 100 },
            { from: 400, to: 500 },
        ]);
        assert.deepEqual(spread, { from: 15 * MINUTE, to: 45 * MINUTE });
        const momentAt = (px: number) => spread.from + (px / 600) * (spread.to - spread.from);
        assert.deepEqual([momentAt(100), momentAt(500)], [20 * MINUTE, 40 * MINUTE]);
    });

    it('never zoom closer than two minutes', () => {
        const { from, to } = underFingers({ from: 0, to: 3 * MINUTE }, 600, [
            { from: 299, to: 0 },
            { from: 301, to: 600 },
        ]);
        assert.equal(to - from, 2 * MINUTE);
    });
});

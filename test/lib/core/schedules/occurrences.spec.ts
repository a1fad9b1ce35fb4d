import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { formatLocal } from '../../../../lib/core/schedules/local-time';
import { latestBefore, upcoming, windowAt } from '../../../../lib/core/schedules/occurrences';
import { parseRule, ruleKey, type ScheduleRule } from '../../../../lib/core/schedules/rule';
import { zoneOf } from '../../../../lib/zones/temporal-zone';

const rule = (over: Partial<ScheduleRule>): ScheduleRule => ({
    start: '2026-01-01T03:00',
    repeat: 'daily',
    monthEnd: 'last',
    ending: 'at-once',
    seconds: 0,
    until: '',
    windows: [],
    ...over,
});

/** The next runs as the clocks show them, with their length in minutes. */
function runs(zoneId: string, after: string, over: Partial<ScheduleRule>, count = 3): string[] {
    const zone = zoneOf(zoneId);
    return upcoming(parseRule(rule(over)), zone, Date.parse(after), count).map(({ start, end, moved }) => {
        const length = end === undefined ? '' : ` +${(end - start) / 60_000}`;
        return `${formatLocal(zone.localOf(start))}${length}${moved ? ' moved' : ''}`;
    });
}

describe('runs of a schedule', () => {
    it('once: at its start, and never again', () => {
        const once = { repeat: 'once', start: '2030-06-01T12:00' } as const;
        assert.deepEqual(runs('Europe/Berlin', '2026-01-01T00:00Z', once), ['2030-06-01 12:00']);
        assert.deepEqual(runs('Europe/Berlin', '2030-06-01T10:00Z', once), []);
    });

    it('daily: at the same time by the clock on the wall, whatever the season', () => {
        const zone = zoneOf('Europe/Berlin');
        const all = upcoming(parseRule(rule({})), zone, Date.parse('2026-01-01T00:00Z'), 365);
        assert.ok(all.every(({ start }) => formatLocal(zone.localOf(start)).endsWith('03:00')));
        assert.equal(new Set(all.map(({ start }) => zone.localOf(start).day)).size, 365, 'one each day');
    });

    it('nothing runs before the start', () => {
        assert.deepEqual(runs('UTC', '2025-12-01T00:00Z', {}, 1), ['2026-01-01 03:00']);
        assert.equal(latestBefore(parseRule(rule({})), zoneOf('UTC'), Date.parse('2026-01-01T02:59Z')), undefined);
    });

    it('weekly: on the weekday of the start, unless there are rows', () => {
        const weekly = { repeat: 'weekly', start: '2026-11-22T03:00' } as const;
        const found = runs('Europe/Berlin', '2026-11-22T02:00Z', weekly, 2);
        assert.deepEqual(found, ['2026-11-29 03:00', '2026-12-06 03:00']);
    });

    it('weekly rows: windows on their days, also over midnight; those that touch are one', () => {
        const weekly: Partial<ScheduleRule> = {
            repeat: 'weekly',
            windows: [
                { days: [1, 2, 3, 4, 5], from: '08:00', to: '12:00' },
                { days: [1, 2, 3, 4, 5], from: '12:00', to: '17:00' },
                { days: [6], from: '22:00', to: '02:00' },
                { days: [6], from: '10:00' },
            ],
        };
        assert.deepEqual(runs('Europe/Berlin', '2026-11-20T05:00Z', weekly, 4), [
            '2026-11-20 08:00 +540',
            '2026-11-21 10:00',
            '2026-11-21 22:00 +240',
            '2026-11-23 08:00 +540',
        ]);
    });

    it('a row from and to the same time is a whole day, and seven of them never end', () => {
        const days = (list: number[]) => ({
            repeat: 'weekly' as const,
            windows: [{ days: list, from: '00:00', to: '00:00' }],
        });
        assert.deepEqual(runs('UTC', '2026-11-20T12:00Z', days([6, 7]), 1), ['2026-11-21 00:00 +2880']);
        assert.deepEqual(runs('UTC', '2026-11-20T12:00Z', days([1, 2, 3, 4, 5, 6, 7])), ['2026-11-21 00:00 +Infinity']);
    });

    it('monthly: a day that the month lacks is its last, or left out', () => {
        const monthly = { repeat: 'monthly', start: '2027-01-31T06:00' } as const;
        const from = '2027-02-01T00:00Z';
        assert.deepEqual(runs('UTC', from, monthly, 3), ['2027-02-28 06:00', '2027-03-31 06:00', '2027-04-30 06:00']);
        assert.deepEqual(runs('UTC', from, { ...monthly, monthEnd: 'skip' }, 3), [
            '2027-03-31 06:00',
            '2027-05-31 06:00',
            '2027-07-31 06:00',
        ]);
        const leap = runs('UTC', '2028-02-01T00:00Z', { ...monthly, start: '2027-01-29T06:00', monthEnd: 'skip' }, 1);
        assert.deepEqual(leap, ['2028-02-29 06:00']);
        const around = rule({ ...monthly, monthEnd: 'skip' });
        const latest = latestBefore(parseRule(around), zoneOf('UTC'), Date.parse('2027-03-31T05:59Z'));
        assert.equal(latest?.start, Date.parse('2027-01-31T06:00Z'), 'the last run lies two months back');
    });

    it('a day of 23 hours: what the clocks skip begins at the first moment after', () => {
        const at = (start: string) => runs('Europe/Berlin', '2026-03-28T12:00Z', { start }, 2);
        assert.deepEqual(at('2026-01-01T02:30'), ['2026-03-29 03:00 moved', '2026-03-30 02:30']);
        assert.deepEqual(at('2026-01-01T03:00'), ['2026-03-29 03:00', '2026-03-30 03:00']);
        const york = runs('America/New_York', '2026-03-07T12:00Z', { start: '2026-01-01T02:30' }, 2);
        assert.deepEqual(york, ['2026-03-08 03:00 moved', '2026-03-09 02:30']);
        const howe = runs('Australia/Lord_Howe', '2026-10-03T12:00Z', { start: '2026-01-01T02:10' }, 2);
        assert.deepEqual(howe, ['2026-10-04 02:30 moved', '2026-10-05 02:10']);
    });

    it('a day of 25 hours: what the clocks show twice runs once, the first time', () => {
        const zone = zoneOf('Europe/Berlin');
        const from = Date.parse('2026-10-24T12:00Z');
        const all = upcoming(parseRule(rule({ start: '2026-01-01T02:30' })), zone, from, 2);
        assert.deepEqual(
            all.map(({ start }) => new Date(start).toISOString()),
            ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
        );
        const york = upcoming(
            parseRule(rule({ start: '2026-01-01T01:30' })),
            zoneOf('America/New_York'),
            Date.parse('2026-10-31T12:00Z'),
            2,
        );
        assert.deepEqual(
            york.map(({ start }) => new Date(start).toISOString()),
            ['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'],
        );
    });

    it('windows go by the clock on the wall: an hour shorter, an hour longer, or not at all', () => {
        const night = (from: string, to: string): Partial<ScheduleRule> => ({
            start: `2026-01-01T${from}`,
            ending: 'until',
            until: to,
        });
        const spring = (from: string, to: string) =>
            runs('Europe/Berlin', '2026-03-28T12:00Z', night(from, to), 1).at(0);
        assert.equal(spring('22:00', '06:00'), '2026-03-28 22:00 +420');
        assert.equal(spring('02:15', '02:45'), '2026-03-30 02:15 +30', 'nothing of it is left on the 29th');
        assert.equal(spring('02:15', '03:30'), '2026-03-29 03:00 +30 moved');
        const autumn = (from: string, to: string) =>
            runs('Europe/Berlin', '2026-10-24T12:00Z', night(from, to), 1).at(0);
        assert.equal(autumn('22:00', '06:00'), '2026-10-24 22:00 +540');
        assert.equal(autumn('02:15', '02:45'), '2026-10-25 02:15 +30', 'the first time only');
        assert.equal(autumn('02:30', '03:00'), '2026-10-25 02:30 +90');
        const howe = runs('Australia/Lord_Howe', '2026-04-04T10:00Z', night('22:00', '06:00'), 1);
        assert.deepEqual(howe, ['2026-04-04 22:00 +510']);
    });

    it('a day that never was (Samoa, 30 December 2011) has no daily run; others run at the first moment after', () => {
        const from = '2011-12-29T12:00Z';
        const start = '2011-01-30T10:00';
        assert.deepEqual(runs('Pacific/Apia', from, { start }, 2), ['2011-12-29 10:00', '2011-12-31 10:00']);
        assert.deepEqual(runs('Pacific/Apia', from, { start, repeat: 'monthly' }, 2), [
            '2011-12-31 00:00 moved',
            '2012-01-30 10:00',
        ]);
        assert.deepEqual(runs('Pacific/Apia', from, { start: '2011-12-30T10:00', repeat: 'once' }), [
            '2011-12-31 00:00 moved',
        ]);
        const friday = { start, repeat: 'weekly', windows: [{ days: [5], from: '08:00', to: '17:00' }] } as const;
        assert.deepEqual(
            runs('Pacific/Apia', from, friday as never, 1),
            ['2012-01-06 08:00 +540'],
            'no time is left for the window of that Friday',
        );
    });

    it('find the window that is open, the longest of several', () => {
        const parsed = parseRule(
            rule({
                repeat: 'weekly',
                windows: [
                    { days: [1], from: '08:00', to: '12:00' },
                    { days: [1], from: '08:00', to: '17:00' },
                    { days: [7], from: '20:00', to: '09:00' },
                ],
            }),
        );
        const end = (at: string) => {
            const found = windowAt(parsed, zoneOf('UTC'), Date.parse(at))?.end;
            return found && new Date(found).toISOString().slice(11, 16);
        };
        assert.equal(end('2026-11-23T08:30Z'), '17:00');
        assert.equal(end('2026-11-23T07:30Z'), '09:00');
        assert.equal(end('2026-11-23T17:00Z'), undefined);
    });

    it('what begins while another run lasts is none', () => {
        const rows = ['08:00', '08:30', '09:00'].map((from) => ({ days: [1], from }));
        const found = runs('UTC', '2026-11-23T00:00Z', {
            repeat: 'weekly',
            ending: 'after',
            seconds: 3600,
            windows: rows,
        });
        assert.deepEqual(found.slice(0, 2), ['2026-11-23 08:00', '2026-11-23 09:00']);
    });
});

describe('rules of a schedule', () => {
    const refused = (over: object) => {
        try {
            parseRule(rule(over));
        } catch (error) {
            assert.ok(error instanceof UpsError);
            return `${error.code} ${String(error.data.property)}`;
        }
        return 'accepted';
    };

    for (const [over, expected] of [
        [{ start: '' }, 'config-missing start'],
        [{ start: '2026-02-30T10:00' }, 'config-invalid start'],
        [{ start: '2026-02-28T24:00' }, 'config-invalid start'],
        [{ start: 'tomorrow' }, 'config-invalid start'],
        [{ repeat: 'hourly' }, 'config-invalid repeat'],
        [{ monthEnd: 'first' }, 'config-invalid monthEnd'],
        [{ ending: 'never' }, 'config-invalid ending'],
        [{ ending: 'after', seconds: 0 }, 'config-invalid seconds'],
        [{ ending: 'after', seconds: 1 }, 'accepted'],
        [{ ending: 'until', until: '' }, 'config-missing until'],
        [{ ending: 'until', until: '25:00' }, 'config-invalid until'],
        [{ repeat: 'weekly', windows: [{ days: [], from: '08:00' }] }, 'config-missing windows.days'],
        [{ repeat: 'weekly', windows: [{ days: [8], from: '08:00' }] }, 'config-invalid windows.days'],
        [{ repeat: 'weekly', windows: [{ days: [1], from: '' }] }, 'config-missing windows.from'],
        [{ repeat: 'weekly', windows: [{ days: [1], from: '08:00', to: 'x' }] }, 'config-invalid windows.to'],
        [{ repeat: 'weekly', windows: Array(17).fill({ days: [1], from: '08:00' }) }, 'config-invalid windows'],
        [{ repeat: 'daily', windows: [{ days: [], from: '' }] }, 'accepted'],
    ] as const) {
        it(`${JSON.stringify(over).slice(0, 70)}: ${expected}`, () => assert.equal(refused(over), expected));
    }

    it('are the same if their runs are', () => {
        const key = (over: Partial<ScheduleRule>, zone = 'UTC') => ruleKey(rule(over), zone);
        assert.equal(key({ until: '12:00' }), key({}), 'unused settings do not count');
        assert.notEqual(key({ ending: 'until', until: '12:00' }), key({ ending: 'until', until: '13:00' }));
        assert.notEqual(key({}), key({}, 'Europe/Berlin'));
    });
});

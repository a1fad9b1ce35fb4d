import assert from 'node:assert/strict';
import { Formats } from '../ui/lib/formats';

/** With plain spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const english = new Formats('en-GB', 'UTC');
const german = new Formats('de', 'Europe/Berlin');

describe('what pages write', () => {
    it('round how long something lasted, as reports do, and count what goes on', () => {
        const formats = new Formats('en-US', 'UTC');
        assert.equal(formats.lasted({ since: 0, endedAt: 137_536 }, 999_000), '2 min 18 sec');
        assert.equal(formats.lasted({ since: 0 }, 137_536), '2 min 17 sec');
    });

    it('is a dash for what is not known, never a zero', () => {
        for (const text of [
            english.number(undefined),
            english.percent(undefined),
            english.value(undefined, 'V'),
            english.watts(undefined),
            english.duration(undefined),
            english.countdown(undefined),
            english.moment(undefined),
            english.number(Number.NaN),
        ])
            assert.equal(text, '–');
        assert.equal(plain(english.percent(0)), '0 %');
    });

    it('has no minus before a zero', () => {
        assert.equal(plain(english.value(-0.04, 'A')), '0 A');
        assert.equal(plain(english.value(-0.06, 'A')), '-0.1 A');
        assert.equal(plain(german.value(-0.004, 'A', 2)), '0 A');
        assert.equal(plain(english.watts(-0.3)), '0 W');
        assert.equal(plain(english.percent(-0.2)), '0 %');
    });

    it('is a duration as people say it', () => {
        const said = [0, 45.9, 130, 3540, 6300, 7200, 90_000, 86_400].map((seconds) =>
            plain(english.duration(seconds)),
        );
        assert.deepEqual(said, [
            '0 secs',
            '45 secs',
            '2 mins 10 secs',
            '59 mins',
            '1 hr 45 mins',
            '2 hrs',
            '1 day 1 hr',
            '1 day',
        ]);
        assert.equal(plain(german.duration(6300)), '1 Std. 45 Min.');
    });

    it('counts down as a clock does, and shows nothing too early', () => {
        assert.deepEqual(
            [130, 0.2, 0, 3730].map((seconds) => english.countdown(seconds)),
            ['2:10', '0:01', '0:00', '1:02:10'],
        );
    });

    it('is in the unit of the site and in the numbers of the language', () => {
        assert.equal(plain(german.value(23.45, '°C')), '23,5 °C');
        assert.equal(plain(english.value(30, '°C', 1, { temperatureUnit: 'F' })), '86 °F');
        assert.equal(plain(english.value(230, 'V', 0, { temperatureUnit: 'F' })), '230 V');
        assert.equal(plain(german.watts(1250)), '1,3 kW');
        assert.equal(plain(english.watts(950.4)), '950 W');
    });

    it('has the significant digits of the site, and never loses what stands before the point', () => {
        const value = (number: number, significantDigits: number) =>
            plain(german.value(number, 'V', 1, { significantDigits }));
        assert.equal(value(13.23456, 4), '13,23 V');
        assert.equal(value(13.23456, 1), '13 V');
        assert.equal(value(1234.5, 2), '1.235 V');
        assert.equal(german.number(0.123456, 2, 5), '0,12346');
    });

    it('tells the day of what was not today', () => {
        const now = Date.UTC(2026, 0, 2, 12);
        assert.equal(english.time(Date.UTC(2026, 0, 2, 3, 4, 5), now), '03:04:05');
        assert.match(english.time(Date.UTC(2026, 0, 1, 23), now), /1 Jan 2026/);
        // In Berlin it is the next day already.
        assert.equal(german.time(Date.UTC(2026, 0, 1, 23, 30), Date.UTC(2026, 0, 2, 12)), '00:30:00');
    });

    it('is a month in words, in every time zone', () => {
        assert.equal(german.month('2026-03'), 'März 2026');
        assert.equal(new Formats('en-GB', 'Pacific/Honolulu').month('2026-11'), 'November 2026');
    });
});

import assert from 'node:assert/strict';
import { formatFinder, TIME_FORMATS, timeReader } from '../../../../lib/protocols/measurement-csv/time-format';
import { zoneOf } from '../../../../lib/zones/temporal-zone';

const UTC = zoneOf('UTC');
const BERLIN = zoneOf('Europe/Berlin');
const read = (format: string, text: string, zone = UTC) => timeReader(format, zone)!(text);
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 19));

describe('the form of a time', () => {
    const MOMENT = '2018-06-14T12:26:19';
    const examples: Record<(typeof TIME_FORMATS)[number], string> = {
        'ddd, DD MMM YYYY HH:mm:ss': 'Thu, 14 Jun 2018 12:26:19',
        'MM/DD/YY HH:mm:ss': '06/14/18 12:26:19',
        'MM/DD/YYYY HH:mm:ss': '6/14/2018 12:26:19',
        'MM/DD/YYYY hh:mm:ss A': '06/14/2018 12:26:19 PM',
        'DD/MM/YYYY HH:mm:ss': '14/06/2018 12:26:19',
        'DD.MM.YYYY HH:mm:ss': '14.06.2018  12:26:19',
        'YYYY-MM-DD HH:mm:ss': '2018-06-14 12:26:19.250',
        'YYYY-MM-DDTHH:mm:ssZ': '2018-06-14T14:26:19+02:00',
        'YYYY/MM/DD HH:mm:ss': '2018/06/14 12:26:19',
        epoch: '1528979179',
    };
    for (const format of TIME_FORMATS)
        it(`${format}: ${examples[format]}`, () => assert.equal(iso(read(format, examples[format])), MOMENT));

    it('is kept to: nothing else is read by it', () => {
        const wrong: [string, string[]][] = [
            [
                'MM/DD/YY HH:mm:ss',
                [
                    '14/06/18 12:26:19',
                    '06/14/2018 12:26:19',
                    '06/14/18 24:00:00',
                    '06/14/18 12:60:00',
                    '06/14/18 12:00:60',
                    '02/29/18 12:00:00',
                    '06/14/18',
                    '',
                    'x06/14/18 12:26:19',
                    '06/14/18 12:26:19x',
                ],
            ],
            ['MM/DD/YYYY hh:mm:ss A', ['06/14/2018 13:00:00 PM', '06/14/2018 00:00:00 AM', '06/14/2018 12:00:00']],
            [
                'YYYY-MM-DD HH:mm:ss',
                ['1969-12-31 23:59:59', '2200-01-01 00:00:00', '2018-13-01 00:00:00', '2018-00-01 00:00:00'],
            ],
            ['ddd, DD MMM YYYY HH:mm:ss', ['Thu, 14 Jux 2018 12:26:19']],
            ['epoch', ['12', '1528979179.5', '15289791790', '-1528979179', '']],
        ];
        for (const [format, texts] of wrong)
            for (const text of texts) assert.equal(read(format, text), undefined, text);
    });

    it('is of a wall clock: summer time, the hour that comes twice, the one that is left out', () => {
        const format = 'YYYY-MM-DD HH:mm:ss';
        assert.equal(iso(read(format, '2026-07-01 12:00:00', BERLIN)), '2026-07-01T10:00:00');
        assert.equal(iso(read(format, '2026-01-01 12:00:00', BERLIN)), '2026-01-01T11:00:00');
        assert.equal(iso(read(format, '2026-10-25 02:30:00', BERLIN)), '2026-10-25T00:30:00');
        assert.equal(iso(read(format, '2026-03-29 02:30:00', BERLIN)), '2026-03-29T01:00:00');
        assert.equal(iso(read('YYYY-MM-DDTHH:mm:ssZ', '2026-07-01T12:00:00Z', BERLIN)), '2026-07-01T12:00:00');
        assert.equal(iso(read('YYYY-MM-DDTHH:mm:ssZ', '2026-07-01T12:00:00-0530', BERLIN)), '2026-07-01T17:30:00');
    });

    it('is the instant that the zone tells, around every change of its clocks', () => {
        const format = 'YYYY-MM-DD HH:mm:ss';
        for (const [id, days] of [
            ['Europe/Berlin', ['2026-03-29', '2026-10-25']],
            // Half an hour.
            ['Australia/Lord_Howe', ['2026-04-05', '2026-10-04']],
            // From midnight to one.
            ['America/Havana', ['2026-03-08', '2026-11-01']],
        ] as const) {
            const changing = zoneOf(id);
            const ofFile = timeReader(format, changing)!;
            for (const day of days)
                for (let minute = 0; minute < 300; minute += 5) {
                    const clock = `${day} ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:07`;
                    const local = { day: Date.parse(`${day}T00:00:00Z`) / 86_400_000, second: minute * 60 + 7 };
                    assert.equal(ofFile(clock), changing.instantOf(local).at, `${id} ${clock}`);
                }
        }
    });

    it('may be one of the user, if it has day, month, year and hour, each once', () => {
        assert.equal(iso(read('[DD.MM.YY] HH.mm', '[14.06.18] 12.26')), '2018-06-14T12:26:00');
        for (const format of [
            '',
            'HH:mm',
            'YYYY-MM-DD',
            'YYYY-MM-DD HH:mm A',
            'YYYY-MM-DD hh:mm',
            'YYYY-YY-MM-DD HH',
            'YYYY-MM-MM-DD HH',
            'YYYY MMM MM DD HH',
            `YYYY-MM-DD HH${' '.repeat(60)}`,
        ])
            assert.equal(timeReader(format, UTC), undefined, format);
    });

    it('is found out by examples, and both are told where day and month could be either', () => {
        const fitting = formatFinder(UTC);
        assert.deepEqual(fitting(['06/14/18 12:26:19']), ['MM/DD/YY HH:mm:ss']);
        assert.deepEqual(fitting(['06/07/2018 12:26:19']), ['MM/DD/YYYY HH:mm:ss', 'DD/MM/YYYY HH:mm:ss']);
        assert.deepEqual(fitting(['06/07/2018 12:26:19', '13/07/2018 12:26:19']), ['DD/MM/YYYY HH:mm:ss']);
        assert.deepEqual(fitting(['yesterday']), []);
        assert.deepEqual(fitting([]), []);
    });
});

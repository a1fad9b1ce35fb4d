import assert from 'node:assert/strict';
import { stringify } from 'csv-stringify/sync';
import { UpsError } from '../../../../lib/core/errors';
import type { CsvMapping } from '../../../../lib/protocols/measurement-csv/columns';
import { readMeasurements, type LogOptions } from '../../../../lib/protocols/measurement-csv/measurement-csv';
import type { LogPosition } from '../../../../lib/protocols/measurement-csv/position';
import { formatLocal } from '../../../../lib/core/schedules/local-time';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { errorInEnglish, inEnglish } from '../../../support/in-english';
import { normalised } from '../../../support/normalised';
import { readAll } from './read-all';

const zone = zoneOf('UTC');
const MAPPING: CsvMapping = {
    time: { columns: ['Time'], format: 'YYYY-MM-DD HH:mm:ss' },
    columns: [
        { label: 'Volts Battery', kind: 'number' },
        { label: 'Alarm In', kind: 'text' },
    ],
};
const HEADER = 'Time,Volts Battery,Alarm In\r\n';
const row = (minute: number, volts = 13.2) => `2018-06-14 12:${String(minute).padStart(2, '0')}:00,${volts},CLOSED\r\n`;
const at = (minute: number) => Date.UTC(2018, 5, 14, 12, minute);
const read = (text: string | Buffer, mapping = MAPPING, options: Partial<LogOptions> = {}) =>
    readAll(Buffer.from(text as string), mapping, { zone, ...options });

async function refusal(reading: Promise<unknown>): Promise<string> {
    const error: unknown = await reading.catch((failure: unknown) => failure);
    assert.ok(error instanceof UpsError && error.code === 'file-refused', String(error));
    return errorInEnglish(error).replace('The file is not used: ', '');
}

describe('a file of measurements', () => {
    it('is read by the names of its header', async () => {
        const { rows, bad, missing, unfinished } = await read(`${HEADER}${row(0)}${row(1, 12.9)}`);
        const values = (volts: number) => ({
            'Volts Battery': { text: String(volts), quantity: { value: volts } },
            'Alarm In': { text: 'CLOSED' },
        });
        assert.deepEqual(rows, [
            { at: at(0), line: 2, values: values(13.2) },
            { at: at(1), line: 3, values: values(12.9) },
        ]);
        assert.deepEqual([bad, missing, unfinished], [{ count: 0 }, [], false]);
    });

    it('may have other delimiters, units, quotes, a mark, and columns in any order', async () => {
        const files = [
            'ALARM IN;x;volts  battery;Time\nCLOSED;1;"13,2 Volts";2018-06-14 12:00:00\n',
            'Alarm In\tVolts Battery\tTime\n"CLOSED"\t 13.2 V\t2018-06-14 12:00:00\n',
            '\ufeffTime , Volts Battery , Alarm In\r\n"2018-06-14 12:00:00" , "13.2" ,CLOSED,\r\n',
        ];
        for (const file of files)
            for (const bytes of [Buffer.from(file), Buffer.from(`\ufeff${file}`, 'utf16le')]) {
                const { rows, bad } = await read(bytes);
                assert.deepEqual(bad, { count: 0 }, file);
                assert.equal(rows[0]?.values['Volts Battery']?.quantity?.value, 13.2, file);
                assert.equal(rows[0]?.values['Alarm In']?.text, 'CLOSED', file);
                assert.equal(rows[0]?.at, at(0), file);
            }
        const german = await read('Time;Volts Battery\n2018-06-14 12:00:00;1,234\n');
        assert.equal(german.rows[0]?.values['Volts Battery']?.quantity?.value, 1.234);
    });

    it('takes the unit of a column from its header, if the field has none', async () => {
        const labels = ['Battery (Volts)', 'Load [mA]', 'Pump (north)'];
        const mapping = { ...MAPPING, columns: labels.map((label) => ({ label, kind: 'number' as const })) };
        const { rows } = await read(
            `Time,${labels.join(',')}\n2018-06-14 12:00:00,13.2,250,7\n2018-06-14 12:01:00,13.2 V,0.3 A,8\n`,
            mapping,
        );
        assert.deepEqual(
            rows.map(({ values }) => labels.map((label) => values[label]?.quantity)),
            [
                [{ value: 13.2, unit: 'V' }, { value: 0.25, unit: 'A' }, { value: 7 }],
                [{ value: 13.2, unit: 'V' }, { value: 0.3, unit: 'A' }, { value: 8 }],
            ],
        );
    });

    it('keeps the name of the site: of its column, or of a line above the header', async () => {
        const column = await read(`Site,${HEADER}North,${row(0)}`, { ...MAPPING, site: 'Site' });
        assert.equal(column.rows[0]?.site, 'North');
        const above = await read(`"Site Name","North ""A"""\r\n\r\n${HEADER}${row(0)}`);
        assert.equal(above.rows[0]?.site, 'Site Name North "A"');
        assert.equal((await read(`sep=,\r\n${HEADER}${row(0)}`)).rows[0]?.site, undefined);
    });

    it('may tell the day and the time of day in two columns', async () => {
        const mapping = { ...MAPPING, time: { columns: ['Date', 'Clock'], format: 'MM/DD/YY hh:mm:ss A' } };
        const { rows } = await read(
            'Date,Clock,Volts Battery\n06/14/18,12:00:00 PM,13.2\n06/14/18,12:01:00 AM,13.2\n',
            mapping,
        );
        assert.deepEqual(
            rows.map((each) => each.at),
            [at(0), at(1) - 12 * 3600_000],
        );
    });

    it('tells what is empty as unknown, and mapped columns that are not there', async () => {
        const { rows, missing } = await read('Time,Volts Battery\n2018-06-14 12:00:00,\n2018-06-14 12:01:00,---\n');
        assert.deepEqual(
            rows.map(({ values }) => values),
            [{}, {}],
        );
        assert.deepEqual(missing, ['Alarm In']);
    });

    it('begins again with each new header: names may have changed', async () => {
        const { rows, missing } = await read(
            `${HEADER}${row(0)}Alarm In,Time,Volts\r\nOPEN,2018-06-14 12:01:00,12\r\n`,
        );
        assert.deepEqual(
            rows.map(({ values }) => values['Alarm In']?.text),
            ['CLOSED', 'OPEN'],
        );
        assert.deepEqual(missing, ['Volts Battery']);
    });

    it('counts damaged rows, names the first, and uses nothing of them', async () => {
        const damagedRows = [
            '2018-06-14 12:10:00,13.2\r\n',
            '2018-06-14 12:11:00,13.2,CLOSED,5\r\n',
            '2018-06-31 12:12:00,13.2,CLOSED\r\n',
            '14.06.2018 12:13:00,13.2,CLOSED\r\n',
            '2018-06-14 12:14:00,13.2.1,CLOSED\r\n',
            '2018-06-14 12:15:00,"13.2,CLOSED\r\n',
            '2018-06-14 12:16:00,1"3".2,CLOSED\r\n',
            '\0\0\0\0\0\0\r\n',
            `${'x'.repeat(20_000)}\r\n`.replace('x', '2018-06-14 12:17:00,13.2,'),
        ];
        const { rows, bad } = await read(HEADER + row(0) + damagedRows.join('') + row(1));
        assert.deepEqual(
            rows.map((each) => each.at),
            [at(0), at(1)],
        );
        assert.equal(bad.count, 9);
        assert.equal(inEnglish(bad.first!), 'line 3: number of fields: 2, in the header: 3');
        const sentences = await Promise.all(
            damagedRows.map(async (line) => inEnglish((await read(HEADER + line)).bad.first ?? '')),
        );
        assert.deepEqual(sentences, [
            'line 2: number of fields: 2, in the header: 3',
            'line 2: number of fields: 4, in the header: 3',
            'line 2: the time "2018-06-31 12:12:00" does not have the chosen format, or does not exist',
            'line 2: the time "14.06.2018 12:13:00" does not have the chosen format, or does not exist',
            'line 2: "13.2.1" in the column "Volts Battery" is no number, or can be read as two different ones',
            'line 2: its quotes do not match',
            'line 2: its quotes do not match',
            'line 2: number of fields: 1, in the header: 3',
            'line 2: it is too long',
        ]);
    });

    it('does not read a last line that is still being written, before it has its end', async () => {
        const half = await read(`${HEADER}${row(0)}2018-06-14 12:01:00,1`);
        assert.deepEqual([half.rows.length, half.unfinished, half.bad.count], [1, true, 0]);
        const whole = await read(`${HEADER}${row(0)}${row(1)}`, MAPPING, { position: half.position });
        assert.deepEqual(
            whole.rows.map((each) => each.at),
            [at(1)],
        );
    });

    it('is decoded line by line: one damaged byte does not change the others', async () => {
        const mapping = { ...MAPPING, columns: [{ label: 'Küche', kind: 'number' }] } as CsvMapping;
        const bytes = Buffer.concat([
            Buffer.from('Time,Küche\n2018-06-14 12:00:00,5\n'),
            Buffer.from([0xff, 0x0a]),
            Buffer.from('2018-06-14 12:01:00,6\n'),
        ]);
        const { rows, bad } = await read(bytes, mapping);
        assert.deepEqual(
            rows.map(({ values }) => values['Küche']?.quantity?.value),
            [5, 6],
        );
        assert.equal(bad.count, 1);
    });

    describe('costs little, whatever is in it', () => {
        const many = (lines: number, line: (index: number) => string) =>
            Buffer.from(HEADER + Array.from({ length: lines }, (_, index) => line(index)).join(''));
        const stamp = (index: number) => new Date(at(0) + index * 60_000).toISOString().slice(0, 19).replace('T', ' ');
        const good = (index: number) => `${stamp(index)},13.${index % 10},CLOSED\r\n`;

        /** How often others had their turn, and the most bytes of lines between two of them. */
        async function turns(bytes: Buffer, position?: LogOptions['position']) {
            let count = 0;
            const reading = await read(bytes, MAPPING, { position, pause: () => Promise.resolve(void count++) });
            return { ...reading, count };
        }

        it('its columns are found by its header, not by each row', async () => {
            const bytes = many(5000, (index) => (index % 2 ? good(index) : `what,${index}\r\n`));
            const { result, texts } = normalised(() => read(bytes));
            const { rows, bad } = await result;
            assert.deepEqual([rows.length, bad.count], [2500, 2500]);
            assert.ok(texts.length < 50, `${texts.length} texts`);
        });

        for (const [what, line] of [
            ['good rows', good],
            ['rows of commas', () => `${','.repeat(16_000)}\n`],
            ['quotes', () => `${'"a",'.repeat(4000)}\n`],
            ['blanks before a quote', () => `${' '.repeat(16_000)}x"\n`],
            ['carriage returns', () => `${'\r'.repeat(16_000)}x\n`],
            ['headers', (index: number) => `Time${',x'.repeat(8000)}${index}\n`],
            ['empty lines', () => '\n'.repeat(1000)],
            ['blank lines', () => ' \n'.repeat(1000)],
            ['damaged rows', (index: number) => `x,${index}\n`],
        ] as const)
            it(`others have their turn behind every 32 KiB of ${what}`, async () => {
                const bytes = many(300, line);
                const started = process.cpuUsage();
                for (const each of [bytes, Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le')]) {
                    const { count } = await turns(each);
                    assert.ok(count >= each.length / 32 / 1024, `${count} turns`);
                }
                const { user } = process.cpuUsage(started);
                assert.ok(user < 8e6, `${user} µs`);
            });

        it('of a file that has grown, only the new rows are read', async () => {
            const before = await turns(many(100_000, good));
            const grown = many(100_003, good);
            const after = await turns(grown, before.position);
            assert.deepEqual(
                after.rows.map(({ line, at: when }) => [line, when]),
                [0, 1, 2].map((index) => [100_002 + index, at(100_000 + index)]),
            );
            assert.ok(before.count >= grown.length / 32 / 1024, `${before.count} turns at first`);
            assert.ok(after.count <= 3 + grown.length / 512 / 1024, `${after.count} turns for three rows`);
        });

        it('its rows are handed over a few thousand at a time', async () => {
            const sizes: number[] = [];
            const take = (rows: readonly unknown[]) => void sizes.push(rows.length);
            await readMeasurements(many(20_000, good), MAPPING, { zone, take });
            assert.equal(
                sizes.reduce((sum, size) => sum + size, 0),
                20_000,
            );
            assert.ok(Math.max(...sizes) < 4000, `${Math.max(...sizes)}`);
        });

        it('and what is kept of it stays small', async () => {
            const times = (index: number) => `${stamp((index % 2) * 500_000 + index * 200)},1,x\n`;
            for (const line of [good, times, () => `${stamp(5)},1,x\n`, (index: number) => `x${index}\n`]) {
                const { position } = await read(many(20_000, line));
                const { length } = JSON.stringify(position);
                assert.ok(length < 16_000, `${length} characters`);
            }
        });
    });

    it('has a decimal comma before three digits, too, where semicolons part the fields', async () => {
        const { rows } = await read('Time;Volts Battery\n2018-06-14 12:00:00;13,204\n');
        assert.deepEqual(rows[0]?.values['Volts Battery'], { text: '13.204', quantity: { value: 13.204 } });
    });

    it('reads what csv-stringify writes (RFC 4180)', async () => {
        const texts = ['plain', 'a,b', 'a;b', 'say "so"', '"', '""', ',', ' x ', "it's", 'ä€', '=1+1', 'a\tb'];
        for (const delimiter of [',', ';', '\t']) {
            const lines = texts.map((text, index) => [`2018-06-14 12:${String(index).padStart(2, '0')}:00`, text, '1']);
            const file = stringify([['Time', 'Alarm In', 'Volts Battery'], ...lines], {
                delimiter,
                record_delimiter: '\r\n',
            });
            const { rows, bad } = await read(file);
            assert.equal(bad.count, 0);
            assert.deepEqual(
                rows.map(({ values }) => values['Alarm In']?.text),
                texts.map((text) => text.trim().replace('\t', ' ')),
                delimiter,
            );
        }
    });

    it('tells the second pass of the hour that comes twice by the row in front', async () => {
        const options = { ...MAPPING, time: { columns: ['Time'], format: 'YYYY-MM-DD HH:mm:ss' } };
        for (const [id, begin, hours] of [
            ['Europe/Berlin', Date.UTC(2026, 9, 24, 23), 4],
            ['America/Chicago', Date.UTC(2026, 10, 1, 5), 4],
            ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 14), 3],
        ] as const) {
            const there = zoneOf(id);
            const times = Array.from({ length: hours * 60 }, (_, index) => begin + index * 60_000);
            const local = (at: number) => formatLocal(there.localOf(at)).padEnd(19, ':00');
            const bytes = (count: number) =>
                Buffer.from(
                    ['Time,Volts Battery', ...times.slice(0, count).map((at) => `${local(at)},117.0`), ''].join('\n'),
                );
            const whole = await readAll(bytes(times.length), options, { zone: there });
            assert.deepEqual(
                whole.rows.map(({ at }) => at),
                times,
                id,
            );
            // Also when it grows, and when the file begins anew in that hour.
            let position: LogPosition | undefined;
            const told: number[] = [];
            for (const count of [70, 85, 100, 130, 150, times.length]) {
                const read = await readAll(bytes(count), options, { zone: there, isLive: true, position });
                told.push(...read.rows.map(({ at }) => at));
                position = read.position;
            }
            assert.deepEqual(told, times, id);
        }
    });

    it('is refused if it cannot be one', async () => {
        assert.equal(await refusal(read('')), 'it is empty.');
        assert.equal(await refusal(read(row(0).repeat(60))), 'no line in it names these columns: Time.');
        assert.equal(
            await refusal(read('<html><body>401</body></html>\n')),
            'no line in it names these columns: Time.',
        );
        assert.equal(await refusal(read(`Time,Alarm In,alarm in\n`)), 'the column "Alarm In" is there twice.');
        assert.equal(
            await refusal(read(HEADER, { ...MAPPING, time: { columns: ['Time'], format: 'HH:mm' } })),
            'the time format "HH:mm" has not all of day, month, year and hour, or one of them twice.',
        );
        assert.equal(await refusal(read(Buffer.alloc(16 * 1024 * 1024 + 1, '\n'))), 'it is larger than 16 MiB.');
    });
});

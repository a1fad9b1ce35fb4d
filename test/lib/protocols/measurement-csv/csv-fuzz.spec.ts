import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { CsvMapping } from '../../../../lib/protocols/measurement-csv/columns';
import { positionFrom } from '../../../../lib/protocols/measurement-csv/position';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { damaged, fuzzRuns, seededDice } from '../../../support/fuzz';
import { readAll } from './read-all';

const SMALL =
    'North\r\nTime,V,A,In\r\n1528977600,13.2,0.5,CLOSED\r\n1528977660,13.3,"0.6",CLOSED\r\n1528977720,13.4,0.7,OPEN\r\n1528977780,"13,5",,OPEN\r\n';
const MAPPING: CsvMapping = {
    time: { columns: ['Time'], format: 'epoch' },
    columns: [
        { label: 'V', kind: 'number' },
        { label: 'A', kind: 'number' },
        { label: 'In', kind: 'text' },
    ],
};
const PIECES = [
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r\n',
    '\t',
    '\0',
    'Time,V,A,In\n',
    '1528977840',
    '.',
    '-',
    '9',
    'e',
    ' ',
    '\ufeff',
    'x',
    'Time',
];
const zone = zoneOf('UTC');

async function attempt(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof readAll>> | undefined> {
    try {
        return await readAll(bytes, MAPPING, { zone });
    } catch (error) {
        if (error instanceof UpsError && error.code === 'file-refused') return undefined;
        throw error;
    }
}

/** Each is a whole file that is read. */
const RUNS = fuzzRuns(process.env.FUZZ_RUNS ? 1 : 0.25);

describe('damaged files of measurements', function () {
    this.timeout(240_000);

    it(`${RUNS} of them: each row as it stands in its line, and none twice`, async () => {
        const dice = seededDice(19);
        let told = 0;
        for (let run = RUNS; run > 0; run--) {
            const bytes = damaged(Buffer.from(SMALL), dice, PIECES);
            const reading = await attempt(bytes);
            if (!reading) continue;
            const lines = bytes.toString('latin1').split('\n');
            for (const { at, line, values } of reading.rows) {
                const shown = lines[line - 1]!;
                if (!shown.includes(String(at / 1000))) assert.fail(`${at} of ${shown}`);
                for (const { text, quantity } of Object.values(values)) {
                    told++;
                    const digits = /[-+]?\d[\d.,]*/.exec(text)?.[0].replace(',', '.');
                    if (quantity && !/\d\s*[mk]/.test(text) && quantity.value !== Number(digits))
                        assert.fail(`${text} is ${quantity.value}`);
                    const isPlain = !/"|[^ -~]/.test(shown.replace(/\r$/, ''));
                    const isField = [',', ';', '\t'].some((each) =>
                        shown.split(each).some((field) => field.trim() === text),
                    );
                    if (isPlain && !isField) assert.fail(`${text} of ${shown}`);
                }
            }
            if (dice(20)) continue;
            // The number of times and rows that are known does not grow with what comes again.
            const position = positionFrom(JSON.parse(JSON.stringify(reading.position)));
            const again = await readAll(bytes, MAPPING, { zone, position });
            assert.deepEqual([again.rows, again.bad], [[], { count: 0 }], JSON.stringify(bytes.toString('latin1')));
        }
        assert.ok(told > 2 * RUNS, `${told} values: the damage leaves too little to be seen`);
    });

    it('a file that is cut anywhere tells the rows of the whole one, and no other', async () => {
        const whole = (await attempt(Buffer.from(SMALL)))!.rows;
        for (let end = 0; end < SMALL.length; end++) {
            const { rows = [] } = (await attempt(Buffer.from(SMALL.slice(0, end)))) ?? {};
            assert.deepEqual(rows, whole.slice(0, rows.length), `${end}`);
            assert.equal(rows.length, Math.max(0, SMALL.slice(0, end).split('\n').length - 3));
        }
    });
});

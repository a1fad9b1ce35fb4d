import assert from 'node:assert/strict';
import { stringify } from 'csv-stringify/sync';
import { csv, csvSoon, textOf, TextPieces, type CsvColumn } from '../../../lib/store/csv';
import { CountedSlices } from '../../support/counted-slices';

type Row = readonly (string | number | boolean | undefined)[];

describe('CSV', () => {
    const columns = (count: number): CsvColumn<Row>[] =>
        Array.from({ length: count }, (_, n) => ({ header: `column ${n}, "${n}"`, value: (row) => row[n] }));

    it('is what another program makes of the same cells: RFC 4180', () => {
        const parts = ['a', 'ä', '"', ',', '\r', '\n', ' ', "'", ';', '€', '', '\t', '0', '\u{1f50b}'];
        const text = (seed: number) =>
            Array.from({ length: seed % 7 }, (_, n) => parts[(seed * 31 + n * n * 7) % parts.length]).join('');
        const rows = Array.from({ length: 500 }, (_, n): Row => [`t${text(n)}`, n / 10, n % 2 === 0, undefined, '']);
        const header = columns(5).map((column) => column.header);
        const cells = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))));
        // A line break of any kind is quoted: a spreadsheet begins a row there.
        const told = stringify([header, ...cells], { record_delimiter: '\r\n', quoted_match: [/[\r\n]/] });
        assert.equal(csv(rows, columns(5)), told);
    });

    it('has no text that a spreadsheet runs; a negative number is none', () => {
        const row: Row = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', -1];
        const [, ...lines] = csv(
            [row],
            columns(7).map((column) => ({ ...column, header: 'h' })),
        ).split('\r\n');
        assert.equal(lines.join('\r\n'), `'=1+1,'+1,'-1,'@x,'\tx,"'\rx",-1\r\n`);
    });

    it('is the same in slices, with a look at the clock after each row', async () => {
        const rows = Array.from({ length: 300 }, (_, n): Row => [n, `row ${n}`]);
        const slices = new CountedSlices();
        assert.equal(await csvSoon(rows, columns(2), slices), csv(rows, columns(2)));
        assert.ok(slices.turns >= CountedSlices.turnsOf(300), `${slices.turns} turns`);
    });

    it('is the same in pieces, however long its texts', () => {
        const texts = [
            '',
            'a',
            'ä€\u{1f50b}'.repeat(30_000),
            'b'.repeat(65_536),
            ...Array<string>(60_000).fill('x,ä\r\n'),
        ];
        const pieces = new TextPieces();
        for (const text of texts) pieces.add(text);
        const taken = pieces.take();
        assert.equal(textOf(taken), texts.join(''));
        assert.ok(taken.length > 3 && taken.every(({ byteLength }) => byteLength <= 400_000));
    });
});

import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { readIni, writeIni } from '../../../../lib/protocols/ini/ini-file';
import { errorInEnglish } from '../../../support/in-english';
import { ENCODINGS, FILES, PLAIN } from './sample-files';

const read = (text: string) => readIni(Buffer.from(text));
const valuesOf = (text: string) => read(text).entries.map(({ section, key, value }) => [section, key, value]);

function refusal(bytes: Uint8Array): string {
    try {
        readIni(bytes);
    } catch (error) {
        assert.ok(error instanceof UpsError && error.code === 'file-refused', String(error));
        return errorInEnglish(error);
    }
    return assert.fail('not refused');
}

describe('a settings file (.ini)', () => {
    for (const [name, encode] of Object.entries(ENCODINGS)) {
        it(`comes out byte for byte as it was, in ${name}`, () => {
            for (const [at, text] of FILES.entries()) {
                const bytes = encode(text);
                const file = readIni(bytes);
                assert.ok(Buffer.from(writeIni(file, [])).equals(bytes), `file ${at + 1}`);
                assert.equal(file.bom, name.endsWith('with a mark'), `mark of file ${at + 1}`);
            }
        });

        it(`is read alike in ${name}`, () => {
            for (const [at, text] of FILES.entries()) {
                const { entries } = readIni(encode(text));
                assert.deepEqual(entries, readIni(Buffer.from(text)).entries, `file ${at + 1}`);
            }
        });

        it(`changes nothing but the value that is changed, in ${name}`, () => {
            const changed = writeIni(readIni(encode(PLAIN)), [{ section: 'pc', key: 'delaytime', value: '12' }]);
            assert.ok(Buffer.from(changed).equals(encode(PLAIN.replace('DelayTime=10', 'DelayTime=12'))));
        });
    }

    it('is read with sections, keys, quotes and comments', () => {
        assert.deepEqual(valuesOf('a=1\n; b=2\n# c=3\n[ S ] ; x\n key = v w ; x\nq="1 ; 2" # y\nr=\'it "is"\'\n'), [
            ['', 'a', '1'],
            ['S', 'key', 'v w'],
            ['S', 'q', '1 ; 2'],
            ['S', 'r', 'it "is"'],
        ]);
        // Without a blank before it, it is part of the value, as Windows reads it.
        assert.deepEqual(valuesOf('a=x;y\nb=#f00\nc= ; z\nd=\n'), [
            ['', 'a', 'x;y'],
            ['', 'b', '#f00'],
            ['', 'c', ''],
            ['', 'd', ''],
        ]);
    });

    it('knows lines that end in LF, CRLF and CR, and counts them', () => {
        const { entries } = read('a=1\r\nb=2\rc=3\n\r\nd=4');
        assert.deepEqual(
            entries.map(({ line, value }) => [line, value]),
            [
                [1, '1'],
                [2, '2'],
                [3, '3'],
                [5, '4'],
            ],
        );
    });

    it('keeps lines that are neither section nor key, and tells which', () => {
        assert.deepEqual(read('what?\na=1\n=2\n').strayLines, [1, 3]);
    });

    it('marks values whose quotes are not closed', () => {
        const broken = read('a="x\nb="x" y\nc="x" ; y\nd=x"\n').entries.map((entry) => entry.broken);
        assert.deepEqual(broken, [true, true, false, false]);
    });

    it('writes a value so that it is read again as it is', () => {
        const values = [
            '',
            ' x ',
            '5 ; 6',
            '# 7',
            '; 8',
            "it's",
            'a "b"',
            '"',
            "'",
            'x#y',
            '  ',
            '\u00b0C',
            'a=b',
            '[x]',
        ];
        for (const old of ['1', '"1"', "'1'", '', ' 1 ; comment', '"no end']) {
            for (const value of values) {
                const file = read(`[s]\na=${old}\nb=2\n`);
                const again = readIni(writeIni(file, [{ section: 's', key: 'a', value }])).entries;
                assert.deepEqual(
                    again.map((entry) => entry.value),
                    [value, '2'],
                    `${old} -> ${value}`,
                );
                assert.equal(again[0]!.broken, false);
            }
        }
    });

    it('takes the last of two changes of one key', () => {
        const changes = ['5', '67', '8'].map((value) => ({ section: '', key: 'a', value }));
        assert.equal(Buffer.from(writeIni(read('a=1\nb=2'), changes)).toString(), 'a=8\nb=2');
    });

    it('does not write what cannot be read again', () => {
        const latin = readIni(ENCODINGS['Latin-1']!('a=\u00e4\n'));
        for (const [file, value] of [
            [read('a=1'), 'x\ny'],
            [read('a=1'), ' "\' '],
            [latin, '\u20ac'],
            [read('a=1'), '\ud800'],
        ] as const)
            assert.throws(() => writeIni(file, [{ section: '', key: 'a', value }]), { code: 'file-refused' }, value);
        assert.throws(() => writeIni(read('a=1'), [{ section: 's', key: 'a', value: '2' }]), /fault missing/);
    });

    it('is refused whole, with the line', () => {
        assert.equal(
            refusal(Buffer.from('a=1\n[s]\nx=1\n[t]\nx=1\n[S]\nX = 2\n')),
            'The file is not used: line 7: the key "X" is there twice, first in line 3.',
        );
        assert.equal(
            refusal(Buffer.from('[s\na=1')),
            'The file is not used: line 1: the name of a section has no closing bracket.',
        );
        assert.equal(refusal(Buffer.from('hello\n')), 'The file is not used: no line in it is a key with a value.');
        assert.equal(refusal(Buffer.alloc(0)), 'The file is not used: no line in it is a key with a value.');
        assert.equal(refusal(Buffer.from('a=1\0')), 'The file is not used: it is no text file.');
        assert.equal(refusal(Buffer.from([0xff, 0xfe, 0x61])), 'The file is not used: it is no text file.');
        assert.equal(
            refusal(Buffer.from(`a=${'1'.repeat(64 * 1024 - 1)}`)),
            'The file is not used: it is larger than 64 KiB.',
        );
        readIni(Buffer.from(`a=${'1'.repeat(64 * 1024 - 2)}`));
    });
});

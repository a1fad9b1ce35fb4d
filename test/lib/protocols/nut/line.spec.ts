import assert from 'node:assert/strict';
import { LineReader, LONGEST_LINE, quote, splitLine } from '../../../../lib/protocols/nut/line';

describe('lines of NUT', () => {
    it('splits words, quoted and escaped', () => {
        assert.deepEqual(splitLine('VAR ups ups.mfr "A \\"B\\" \\\\ C"'), ['VAR', 'ups', 'ups.mfr', 'A "B" \\ C']);
        assert.deepEqual(splitLine('VAR ups x ""'), ['VAR', 'ups', 'x', '']);
        assert.deepEqual(splitLine('  OK  '), ['OK']);
    });

    it('refuses a quote that is not closed', () => {
        assert.throws(() => splitLine('VAR ups x "abc'), /protocol/);
        assert.throws(() => splitLine('VAR ups x "abc\\"'), /protocol/);
    });

    it('quotes what it can read again, and nothing that would end the line', () => {
        for (const word of ['', 'a b', 'say "no"', 'back\\slash', '#5', 'é']) {
            assert.deepEqual(splitLine(`X ${quote(word)}`), ['X', word]);
        }
        assert.throws(() => quote('1"\nINSTCMD ups load.off'), /config-invalid/);
    });

    it('makes lines of any split, also within a character', () => {
        const bytes = Buffer.from('VAR ups x "é"\r\nOK\nERR');
        for (let cut = 0; cut <= bytes.length; cut++) {
            const reader = new LineReader();
            const lines = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
            assert.deepEqual(lines, ['VAR ups x "é"', 'OK'], `${cut}`);
        }
    });

    it('bounds a line that never ends', () => {
        const reader = new LineReader();
        assert.throws(() => reader.push(Buffer.alloc(LONGEST_LINE + 1, 'x')), /protocol/);
    });
});

import { strict as assert } from 'node:assert';
import { LONGEST_TEXT, readText } from '../../../../lib/protocols/shared/read-text';

describe('readText', () => {
    it('trims, and makes one line', () => {
        assert.equal(readText('  Smart-UPS X 3000\r\n'), 'Smart-UPS X 3000');
        assert.equal(readText('first\r\nsecond\tthird'), 'first second third');
        assert.equal(readText('PW5115 500i  500VA'), 'PW5115 500i  500VA');
    });

    it('tells nothing of what says nothing', () => {
        for (const nothing of ['', '  \r\n', '\u0000\u0000', '\ud800', null, undefined, {}, ['a'], true]) {
            assert.equal(readText(nothing), undefined);
        }
    });

    it('takes out what a terminal would obey', () => {
        assert.equal(readText('\u001b[31mOVERLOAD\u0007\u009b0m'), '[31mOVERLOAD 0m');
        assert.equal(readText('a\u2028b\u2029c\u007fd'), 'a b c d');
        assert.equal(readText('invoice\u202efdp.exe'), 'invoice fdp.exe');
    });

    it('takes out halves of surrogate pairs, and keeps whole ones', () => {
        assert.equal(readText('a\ud83d b \udd0bc'), 'a  b  c');
        assert.equal(readText('UPS 🔋 groß'), 'UPS 🔋 groß');
    });

    it('is at most as long as asked, and cut between characters', () => {
        assert.equal(readText('x'.repeat(10_000))?.length, LONGEST_TEXT);
        assert.equal(readText('abc🔋', 4), 'abc');
        assert.equal(readText('abc🔋', 5), 'abc🔋');
        assert.equal(readText('abe\u0301', 3), 'ab');
        assert.equal(readText('abc   def', 4), 'abc');
        assert.equal(readText('a👍🏽', 3), 'a');
    });

    it('is quick with megabytes, and finds what stands behind blanks', () => {
        assert.equal(readText(' '.repeat(3000) + 'end' + 'y'.repeat(5_000_000), 3), 'end');
        assert.equal(readText('e' + '\u0301'.repeat(1000), 10)?.length, 10);
    });

    it('tells a number as its digits', () => {
        assert.equal(readText(1500), '1500');
    });
});

import assert from 'node:assert/strict';
import { blockList } from '../../../../lib/core/batteries/block-list';
import { hostileValues } from '../../../support/hostile-values';
import { processorMs } from '../../../support/processor-time';

const numbers = (given: unknown) => {
    const found = blockList(given);
    return found && [...found];
};

describe('a list of blocks', () => {
    it('is numbers and ranges, with commas, semicolons or blanks between them', () => {
        assert.deepEqual(numbers('1-3, 17'), [1, 2, 3, 17]);
        assert.deepEqual(numbers(' 1 - 3;5\t7  9 '), [1, 2, 3, 5, 7, 9]);
        assert.deepEqual(numbers('1 -2'), [1, 2]);
        assert.deepEqual(numbers(['1-2', 4]), [1, 2, 4]);
        assert.deepEqual(numbers(512), [512]);
    });

    it('that is empty means all', () => {
        for (const given of [undefined, null, '', ' , ', []]) assert.deepEqual(numbers(given), []);
    });

    it('is none with anything else', () => {
        for (const given of [
            '0',
            '513',
            '-1',
            '1-',
            '-',
            '3-1',
            '1--2',
            '1-2-3',
            '1,x',
            1.5,
            NaN,
            true,
            {},
            [[]],
            [null],
        ])
            assert.equal(numbers(given), undefined, JSON.stringify(given));
        for (const [what, value] of hostileValues()) {
            assert.equal(numbers(value), undefined, what);
            assert.equal(numbers([value]), undefined, what);
        }
        assert.equal(numbers([Object.create(null)]), undefined);
    });

    it('takes no time, however long it is', () => {
        const many = [
            `1-${' '.repeat(100_000)}x`,
            `1${' -'.repeat(100_000)}`,
            '1,'.repeat(1_000_000),
            new Array(1_000_000).fill(1),
            new Array(2 ** 32 - 1),
        ];
        const took = processorMs(() => {
            for (const given of many) assert.equal(numbers(given), undefined);
        });
        assert.ok(took < 600, `${took} ms`);
    });
});

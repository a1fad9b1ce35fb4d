import assert from 'node:assert/strict';
import { numberOr, wholeOr } from '../../../nodes/shared/settings/numbers';

describe('Numbers of a dialog', () => {
    it('have their default where nothing was typed', () => {
        for (const empty of [undefined, null, '', ' ']) {
            assert.equal(numberOr('timeout', empty, 2.5), 2.5);
            assert.equal(wholeOr('retries', empty, 3, 0, 20), 3);
        }
    });

    it('are refused when they are none, or out of range', () => {
        for (const wrong of ['x', NaN, 'NaN', Infinity, '21', -1]) {
            assert.throws(() => numberOr('retries', wrong, 2, 0, 20), { code: 'config-invalid' });
            assert.throws(() => wholeOr('retries', wrong, 2, 0, 20), { code: 'config-invalid' });
        }
    });

    it('that are counted are whole', () => {
        assert.equal(wholeOr('retries', '4', 2, 0, 20), 4);
        assert.equal(numberOr('timeout', '1.5', 2, 0, 20), 1.5);
        assert.throws(() => wholeOr('maxParts', '1.5', 2, 0, 20), { code: 'config-invalid' });
    });
});

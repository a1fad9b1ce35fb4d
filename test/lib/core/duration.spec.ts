import assert from 'node:assert/strict';
import { durationText } from '../../../lib/core/duration';
import { DURATIONS } from '../../support/durations';

describe('durationText', () => {
    for (const [seconds, text] of DURATIONS) {
        it(`${seconds} s are ${text}`, () => assert.equal(durationText(seconds), text));
    }

    it('says nothing of what is not known', () => {
        assert.equal(durationText(undefined), '-');
        assert.equal(durationText(NaN), '-');
        assert.equal(durationText(Infinity), '-');
    });
});

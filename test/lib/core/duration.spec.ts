import assert from 'node:assert/strict';
import { durationText, exactDurationText } from '../../../lib/core/duration';
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

describe('exactDurationText', () => {
    it('tells what was set to the second', () => {
        const cases: [number, string][] = [
            [0, '0 s'],
            [45, '45 s'],
            [480, '8 min'],
            [5415, '1 h 30 min 15 s'],
            [90_000, '25 h'],
            [-3, '0 s'],
        ];
        for (const [seconds, text] of cases) assert.equal(exactDurationText(seconds), text);
    });
});

import assert from 'node:assert/strict';
import { forPeople, inDigits } from '../../../../lib/core/units/digits';

describe('significant digits', () => {
    const cases: [value: number, digits: number, shown: number][] = [
        [13.2345, 3, 13.2],
        [13.2345, 9, 13.2345],
        [13.25, 1, 13],
        [0.012345, 3, 0.0123],
        [9.996, 3, 10],
        [-4.567, 2, -4.6],
        [0, 1, 0],
        [230.4, 4, 230.4],
    ];
    for (const [value, digits, shown] of cases) {
        it(`show ${value} with ${digits} as ${shown}`, () => assert.equal(inDigits(value, digits), shown));
    }

    it('never take away what stands before the point', () => {
        assert.equal(inDigits(1234.5, 2), 1235);
        assert.equal(inDigits(-230.4, 1), -230);
        assert.equal(inDigits(1.5e18, 3), 1.5e18);
    });

    it('leave a value as it is where the site has no choice', () => {
        assert.equal(inDigits(13.23456789, undefined), 13.23456789);
        assert.equal(forPeople(13.23456789, undefined, 1), 13.2);
        assert.equal(forPeople(13.23456789, 4, 1), 13.23);
    });

    it('make no negative zero, and nothing of what is no number', () => {
        assert.equal(Object.is(forPeople(-0.04, undefined, 1), 0), true);
        assert.equal(Object.is(inDigits(-0, 3), 0), true);
        for (const value of [NaN, Infinity]) assert.equal(Object.is(forPeople(value, 3, 1), value), true);
    });
});

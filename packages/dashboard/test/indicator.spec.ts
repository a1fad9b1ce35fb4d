import assert from 'node:assert/strict';
import { WORST_FIRST, type IndicatorState } from '../../../lib/core/status/indicator';
import { LOOKS } from '../ui/lib/indicator';

describe('the table of looks', () => {
    it('ranks states as the server does, so that page and bar never disagree on what is worst', () => {
        const states = Object.keys(LOOKS) as IndicatorState[];
        assert.deepEqual(
            states.sort((one, other) => LOOKS[one].rank - LOOKS[other].rank),
            [...WORST_FIRST],
        );
    });
});

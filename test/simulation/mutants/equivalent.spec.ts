import assert from 'node:assert/strict';
import { allMutations } from './all-mutations';
import { withoutEquivalents } from './equivalent';

describe('mutations that nobody could notice', () => {
    it('are each one of the code as it is', () => {
        const all = allMutations();
        assert.ok(withoutEquivalents(all).length < all.length);
    });
});

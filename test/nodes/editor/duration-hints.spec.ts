import assert from 'node:assert/strict';
import { durationHints } from '../../../nodes/editor/duration-field';

describe('a duration in the dialog', () => {
    it('shows its default in grey only while nothing is entered', () => {
        assert.deepEqual(durationHints('', '300'), ['', 5, '']);
        assert.deepEqual(durationHints('10', '300'), ['', '', '']);
        assert.deepEqual(durationHints('', 'none'), ['', '', '']);
    });
});

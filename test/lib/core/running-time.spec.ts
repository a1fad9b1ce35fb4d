import assert from 'node:assert/strict';
import { asLastSeen, spanText } from '../../../lib/core/running-time';

describe('how long nothing ran', () => {
    it('is said as people say it', () => {
        const texts = {
            '0 s': 0,
            '40 s': 40_400,
            '12 min': 12 * 60_000 + 29_000,
            '1 h': 3_600_000,
            '1 h 45 min': 6_300_000,
            '2 d 4 h': (2 * 24 + 4) * 3_600_000 + 59 * 60_000,
            '3 d': 3 * 86_400_000,
        };
        for (const [text, ms] of Object.entries(texts)) assert.equal(spanText(ms), text);
        assert.equal(spanText(-5000), '0 s', 'a clock that was set back');
    });

    it('is not known from what is none of our notes', () => {
        for (const value of [undefined, null, 7, {}, { at: 'yesterday' }, { at: NaN }]) {
            assert.equal(asLastSeen(value), undefined);
        }
        assert.deepEqual(asLastSeen({ at: 5 }), { at: 5, ended: false });
    });
});

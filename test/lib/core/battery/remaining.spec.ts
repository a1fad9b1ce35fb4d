import assert from 'node:assert/strict';
import { remainingSeconds } from '../../../../lib/core/battery/remaining';

describe('remaining seconds', () => {
    it('takes the smaller, with the device counted down by its age', () => {
        assert.equal(remainingSeconds('smaller', 30, 20, 0), 1200);
        assert.equal(remainingSeconds('smaller', 20, 19.5, 60), 1140);
        assert.equal(remainingSeconds('smaller', 1, 5, 90), 0);
    });

    it('takes the chosen one', () => {
        assert.equal(remainingSeconds('device', 30, 20, 0), 1800);
        assert.equal(remainingSeconds('derived', 10, 20, 0), 1200);
    });

    it('falls back to the one that is known', () => {
        assert.equal(remainingSeconds('device', undefined, 20, 5), 1200);
        assert.equal(remainingSeconds('derived', 10, undefined, 60), 540);
        assert.equal(remainingSeconds('smaller', undefined, undefined, 0), undefined);
    });
});

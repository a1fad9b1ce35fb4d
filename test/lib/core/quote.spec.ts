import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import { quoted } from '../../../lib/core/quote';

describe('values quoted in errors', () => {
    it('are whole when short, else cut with their length, never inside a character', () => {
        assert.equal(quoted('x'.repeat(200)), 'x'.repeat(200));
        assert.equal(quoted('x'.repeat(200_000)), `${'x'.repeat(200)}… (200000)`);
        assert.equal(quoted('a😀b', 2), 'a… (4)');
    });

    it('are cut in every error, with its reason kept longer', () => {
        const value = 'A'.repeat(200_000);
        const error = new UpsError('config-invalid', { property: 'payload', value, expected: 'on', least: 3 });
        assert.equal(error.data.value, `${'A'.repeat(200)}… (200000)`);
        assert.deepEqual([error.data.property, error.data.least], ['payload', 3]);
        assert.ok(error.message.length < 400, `${error.message.length}`);
        const refused = new UpsError('device-refused', { host: 'card', reason: 'r'.repeat(5000) });
        assert.equal(refused.data.reason, `${'r'.repeat(1000)}… (5000)`);
    });
});

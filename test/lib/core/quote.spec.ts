import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import { quoted, shown } from '../../../lib/core/quote';
import { hostileValues } from '../../support/hostile-values';
import { processorMs } from '../../support/processor-time';

describe('values quoted in errors', () => {
    it('are whole when short, else cut with their length, never inside a character', () => {
        assert.equal(quoted('x'.repeat(200)), 'x'.repeat(200));
        assert.equal(quoted('x'.repeat(200_000)), `${'x'.repeat(200)}… (200000)`);
        assert.equal(quoted('a😀b', 2), 'a… (4)');
        assert.equal(quoted(quoted('x'.repeat(200_000))), `${'x'.repeat(200)}… (200000)`);
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

    it('are cut in the sentences of an error, too', () => {
        const reason = said('file.inLine', {
            line: 2,
            reason: said('inventory.module', { value: 'A'.repeat(200_000) }),
        });
        const error = new UpsError('file-refused', { reason });
        assert.ok(error.message.length < 1200, `${error.message.length}`);
        assert.ok(JSON.stringify(error.data).length < 1200);
    });

    it('never throw when they are shown', () => {
        const inItself: Record<string, unknown> = {};
        inItself.self = inItself;
        for (const [what, value] of [
            ...hostileValues(),
            ['a large whole number in an object', { a: 1n }],
            ['an object without a prototype', Object.create(null) as object],
            ['one that refuses', { toJSON: () => assert.fail('no') }],
            ['itself', inItself],
            ['a symbol', Symbol('x')],
        ] as [string, unknown][])
            assert.ok(shown(value).length <= 220, what);
    });

    it('are shown at once, however many there are', () => {
        const many = Array.from({ length: 1_000_000 }, (_, i) => ({ module: i }));
        const took = processorMs(() => {
            assert.equal(shown(many), `${JSON.stringify(many.slice(0, 100)).slice(0, 200)}…`);
            assert.ok(shown({ states: many }).length < 220);
            assert.ok(shown(['x'.repeat(5_000_000)]).length < 220);
        });
        assert.ok(took < 600, `${took} ms`);
        assert.equal(
            shown({ a: [1, null, 'x'], at: new Date(0) }),
            '{"a":[1,null,"x"],"at":"1970-01-01T00:00:00.000Z"}',
        );
    });
});

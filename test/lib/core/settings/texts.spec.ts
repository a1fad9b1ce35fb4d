import assert from 'node:assert/strict';
import { invalid, secret, text } from '../../../../lib/core/settings';
import type { Field } from '../../../../lib/core/settings/field';

const read = (field: Field<string>, raw: unknown) => field.read(raw, () => undefined);

describe('a text of the settings', () => {
    it('may have been stored as a number or a tick', () => {
        assert.deepEqual(read(text(), 161), { value: '161' });
        assert.deepEqual(read(text(), true), { value: 'true' });
        assert.deepEqual(read(text(), ' a '), { value: 'a' });
    });

    it('is no object or list', () => {
        for (const raw of [{ a: 1 }, ['a']]) {
            assert.ok('fault' in read(text(), raw), JSON.stringify(raw));
        }
    });

    it('may have just as many characters as are allowed', () => {
        assert.deepEqual(read(text({ most: 3 }), 'abc'), { value: 'abc' });
        assert.ok('fault' in read(text({ most: 3 }), 'abcd'));
    });

    it('is not repeated in the fault of a secret', () => {
        const field = secret({ most: 3, check: (typed) => invalid('length', typed) });
        for (const raw of ['abcd', 'abc', { key: 'abc' }]) {
            const told = read(field, raw);
            assert.ok('fault' in told);
            assert.doesNotMatch(JSON.stringify(told), /abc/);
        }
    });
});

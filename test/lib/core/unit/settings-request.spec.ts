import assert from 'node:assert/strict';
import { settingsRequest } from '../../../../lib/core/unit/settings-request';

describe('What a message asks of the settings of a device', () => {
    const asks = (payload: unknown, confirm?: unknown) => settingsRequest({ payload, confirm });
    const file = Buffer.from('[a]\nb=1\n');

    it('is to read them, if it says nothing', () => {
        for (const payload of [undefined, null, '', 'read', ' read ']) assert.deepEqual(asks(payload), { do: 'read' });
    });

    it('is one of the words', () => {
        for (const word of ['defaults', 'discard', 'latch-reset', 'export']) assert.deepEqual(asks(word), { do: word });
        assert.deepEqual(asks('write'), { do: 'write', confirm: false });
        assert.deepEqual(asks('write', true), { do: 'write', confirm: true });
        assert.deepEqual(asks({ write: true, confirm: true }), { do: 'write', confirm: true });
    });

    it('is a file to import or to export into, as bytes or as text', () => {
        assert.deepEqual(asks(file), { do: 'import', file });
        assert.deepEqual(asks({ import: file }), { do: 'import', file });
        assert.deepEqual(asks({ import: file.toString() }), { do: 'import', file: new Uint8Array(file) });
        assert.deepEqual(asks({ export: file }), { do: 'export', base: file });
    });

    it('is an object of settings, confirmed inside or beside it', () => {
        assert.deepEqual(asks({ low: 1 }), { do: 'set', values: { low: 1 }, confirm: false });
        assert.deepEqual(asks({ low: 1, confirm: true }), { do: 'set', values: { low: 1 }, confirm: true });
        assert.deepEqual(asks({ low: 1 }, true), { do: 'set', values: { low: 1 }, confirm: true });
        assert.deepEqual(asks({ low: 1, confirm: 'yes' }, 'true'), { do: 'set', values: { low: 1 }, confirm: false });
    });

    it('is refused otherwise', () => {
        for (const payload of [42, true, 'factory', ['read'], { import: 7 }])
            assert.throws(() => asks(payload), { code: 'config-invalid' });
    });
});

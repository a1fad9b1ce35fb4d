import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { StagedSettings } from '../../../../lib/core/unit/staged-settings';
import type { SettingOutcome } from '../../../../lib/core/unit/write-settings';

const GOOD: SettingOutcome = { ok: true, confirmed: true };
const BAD: SettingOutcome = { ok: false, confirmed: false, error: new UpsError('setting-refused') };

describe('Staged settings', () => {
    let staged: StagedSettings;
    let sent: Record<string, unknown>[];
    let end: (outcomes: Record<string, SettingOutcome>) => void;

    beforeEach(() => {
        staged = new StagedSettings();
        sent = [];
    });

    const write = () =>
        staged.write((values) => {
            sent.push(values);
            return new Promise<Record<string, SettingOutcome>>((resolve) => (end = resolve));
        });
    const settled = () => new Promise((resolve) => setImmediate(resolve));

    it('wait no longer once they are written, and go on waiting where they were refused', async () => {
        staged.stage({ a: 2, b: 3 });
        const done = write();
        await settled();
        end({ a: GOOD, b: BAD });
        await done;
        assert.deepEqual(staged.values, { b: 3 });
    });

    it('that are staged while others are written go on waiting', async () => {
        staged.stage({ a: 2, b: 1 });
        const done = write();
        await settled();
        staged.stage({ a: 5, b: 1, c: 7 });
        end({ a: GOOD, b: GOOD });
        await done;
        assert.deepEqual(sent, [{ a: 2, b: 1 }]);
        assert.deepEqual(staged.values, { a: 5, c: 7 }, 'b is what was written');
    });

    it('that are discarded while they are written do not come back', async () => {
        staged.stage({ a: 2 });
        const done = write();
        await settled();
        staged.clear();
        end({ a: BAD });
        await done;
        assert.deepEqual(staged.values, {});
    });

    it('are not sent twice by two orders at once', async () => {
        staged.stage({ a: 2, b: 3 });
        const first = write();
        const second = write();
        await settled();
        assert.equal(sent.length, 1);
        end({ a: GOOD, b: BAD });
        await first;
        await settled();
        assert.deepEqual(sent[1], { b: 3 });
        end({ b: GOOD });
        await second;
        await assert.rejects(write(), { code: 'setting-refused' });
        assert.equal(sent.length, 2);
    });

    it('can be written after an order that failed', async () => {
        staged.stage({ a: 2 });
        await assert.rejects(
            staged.write(() => Promise.reject(new UpsError('interrupted'))),
            { code: 'interrupted' },
        );
        const again = write();
        await settled();
        end({ a: GOOD });
        await again;
        assert.deepEqual(staged.values, {});
    });
});

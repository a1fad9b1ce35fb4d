import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';
import type { Store } from '../../../lib/store';
import { fromJson, toJson } from '../../../lib/store/message-json';
import { Bench, message } from './support';

describe('store: what of a message is kept', () => {
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    function kept(extra: object): Record<string, unknown> {
        store.saveDelivery({ nodeId: 'n', key: 'k', message: message('e1', true, extra), at: 1 });
        return bench.reopen().unsettledDeliveries('n')[0].message as unknown as Record<string, unknown>;
    }

    it('keeps further properties, also of objects that a function node made', () => {
        const foreign: unknown = runInNewContext('({ list: [1, { a: null }], when: new Date(0) })');
        const { _msgid, foreign: back } = kept({ _msgid: 'abc', foreign });
        assert.equal(_msgid, 'abc');
        assert.deepEqual(back, { list: [1, { a: null }], when: '1970-01-01T00:00:00.000Z' });
    });

    it('leaves out what JSON cannot hold, and never throws', () => {
        const circular: Record<string, unknown> = { name: 'loop' };
        circular.self = circular;
        const back = kept({
            req: new Socket(),
            big: 10n,
            run: () => 1,
            circular,
            broken: {
                get bad(): never {
                    throw new Error('getter');
                },
                toJSON() {
                    throw new Error('toJSON');
                },
                good: 1,
            },
            huge: 'x'.repeat(100_000),
        });
        assert.deepEqual(Object.keys(back).sort(), ['broken', 'circular', 'event', 'payload', 'topic']);
        assert.deepEqual(back.circular, { name: 'loop' });
        assert.deepEqual(back.broken, { good: 1 });
    });

    it('keeps what an error says', () => {
        const error = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' });
        assert.deepEqual(fromJson(toJson([error])), [{ name: 'Error', message: 'no route', code: 'EHOSTUNREACH' }]);
        assert.equal(toJson(undefined), 'null');
        let deep: unknown = 'bottom';
        for (let level = 0; level < 100_000; level++) deep = { deep };
        assert.ok(toJson(deep).length < 1000);
    });
});

import assert from 'node:assert/strict';
import { Gate } from '../../../lib/core/gate';

describe('a gate', () => {
    /** Work that ends when told. */
    function work(began: string[], name: string): { work: () => Promise<string>; end: () => void; fail: () => void } {
        let [end, fail] = [() => {}, () => {}];
        const ended = new Promise<string>((resolve, reject) => {
            end = () => resolve(name);
            fail = () => reject(new Error(name));
        });
        return { work: () => (began.push(name), ended), end, fail };
    }
    const settle = () => new Promise((resolve) => setImmediate(resolve));

    it('lets so many in at once, the others in the order in which they came, and sends away whom it has no place for', async () => {
        const gate = new Gate(2, 2);
        const began: string[] = [];
        const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => work(began, name));
        const passed = [a, b, c, d].map((each) => gate.pass(each!.work));
        assert.equal(gate.pass(e!.work), undefined);
        await settle();
        assert.deepEqual(began, ['a', 'b']);
        b!.end();
        await settle();
        assert.deepEqual(began, ['a', 'b', 'c']);
        const last = gate.pass(e!.work);
        for (const each of [a, c, d, e]) each!.end();
        assert.deepEqual(await Promise.all([...passed, last]), ['a', 'b', 'c', 'd', 'e']);
    });

    it('lets in who has begun, however many wait, in its turn', async () => {
        const gate = new Gate(1, 1);
        const began: string[] = [];
        const [a, b, c] = ['a', 'b', 'c'].map((name) => work(began, name));
        const all = [gate.pass(a!.work)!, gate.pass(b!.work)!, gate.again(c!.work)];
        a!.end();
        await settle();
        assert.deepEqual(began, ['a', 'b']);
        for (const each of [b, c]) each!.end();
        assert.deepEqual(await Promise.all(all), ['a', 'b', 'c']);
    });

    it('has a place again after work that fails', async () => {
        const gate = new Gate(1, 0);
        const began: string[] = [];
        const [a, b] = ['a', 'b'].map((name) => work(began, name));
        const failed = gate.pass(a!.work);
        a!.fail();
        await assert.rejects(failed!, /a/);
        b!.end();
        assert.equal(await gate.pass(b!.work), 'b');
    });
});

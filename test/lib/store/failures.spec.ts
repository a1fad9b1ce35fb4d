import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import { join } from 'node:path';
import { openStore, type Store } from '../../../lib/store/store';
import { FakeClock } from '../../support/fake-clock';

describe('failures', () => {
    let directory: string;
    let clock: FakeClock;
    let store: Store;

    const open = () => (store = openStore({ directory, clock }));
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        clock = new FakeClock();
        open();
    });
    afterEach(() => {
        store.close();
        rmSync(directory, { recursive: true, force: true });
    });

    const write = (entry: Partial<NewLogEntry> = {}) => {
        clock.advanceSync(1000);
        store.append({
            at: clock.now(),
            kind: 'job',
            level: 'error',
            source: 'stop',
            text: 'not reached',
            nodeId: 'n1',
            eventId: 'power-fail',
            ...entry,
        });
    };

    it('stay over a restart and a hundred thousand entries until they are acknowledged', () => {
        write();
        for (let i = 0; i < 500; i++) write({ level: 'info', text: 'done', nodeId: 'n2' });
        store.close();
        open();
        const [failure, ...others] = store.failures.all();
        assert.deepEqual(others, []);
        assert.equal(failure?.text, 'not reached');
        assert.equal(store.failures.acknowledge(failure!.key)?.text, 'not reached');
        store.close();
        open();
        assert.deepEqual(store.failures.all(), []);
        assert.equal(store.logEntries({ text: 'not reached' }).length, 1, 'the log keeps it');
        assert.equal(store.failures.acknowledge(failure!.key), undefined);
    });

    it('of one job at one event are one, with how often and since when; the log may count, this counts all', () => {
        for (let i = 0; i < 40; i++) write({ text: `not reached ${i}` });
        write({ eventId: 'battery-low' });
        const [other, repeated] = store.failures.all();
        assert.equal(other?.count, 1);
        assert.equal(repeated?.count, 40);
        assert.equal(repeated?.text, 'not reached 39');
        assert.equal(repeated!.last - repeated!.first, 39_000);
    });

    it('say when the same job has succeeded since, and stay', () => {
        write();
        write({ level: 'info', text: 'done', detail: { ok: true }, dryRun: true });
        assert.equal(store.failures.all()[0]?.mended, undefined, 'a rehearsal mends nothing');
        write({ level: 'info', text: 'done', detail: { ok: true } });
        assert.equal(store.failures.all()[0]?.mended, clock.now());
        write();
        assert.equal(store.failures.all()[0]?.mended, undefined, 'failed again');
    });

    it('are bounded, the oldest give way; tests, events and notes are none', () => {
        for (let i = 0; i < 130; i++) write({ nodeId: `n${i}` });
        assert.equal(store.failures.all().length, 100);
        assert.equal(store.failures.all().at(-1)?.nodeId, 'n30');
        write({ nodeId: 'tried', detail: { test: true } });
        write({ nodeId: 'note', kind: 'log' });
        write({ nodeId: 'alarm', kind: 'event', level: 'alarm' });
        const pinned = store.failures.all().map(({ nodeId }) => nodeId);
        for (const id of ['tried', 'note', 'alarm']) assert.ok(!pinned.includes(id), id);
    });

    it('of the time after the clock was set back displace those before it', () => {
        for (let i = 0; i < 100; i++) write({ nodeId: `ahead ${i}`, at: clock.now() + 86_400_000 });
        write({ nodeId: 'first' });
        write({ nodeId: 'second' });
        const kept = store.failures.all().map(({ nodeId }) => nodeId);
        assert.deepEqual([kept.length, kept.includes('first'), kept.includes('second')], [100, true, true]);
    });

    it('of an earlier version, kept in one list, stay as they were, behind those that came since', () => {
        const former = { key: '["n1","power-fail"]', nodeId: 'n1', eventId: 'power-fail', source: 'stop' };
        const other = {
            key: '["n2",""]',
            nodeId: 'n2',
            source: 'mail',
            text: 'no server',
            first: 3,
            last: 3,
            count: 1,
        };
        const list = [{ ...former, text: 'not reached', first: 1, last: 2, count: 7 }, other];
        store.setValue('log', 'failures', list);
        store.close();
        open();
        assert.deepEqual(store.failures.all(), [...list].reverse());
        write();
        const found = store.failures.all().map(({ nodeId, count, first }) => ({ nodeId, count, first }));
        assert.deepEqual(found, [
            { nodeId: 'n1', count: 8, first: 1 },
            { nodeId: 'n2', count: 1, first: 3 },
        ]);
        store.failures.acknowledge(former.key);
        store.failures.acknowledge(other.key);
        store.close();
        open();
        assert.deepEqual(store.failures.all(), [], 'and do not come back');
    });

    it('that repeat count as the newest when the oldest gives way', () => {
        for (let i = 0; i < 100; i++) write({ nodeId: `n${i}` });
        write({ nodeId: 'n0' });
        write({ nodeId: 'n100' });
        const kept = store.failures.all().map(({ nodeId }) => nodeId);
        assert.deepEqual([kept.length, kept.includes('n0'), kept.includes('n1')], [100, true, false]);
    });
});

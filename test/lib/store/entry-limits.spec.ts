import assert from 'node:assert/strict';
import { Bench, logEntry } from './support';

describe('store: how long a log entry may be', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());

    it('quotes long texts, and keeps the shape of the detail', () => {
        const store = bench.open();
        const long = 'x'.repeat(200_000);
        const detail = { hosts: [{ host: 'a', ok: true, said: long }], none: null, at: 5 };
        store.append({ ...logEntry(long), source: long, detail });
        const [entry] = store.logEntries();
        assert.equal(entry!.text, `${'x'.repeat(1000)}… (200000)`);
        assert.equal(entry!.source, `${'x'.repeat(200)}… (200000)`);
        const said = `${'x'.repeat(2000)}… (200000)`;
        assert.deepEqual(entry!.detail, { hosts: [{ host: 'a', ok: true, said }], none: null, at: 5 });
    });

    it('keeps the beginning of the name of an event, in the log and in the failures that wait for a person', () => {
        const store = bench.open();
        const long = 'x'.repeat(200_000);
        const failed = { eventId: long, episode: long, nodeId: 'n', kind: 'job', level: 'error' } as const;
        store.append(logEntry(long, failed));
        const [entry] = store.logEntries();
        assert.deepEqual([entry!.eventId, entry!.episode], Array(2).fill(`${'x'.repeat(200)}… (200000)`));
        assert.ok(JSON.stringify(store.failures.all()).length < 3000);
        store.append(logEntry('done', { ...failed, level: 'info', detail: { ok: true } }));
        assert.ok(store.failures.all()[0]!.mended, 'its success is still known as that');
    });

    it('keeps only the beginning of a detail that has no end', () => {
        const store = bench.open();
        store.append({ ...logEntry('x'), detail: Array.from({ length: 100_000 }, (_, n) => `line ${n}`) });
        const detail = String(store.logEntries()[0]!.detail);
        assert.match(detail, /^\["line 0".*… \(\d+\)$/);
        assert.ok(detail.length < 2100);
    });

    it('leaves what people write as it is', () => {
        const store = bench.open();
        const detail = { rows: Array.from({ length: 500 }, (_, n) => ({ host: `host ${n}`, ok: true, attempts: 1 })) };
        store.append({ ...logEntry('y'.repeat(900)), detail });
        assert.deepEqual(store.logEntries()[0]!.detail, detail);
        assert.equal(store.logEntries()[0]!.text.length, 900);
    });
});

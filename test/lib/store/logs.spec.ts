import assert from 'node:assert/strict';
import type { LogEntry } from '../../../lib/core/journal/event-log';
import { isoWithZone, type Store } from '../../../lib/store';
import { textOf } from '../../../lib/store/csv';
import { CountedSlices } from '../../support/counted-slices';
import { Bench, logEntry } from './support';

describe('store: logs', () => {
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const texts = (entries: LogEntry[]) => entries.map(({ text }) => text);

    it('gives back an entry with everything in it, and nothing that was not', () => {
        const full = {
            ...logEntry('Mains failed'),
            level: 'alarm',
            eventId: 'power-fail',
            episode: 'e1',
            active: false,
            nodeId: 'n1',
            dryRun: true,
            detail: { hosts: [{ host: 'a', ok: false }] },
        } as const;
        store.append(full);
        store.append(logEntry('plain'));
        const [plain, entry] = bench.reopen().logEntries();
        assert.deepEqual(entry, { ...full, id: 1 });
        assert.deepEqual(plain, { ...logEntry('plain'), id: 2 });
    });

    it('finds by time, kind, text and page, newest first', () => {
        store.append(logEntry('one', { at: 1000, kind: 'event' }));
        store.append(logEntry('two 100% of_it', { at: 2000, kind: 'job' }));
        store.append(logEntry('three', { at: 3000, kind: 'job', source: 'Rack A' }));
        store.append(logEntry('four', { at: 4000, kind: 'system' }));
        assert.deepEqual(texts(store.logEntries()), ['four', 'three', 'two 100% of_it', 'one']);
        assert.deepEqual(texts(store.logEntries({ from: 2000, to: 3000 })), ['three', 'two 100% of_it']);
        assert.deepEqual(texts(store.logEntries({ kinds: ['job', 'event'], limit: 2 })), ['three', 'two 100% of_it']);
        assert.deepEqual(texts(store.logEntries({ kinds: [] })), []);
        assert.deepEqual(texts(store.logEntries({ before: { at: 3000, id: 3 }, limit: 1 })), ['two 100% of_it']);
        assert.deepEqual(texts(store.logEntries({ text: 'rack a' })), ['three']);
        assert.deepEqual(texts(store.logEntries({ text: '0%' })), ['two 100% of_it']);
        assert.deepEqual(texts(store.logEntries({ text: 'of-it' })), []);
        assert.deepEqual(texts(store.logEntries({ text: "'; DROP TABLE log; --" })), []);
    });

    it('writes RFC 4180: quotes, line breaks, times with their zone, no formulas', () => {
        store.append(logEntry('said "hi", left\nnow', { level: 'warning', eventId: 'x', active: true }));
        store.append(logEntry('=cmd()', { dryRun: true, detail: { n: 1 } }));
        const lines = store.logCsv().split('\r\n');
        assert.deepEqual(lines, [
            'time,level,kind,source,text,event,active,episode,dryRun,node,detail,site',
            `${isoWithZone(1000)},warning,log,UPS,"said ""hi"", left\nnow",x,true,,,,,`,
            `${isoWithZone(1000)},info,log,UPS,'=cmd(),,,,true,,"{""n"":1}",`,
            '',
        ]);
        assert.match(isoWithZone(1000), /^19\d\d-\d\d-\d\dT\d\d:\d\d:01\.000[+-]\d\d:\d\d$/);
        assert.equal(Date.parse(isoWithZone(1_760_000_000_123)), 1_760_000_000_123);
    });

    it('tells subscribers of an entry when it is committed, and never of one that was undone', () => {
        const seen: string[] = [];
        const unsubscribe = store.subscribe(({ id, text }) => seen.push(`${id} ${text}`));
        store.transaction(() => {
            store.append(logEntry('first'));
            assert.deepEqual(seen, []);
        });
        assert.throws(() =>
            store.transaction(() => {
                store.append(logEntry('undone'));
                throw new Error('no');
            }),
        );
        store.append(logEntry('second'));
        unsubscribe();
        store.append(logEntry('third'));
        assert.deepEqual(seen, ['1 first', '2 second']);
    });

    it('is not stopped by a subscriber that throws', () => {
        store.subscribe(() => {
            throw new Error('view is gone');
        });
        store.append(logEntry('kept'));
        assert.equal(store.logEntries().length, 1);
        assert.match(String(bench.problems[0].data.reason), /view is gone/);
    });

    it('exports a whole log in pages, the same as at once, letting others have their turn', async () => {
        store.transaction(() => {
            for (let n = 1; n <= 1200; n++) {
                store.append(logEntry(`n${n}`));
            }
        });
        for (const query of [{}, { limit: 1001 }, { limit: 10 }, { limit: 0 }]) {
            assert.equal(textOf(await store.exportLogCsv(query)), store.logCsv(query), JSON.stringify(query));
        }
        for (const file of ['exportLogCsv', 'exportLogJson'] as const) {
            const slices = new CountedSlices();
            await store[file]({}, slices);
            assert.ok(slices.turns >= CountedSlices.turnsOf(1200), `${file}: ${slices.turns} turns`);
        }
    });

    it('bounds the log, oldest first, in small steps', () => {
        store = bench.reopen({ logEntries: 300 });
        for (let n = 1; n <= 1000; n++) store.append(logEntry(`n${n}`));
        const { logEntries } = store.stats();
        assert.ok(logEntries >= 300 && logEntries < 300 + 64, `${logEntries} entries`);
        assert.equal(store.logEntries({ limit: 1 })[0].text, 'n1000');
    });
});

import assert from 'node:assert/strict';
import type { LogEntry, NewLogEntry } from '../../../lib/core/journal/event-log';
import type { LogQuery, Store } from '../../../lib/store';
import { textOf } from '../../../lib/store/csv';
import { Bench, logEntry } from './support';

describe('store: reading the log', () => {
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const texts = (entries: LogEntry[]) => entries.map(({ text }) => text);
    const add = (text: string, at: number, changes: Partial<NewLogEntry> = {}) =>
        store.append(logEntry(text, { at, ...changes }));
    /** As a page is read that shows `size` entries: each continues where the one before ended. */
    const paged = async (query: LogQuery, size: number) => {
        const pages: string[] = [];
        for (let before: LogQuery['before']; ;) {
            const page = await store.searchLog({ ...query, limit: size, before });
            if (!page.length) return pages;
            pages.push(...texts(page));
            before = page.at(-1);
        }
    };

    it('is in the order of time, also when the clock was set back, and no page misses or repeats an entry', async () => {
        add('at noon', 12_000);
        add('at one, by a wrong clock', 13_000);
        add('half past twelve', 12_500);
        add('also half past twelve', 12_500);
        add('before noon', 11_000);
        const order = [
            'at one, by a wrong clock',
            'also half past twelve',
            'half past twelve',
            'at noon',
            'before noon',
        ];
        assert.deepEqual(texts(store.logEntries()), order);
        for (const size of [1, 2, 3]) assert.deepEqual(await paged({}, size), order, `pages of ${size}`);
        assert.deepEqual(texts(store.logEntries({ from: 12_000, to: 12_500 })), order.slice(1, 4));
        assert.deepEqual(await paged({ from: 12_000, to: 12_500 }, 2), order.slice(1, 4));
    });

    it('answers each filter, alone and together, at once and in slices alike', async () => {
        const episode = 'u1:power-fail:1000:abc';
        add('Mains failed', 1000, {
            kind: 'event',
            level: 'alarm',
            source: 'UPS 1',
            nodeId: 'u1',
            eventId: 'power-fail',
            episode,
            active: true,
        });
        add('Stop 3 hosts', 1100, {
            kind: 'job',
            source: 'stop',
            nodeId: 'j1',
            eventId: 'power-fail',
            episode,
            active: true,
        });
        add('Host down: refused', 1200, {
            kind: 'job',
            level: 'error',
            source: 'stop',
            nodeId: 'j1',
            eventId: 'power-fail',
            episode,
        });
        add('Too warm', 1300, {
            kind: 'event',
            level: 'warning',
            source: 'Rack',
            nodeId: 's1',
            eventId: 'too-high',
            episode: 's1:too-high:1300:x',
        });
        add('Mains failed', 1400, {
            kind: 'event',
            level: 'alarm',
            source: 'UPS 10',
            nodeId: 'u10',
            eventId: 'power-fail',
            episode: 'u10:power-fail:1400:x',
        });
        add('Node-RED started', 1500, { kind: 'system' });
        const found: [LogQuery, string[]][] = [
            [{ kinds: ['system'] }, ['Node-RED started']],
            [{ levels: ['error', 'warning'] }, ['Too warm', 'Host down: refused']],
            [{ of: { id: 'u1', name: 'UPS 1' } }, ['Host down: refused', 'Stop 3 hosts', 'Mains failed']],
            [{ events: ['too-high'] }, ['Too warm']],
            [{ events: ['too-high', 'power-fail'], kinds: ['event'] }, ['Mains failed', 'Too warm', 'Mains failed']],
            [{ episode }, ['Host down: refused', 'Stop 3 hosts', 'Mains failed']],
            [{ episode, levels: ['error'] }, ['Host down: refused']],
            [{ episode: 'no such episode' }, []],
            [{ text: 'MAINS' }, ['Mains failed', 'Mains failed']],
            [{ text: 'rack' }, ['Too warm']],
            [{ text: 'mains', from: 1001 }, ['Mains failed']],
            [
                { kinds: ['job'], text: 'refused', of: { id: 'u1', name: 'UPS 1' }, from: 1200, to: 1200 },
                ['Host down: refused'],
            ],
            [{ levels: [] }, []],
        ];
        for (const [query, expected] of found) {
            assert.deepEqual(texts(store.logEntries(query)), expected, JSON.stringify(query));
            assert.deepEqual(await paged(query, 2), expected, `in pages: ${JSON.stringify(query)}`);
            assert.equal(store.countLog(query), expected.length);
            const csv = textOf(await store.exportLogCsv(query)).split('\r\n').length - 2;
            assert.equal(csv, expected.length, `CSV: ${JSON.stringify(query)}`);
        }
    });

    it('looks for a rare text in slices, and others have their turn meanwhile', async () => {
        store.transaction(() => {
            for (let n = 0; n < 9000; n++) add(n % 4000 === 1 ? `needle ${n}` : `n${n}`, n);
        });
        let turns = 0;
        let looking = true;
        const others = () => {
            turns++;
            if (looking) setImmediate(others);
        };
        setImmediate(others);
        const all = await store.searchLog({ text: 'needle' });
        looking = false;
        assert.deepEqual(texts(all), ['needle 8001', 'needle 4001', 'needle 1']);
        assert.ok(turns >= 4, `${turns} turns`);
        assert.deepEqual(texts(await store.searchLog({ text: 'needle', limit: 2 })), ['needle 8001', 'needle 4001']);
        assert.deepEqual(texts(await store.searchLog({ text: 'needle', before: { at: 8001, id: 8002 }, limit: 1 })), [
            'needle 4001',
        ]);
        assert.deepEqual(texts(await store.searchLog({ text: 'needle', limit: -1, from: 2 })).length, 2);
    });

    it('is written as JSON, oldest first, each entry as it was read', async () => {
        assert.deepEqual(JSON.parse(textOf(await store.exportLogJson())), []);
        for (let n = 0; n < 600; n++) add(`n${n}`, n, { detail: { n } });
        const read = JSON.parse(textOf(await store.exportLogJson({ from: 1 }))) as LogEntry[];
        assert.deepEqual(read, store.logEntries({ from: 1 }).reverse());
        assert.equal(read.length, 599);
    });
});

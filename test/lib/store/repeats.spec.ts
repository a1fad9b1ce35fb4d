import assert from 'node:assert/strict';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import type { Store } from '../../../lib/store';
import { logPage } from '../../../lib/store/log-page';
import { UNSUPPRESSED_ENTRIES, WINDOW_MS } from '../../../lib/store/repeat-suppressor';
import { Bench, connectionOf, episode, logEntry, message } from './support';

const HOUR = 3_600_000;

describe('store: what flaps and what repeats', function () {
    this.timeout(20_000);
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const edge = (active: boolean, changes: Partial<NewLogEntry> = {}) =>
        logEntry(active ? 'Mains failed' : 'Mains back', {
            at: bench.clock.now(),
            kind: 'event',
            level: active ? 'alarm' : 'info',
            eventId: 'power-fail',
            nodeId: 'unit1',
            active,
            ...changes,
        });
    const flap = (seconds: number) => {
        for (let n = 0; n < seconds; n++) {
            store.append(edge(n % 2 === 0));
            bench.clock.advanceSync(1000);
        }
    };
    const rows = (table: string) => connectionOf(store).get(`SELECT count(*) AS n FROM ${table}`).n;

    it('of a contact the first edges are written singly, then one entry an hour counts them and tells the latest', () => {
        flap(100);
        bench.clock.advanceSync(10_000);
        const [summary, ...single] = store.logEntries();
        assert.equal(single.length, UNSUPPRESSED_ENTRIES);
        assert.equal(
            summary.text.replace(/since .*/, ''),
            `Mains back (flapping: ${100 - UNSUPPRESSED_ENTRIES} times `,
        );
        assert.deepEqual([summary.kind, summary.eventId, summary.active], ['event', 'power-fail', false]);
        assert.equal((summary.detail as { flapping: { count: number } }).flapping.count, 100 - UNSUPPRESSED_ENTRIES);
        flap(4 * 3600);
        assert.equal(store.logEntries().length, UNSUPPRESSED_ENTRIES + 5);
    });

    it('of a job that repeats is counted, and not called flapping', () => {
        for (let n = 0; n < 100; n++) {
            store.append({ ...edge(true), kind: 'job', text: 'Shut down' });
            bench.clock.advanceSync(1000);
        }
        bench.clock.advanceSync(10_000);
        assert.match(store.logEntries()[0].text, /^Shut down \(\d+ times since /);
    });

    it('is told to the log view with one count: that of the row', async () => {
        flap(100);
        bench.clock.advanceSync(10_000);
        const { rows: shown } = await logPage(new Map([['log', store]]), { rows: 10 });
        const [row] = shown;
        assert.deepEqual([row!.count, row!.entry.text], [85, 'Mains back'], '15 written singly, and 70 counted');
    });

    it('is written singly again after a quiet time, and the count is not lost at a stop', () => {
        flap(50);
        store = bench.reopen();
        assert.match(store.logEntries()[0].text, /flapping: 20 times/);
        flap(50);
        bench.clock.advanceSync(WINDOW_MS);
        store.append(edge(true));
        assert.equal(store.logEntries()[0].text, 'Mains failed');
    });

    it('keeps apart what other nodes and events say, and errors', () => {
        flap(100);
        store.append(edge(true, { eventId: 'battery-low', text: 'Battery low' }));
        store.append(edge(true, { nodeId: 'unit2', text: 'of another' }));
        store.append(edge(true, { kind: 'job', level: 'error', text: 'failed' }));
        assert.deepEqual(
            store.logEntries({ limit: 3 }).map(({ text }) => text),
            ['failed', 'of another', 'Battery low'],
        );
    });

    it('a reminder each half minute is no flapping', () => {
        for (let n = 0; n < 240; n++) {
            store.append(logEntry('still on battery', { nodeId: 'log1' }));
            bench.clock.advanceSync(30_000);
        }
        assert.equal(store.logEntries({ limit: -1 }).length, 240);
    });

    it('events and alarms outlive whatever jobs and notes are written', () => {
        store = bench.reopen({ logEntries: 200 });
        store.append(edge(true));
        store.append(edge(false));
        const at = bench.clock.now();
        store.append(logEntry('disk is failing', { at, level: 'error' }));
        for (let n = 0; n < 2000; n++) store.append(logEntry(`n${n}`, { at }));
        const texts = store.logEntries({ limit: -1 }).map(({ text }) => text);
        assert.deepEqual(texts.slice(-3), ['disk is failing', 'Mains back', 'Mains failed']);
        assert.ok(texts.length <= 200 + 64 + 3, String(texts.length));
        for (let n = 0; n < 1000; n++) store.append(edge(true, { nodeId: undefined }));
        assert.ok(rows('log') <= 2 * (200 + 64), 'but they are bounded as well');
    });

    it('of the firings of a repeat the first and the newest are known; what they said is not kept', () => {
        store.saveEpisode(episode('open'));
        const said = message('open', true, { status: { long: 'x'.repeat(3000) } });
        for (let n = 0; n < 2500; n++) {
            const record = { nodeId: 'n', key: `open|on|t#${n}`, message: said, at: bench.clock.now() };
            store.transaction(() => {
                store.saveDelivery(record);
                store.settleDelivery('n', record.key);
                store.beginJob(record);
                store.finishJob('n', record.key, record.at);
            });
            bench.clock.advanceSync(1000);
        }
        bench.clock.advanceSync(HOUR);
        for (const table of ['deliveries', 'jobs']) assert.ok(rows(table) <= 502, `${table} ${rows(table)}`);
        assert.ok(store.stats().bytes < 4e6, `${store.stats().bytes} bytes`);
        for (const n of [0, 2499]) {
            const key = `open|on|t#${n}`;
            assert.ok(store.hasDelivery('n', key));
            assert.equal(store.beginJob({ nodeId: 'n', key, message: said, at: 1 }), 'done');
        }
    });

    it('of episodes that come and go the newest are kept', () => {
        for (let n = 0; n < 3000; n++) {
            store.saveEpisode(episode(`e${n}`));
            store.endEpisode(`e${n}`, bench.clock.now());
            store.saveDelivery({ nodeId: 'n', key: `e${n}|on|`, message: message(`e${n}`), at: bench.clock.now() });
            store.settleDelivery('n', `e${n}|on|`);
            bench.clock.advanceSync(100);
        }
        bench.clock.advanceSync(HOUR);
        assert.ok(rows('episodes') <= 501, `${rows('episodes')} episodes`);
        assert.ok(rows('deliveries') <= 501, `${rows('deliveries')} deliveries`);
    });
});

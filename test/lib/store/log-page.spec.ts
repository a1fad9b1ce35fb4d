import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import { logPage, type PageQuery } from '../../../lib/store/log-page';
import { openStore, type Store } from '../../../lib/store/store';
import { FakeClock } from '../../support/fake-clock';

describe('log page', () => {
    let directory: string;
    let clock: FakeClock;
    let stores: Map<string, Store>;

    const open = (name: string) => {
        stores.set(name, openStore({ directory: join(directory, name), clock }));
        return stores.get(name)!;
    };
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        clock = new FakeClock();
        stores = new Map();
        open('a');
    });
    afterEach(() => {
        for (const store of stores.values()) store.close();
        rmSync(directory, { recursive: true, force: true });
    });

    const write = (entry: Partial<NewLogEntry>, log = 'a') =>
        stores.get(log)!.append({ at: clock.now(), kind: 'job', level: 'info', source: 'job', text: 'done', ...entry });
    const page = (query: Partial<PageQuery> = {}) => {
        const logs = new Map([...stores].map(([name, store]) => [name, (asked: object) => store.logEntries(asked)]));
        return logPage(logs, { rows: 60, ...query });
    };
    const shown = (query: Partial<PageQuery> = {}) =>
        page(query).rows.map(({ entry, count }) => `${entry.text} ×${count}`);

    it('folds an hour of repeats into one row, and finds the failure beneath it', () => {
        write({ level: 'error', text: 'failed', nodeId: 'n1' });
        const began = clock.now();
        for (let i = 0; i < 120; i++) {
            clock.advanceSync(30_000);
            write({ text: `done ${i + 1}`, nodeId: 'n2', eventId: 'power-fail' });
        }
        const { rows } = page();
        assert.equal(rows.length, 2);
        const [repeats, failure] = rows;
        assert.equal(repeats?.count, 120, 'those that the log itself has counted are in it');
        assert.equal(repeats?.from, began + 30_000);
        assert.equal(repeats?.to, clock.now());
        assert.equal(failure?.entry.text, 'failed');
    });

    it('folds what alternates, but not what is rare, nor what is another thing', () => {
        for (let i = 0; i < 5; i++) {
            clock.advanceSync(60_000);
            write({ text: 'a', nodeId: 'n1' });
            write({ text: 'b', nodeId: 'n2' });
        }
        assert.deepEqual(shown().sort(), ['a ×5', 'b ×5']);
        clock.advanceSync(3_600_000);
        write({ text: 'a', nodeId: 'n1' });
        assert.equal(shown()[0], 'a ×1', 'an hour later it is news');
        write({ kind: 'log', text: 'charge 40 %', nodeId: 'n3' });
        write({ kind: 'log', text: 'charge 39 %', nodeId: 'n3' });
        assert.deepEqual(shown().slice(0, 2), ['charge 39 % ×1', 'charge 40 % ×1'], 'two are no repeats yet');
        write({ kind: 'log', text: 'charge 38 %', nodeId: 'n3' });
        assert.equal(shown()[0], 'charge 38 % ×3');
        write({ kind: 'log', text: 'door open', nodeId: 'n3' });
        assert.equal(shown()[0], 'door open ×1');
    });

    it('goes through several logs page by page, each entry once', () => {
        open('b');
        for (let i = 0; i < 50; i++) {
            clock.advanceSync(1000);
            write({ kind: 'event', text: `a${i}`, source: `s${i}` }, 'a');
            write({ kind: 'event', text: `b${i}`, source: `s${i}` }, 'b');
        }
        const seen: string[] = [];
        let older: string | undefined;
        for (let pages = 0; pages < 20; pages++) {
            const next = page({ rows: 7, older });
            seen.push(...next.rows.map(({ entry }) => entry.text));
            older = next.older;
            if (!older) break;
        }
        assert.equal(seen.length, 100);
        assert.equal(new Set(seen).size, 100);
        assert.deepEqual(seen.slice(0, 2).sort(), ['a49', 'b49']);
        assert.deepEqual(page({ older: 'rubbish,:,a:x,b:-3' }).rows.length, 60, 'what is no place is the beginning');
    });

    it('finds by level, source and words, however old', () => {
        write({
            level: 'alarm',
            kind: 'event',
            source: 'UPS 1',
            text: 'Mains failed',
            nodeId: 'u1',
            episode: 'u1:power-fail:1:x',
        });
        write({ level: 'error', source: 'stop', text: 'not reached', nodeId: 'n1', episode: 'u1:power-fail:1:x' });
        write({ source: 'stop others', text: 'done', nodeId: 'n2', episode: 'u10:power-fail:1:x' });
        for (let i = 0; i < 400; i++) write({ kind: 'event', source: `s${i}`, text: 'noise' });
        assert.deepEqual(shown({ levels: ['error'] }), ['not reached ×1']);
        assert.deepEqual(shown({ levels: ['alarm', 'error'] }), ['not reached ×1', 'Mains failed ×1']);
        assert.deepEqual(
            shown({ of: { id: 'u1', name: 'UPS 1' } }),
            ['not reached ×1', 'Mains failed ×1'],
            'its events, and the jobs behind them; u10 is another UPS',
        );
        assert.deepEqual(shown({ text: 'reached' }), ['not reached ×1']);
    });
});

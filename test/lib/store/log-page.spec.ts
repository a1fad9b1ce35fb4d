import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import { logPage, type PageQuery } from '../../../lib/store/log-page';
import { textOf } from '../../../lib/store/csv';
import { logsCsv } from '../../../lib/store/logs-csv';
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
    const page = (query: Partial<PageQuery> = {}) => logPage(stores, { rows: 60, ...query });
    const shown = async (query: Partial<PageQuery> = {}) =>
        (await page(query)).rows.map(({ entry, count }) => `${entry.text} ×${count}`);

    it('folds an hour of repeats into one row, and finds the failure beneath it', async () => {
        write({ level: 'error', text: 'failed', nodeId: 'n1' });
        const began = clock.now();
        for (let i = 0; i < 120; i++) {
            clock.advanceSync(30_000);
            write({ text: `done ${i + 1}`, nodeId: 'n2', eventId: 'power-fail' });
        }
        const { rows } = await page();
        assert.equal(rows.length, 2);
        const [repeats, failure] = rows;
        assert.equal(repeats?.count, 120, 'those that the log itself has counted are in it');
        assert.equal(repeats?.from, began + 30_000);
        assert.equal(repeats?.to, clock.now());
        assert.equal(failure?.entry.text, 'failed');
    });

    it('is one file of several logs: one header, oldest first, each entry once', async () => {
        open('b');
        for (let n = 0; n < 600; n++) {
            clock.advanceSync(1000);
            write({ text: `entry ${n}\nof\r\ntwo logs`, nodeId: `n${n}` }, n % 3 === 0 ? 'b' : 'a');
        }
        const file = textOf(await logsCsv(stores, {}));
        const texts = [...file.matchAll(/entry (\d+)/g)].map(([, n]) => Number(n));
        assert.deepEqual(
            texts,
            Array.from({ length: 600 }, (_, n) => n),
        );
        assert.equal(file.match(/time,level,kind/g)?.length, 1);
        assert.deepEqual(
            [...textOf(await logsCsv(stores, { limit: 2 })).matchAll(/entry (\d+)/g)].map(([, n]) => n),
            ['598', '599'],
        );
        stores.get('b')!.close();
        stores.delete('b');
        assert.deepEqual(await logsCsv(stores, {}), await stores.get('a')!.exportLogCsv());
    });

    it('folds what alternates, but not what is rare, nor what is another thing', async () => {
        for (let i = 0; i < 5; i++) {
            clock.advanceSync(60_000);
            write({ text: 'a', nodeId: 'n1' });
            write({ text: 'b', nodeId: 'n2' });
        }
        assert.deepEqual((await shown()).sort(), ['a ×5', 'b ×5']);
        clock.advanceSync(3_600_000);
        write({ text: 'a', nodeId: 'n1' });
        assert.equal((await shown())[0], 'a ×1', 'an hour later it is news');
        write({ kind: 'log', text: 'charge 40 %', nodeId: 'n3' });
        write({ kind: 'log', text: 'charge 39 %', nodeId: 'n3' });
        assert.deepEqual((await shown()).slice(0, 2), ['charge 39 % ×1', 'charge 40 % ×1'], 'two are no repeats yet');
        write({ kind: 'log', text: 'charge 38 %', nodeId: 'n3' });
        assert.equal((await shown())[0], 'charge 38 % ×3');
        write({ kind: 'log', text: 'door open', nodeId: 'n3' });
        assert.equal((await shown())[0], 'door open ×1');
    });

    it('goes through several logs page by page, each entry once', async () => {
        open('b');
        for (let i = 0; i < 50; i++) {
            clock.advanceSync(1000);
            write({ kind: 'event', text: `a${i}`, source: `s${i}` }, 'a');
            write({ kind: 'event', text: `b${i}`, source: `s${i}` }, 'b');
        }
        const seen: string[] = [];
        let older: string | undefined;
        for (let pages = 0; pages < 20; pages++) {
            const next = await page({ rows: 7, older });
            seen.push(...next.rows.map(({ entry }) => entry.text));
            older = next.older;
            if (!older) break;
        }
        assert.equal(seen.length, 100);
        assert.equal(new Set(seen).size, 100);
        assert.deepEqual(seen.slice(0, 2).sort(), ['a49', 'b49']);
        assert.deepEqual(
            (await page({ older: 'rubbish,:,a:x,b:-3,a:1:x' })).rows.length,
            60,
            'what is no place is the beginning',
        );
    });

    it('finds by level, source and words, however old', async () => {
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
        assert.deepEqual(await shown({ levels: ['error'] }), ['not reached ×1']);
        assert.deepEqual(await shown({ levels: ['alarm', 'error'] }), ['not reached ×1', 'Mains failed ×1']);
        assert.deepEqual(
            await shown({ of: { id: 'u1', name: 'UPS 1' } }),
            ['not reached ×1', 'Mains failed ×1'],
            'its events, and the jobs behind them; u10 is another UPS',
        );
        assert.deepEqual(await shown({ text: 'reached' }), ['not reached ×1']);
    });

    describe('grouped by outage', () => {
        const edge = (id: string, episode: string, active: boolean, eventId = 'power-fail') =>
            write({
                kind: 'event',
                level: active ? 'alarm' : 'info',
                source: id,
                nodeId: id,
                eventId,
                episode,
                active,
                text: `${eventId} ${active ? 'on' : 'off'}`,
            });
        const minutes = (count: number) => clock.jumpWall(count * 60_000);
        /** An outage of 46 minutes with what happens in it, and beside it. */
        const outage = () => {
            const began = clock.now();
            const name = `u1:power-fail:${began}:x`;
            edge('u1', name, true);
            minutes(10);
            write({ text: 'hosts down', nodeId: 'j1', episode: name, eventId: 'power-fail', active: true });
            edge('u1', `u1:battery-low:${clock.now()}:x`, true, 'battery-low');
            minutes(10);
            edge('s1', `s1:too-high:${clock.now()}:x`, true, 'too-high');
            minutes(26);
            edge('u1', name, false);
            minutes(20);
            write({ level: 'error', text: 'wake-up failed', nodeId: 'j2', episode: name, active: false });
            minutes(10);
            write({ kind: 'system', text: 'Node-RED started' });
            return { began, name };
        };

        it('is one row from its begin to its end, with its entries behind it, those of others beside it', async () => {
            const { began, name } = outage();
            const { rows } = await page({ group: 'outage' });
            assert.deepEqual(
                rows.map(({ entry, count, outage: of }) => [of?.eventId ?? entry.text, count]),
                [
                    ['Node-RED started', 1],
                    ['power-fail', 5],
                    ['too-high on', 1],
                ],
            );
            const [, row] = rows;
            assert.deepEqual([row.from, row.to], [began, began + 46 * 60_000]);
            assert.deepEqual([row.outage?.episode, row.outage?.failures], [name, 1]);
            assert.deepEqual(
                [row.entry.text, ...row.others.map(({ text }) => text)],
                ['wake-up failed', 'power-fail off', 'battery-low on', 'hosts down', 'power-fail on'],
            );
            const behind = await stores.get('a')!.searchLog({ outage: name });
            assert.equal(behind.length, 5);
            const failed = await page({ group: 'outage', levels: ['error'] });
            assert.deepEqual(
                failed.rows.map(({ count, outage: of }) => [of?.episode, count]),
                [[name, 1]],
            );
        });

        it('comes once, on the page of its newest entry, however many pages its entries reach over', async () => {
            const names: string[] = [];
            for (let n = 0; n < 12; n++) {
                minutes(60);
                names.unshift(outage().name);
                for (let noise = 0; noise < 5; noise++) {
                    minutes(30);
                    write({ kind: 'log', text: `note ${n}`, source: `s${noise}` });
                }
            }
            for (const rows of [1, 3, 8]) {
                const seen: string[] = [];
                let entries = 0;
                let older: string | undefined;
                do {
                    const next = await page({ rows, older, group: 'outage' });
                    seen.push(...next.rows.flatMap(({ outage: of }) => of?.episode ?? []));
                    entries += next.rows.reduce((sum, { count }) => sum + count, 0);
                    older = next.older;
                } while (older);
                assert.deepEqual(seen, names, `${rows} rows a page`);
                assert.equal(entries, 12 * (7 + 5), 'and each entry is somewhere once');
            }
        });

        it('that goes on has no end yet, and says so', async () => {
            const name = `u1:power-fail:${clock.now()}:x`;
            edge('u1', name, true);
            minutes(5);
            edge('u1', `u1:overload:${clock.now()}:x`, true, 'overload');
            const { rows } = await page({ group: 'outage' });
            assert.deepEqual(
                rows.map(({ to, outage: of }) => [to, of?.endedAt]),
                [[clock.now(), undefined]],
            );
        });
    });
});

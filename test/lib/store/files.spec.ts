import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import type { Store } from '../../../lib/store';
import { Bench, connectionOf, episode, limitPages, logEntry, message } from './support';

describe('store: files that are taken away', () => {
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
        store.saveEpisode(episode('before'));
        store.saveDelivery({ nodeId: 's', key: 'k', message: message('before'), at: 1 });
        for (let n = 0; n < 3000; n++) store.append(logEntry(`n${n}`));
    });
    afterEach(() => bench.dispose());

    /** Another process: closing the file in this one would drop its lock. */
    function outside(program: string): void {
        const { status, stderr } = spawnSync(process.execPath, ['-e', program, bench.file]);
        assert.equal(status, 0, String(stderr));
    }

    /** What a process that is killed now leaves behind is all that was known. */
    function assertSafe(codes: string[]): void {
        assert.equal(store.stats().mode, 'disk');
        store.saveEpisode(episode('after'));
        store.append(logEntry('after'));
        assert.deepEqual(bench.codes, codes);
        store = bench.reopen();
        const open = store.openEpisodes('u1').map(({ episode }) => episode);
        assert.deepEqual(open, ['before', 'after']);
        assert.equal(store.unsettledDeliveries('s').length, 1);
        const texts = store.logEntries({ limit: -1 }).map(({ text }) => text);
        assert.equal(texts.length, 3001);
        assert.deepEqual([texts[0], texts.at(-1)], ['after', 'n0']);
        assert.deepEqual(bench.codes, codes);
    }

    it('makes the directory anew, with all that was known, as soon as it is gone', () => {
        rmSync(bench.directory, { recursive: true });
        bench.clock.advanceSync(1000);
        assert.ok(existsSync(bench.file));
        assertSafe(['store-moved']);
    });

    it('does the same when it was moved, and is not taken in by its coming back', () => {
        const elsewhere = `${bench.directory}.old`;
        renameSync(bench.directory, elsewhere);
        bench.clock.advanceSync(1000);
        store.endEpisode('before', 5);
        store.saveEpisode(episode('meanwhile'));
        store.append(logEntry('meanwhile'));
        rmSync(bench.directory, { recursive: true });
        renameSync(elsewhere, bench.directory);
        bench.clock.advanceSync(1000);
        store = bench.reopen();
        assert.deepEqual(
            store.openEpisodes('u1').map(({ episode }) => episode),
            ['meanwhile'],
            'what ended meanwhile does not come back',
        );
        const texts = store.logEntries({ limit: -1 }).map(({ text }) => text);
        assert.deepEqual([texts.length, texts[0]], [3001, 'meanwhile'], 'and no entry is there twice');
    });

    it('goes on in memory where no directory can be made, and writes when it is back', () => {
        const elsewhere = `${bench.directory}.old`;
        renameSync(bench.directory, elsewhere);
        outside(`require('fs').writeFileSync(require('path').dirname(process.argv[1]), 'in the way')`);
        bench.clock.advanceSync(1000);
        assert.equal(store.stats().mode, 'memory');
        store.saveEpisode(episode('after'));
        rmSync(bench.directory);
        renameSync(elsewhere, bench.directory);
        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'disk');
        store = bench.reopen();
        assert.equal(store.openEpisodes('u1').length, 2);
        assert.equal(store.logEntries({ limit: -1 }).length, 3000);
    });

    it('saves what was in a WAL that is gone', () => {
        rmSync(`${bench.file}-wal`);
        bench.clock.advanceSync(1000);
        assertSafe(['store-moved']);
    });

    it('recognises a foreign hand in the file, and keeps the spoilt one aside', () => {
        outside(`const fs = require('fs'); for (const name of [process.argv[1], process.argv[1] + '-wal']) {
            const size = fs.statSync(name).size - 100; const h = fs.openSync(name, 'r+');
            fs.writeSync(h, Buffer.alloc(Math.min(size, 20000), 0xa5), 0, Math.min(size, 20000), 100); fs.closeSync(h); }`);
        bench.clock.advanceSync(1000);
        assert.deepEqual(bench.codes, ['store-damaged']);
        assert.ok(readdirSync(bench.directory).some((name) => name.includes('.damaged-')));
        store.saveEpisode(episode('after'));
        store = bench.reopen();
        assert.equal(store.openEpisodes('u1').length, 2);
        assert.equal(store.unsettledDeliveries('s').length, 1);
    });

    it('takes its own checkpoints for its own', () => {
        for (let round = 0; round < 5; round++) {
            for (let n = 0; n < 400; n++) store.setValue('o', `n${n}`, round);
            bench.clock.advanceSync(2000);
        }
        assertSafe([]);
    });

    it('gives a reserve to a disk that is full, tells, and takes it back when there is room', () => {
        const reserve = `${bench.directory}/ridethrough.reserve`;
        assert.ok(existsSync(reserve));
        limitPages(store, 0);
        const connection = connectionOf(store);
        const get = connection.get.bind(connection);
        // Room comes with the reserve, not before.
        connection.get = (sql) => {
            if (!existsSync(reserve)) get('PRAGMA max_page_count = 1000000');
            return get(sql);
        };
        for (let n = 0; n < 50; n++) store.setValue('o', `n${n}`, 'x'.repeat(1000));
        assert.equal(store.stats().mode, 'disk');
        assert.deepEqual(bench.codes, ['store-failed']);
        assert.ok(!existsSync(reserve));
        bench.clock.advanceSync(60_000);
        assert.ok(existsSync(reserve));
        store = bench.reopen();
        assert.equal(store.getValue('o', 'n49'), 'x'.repeat(1000));
    });

    it('works without a reserve where there is no room for it', () => {
        bench.closeAll();
        rmSync(`${bench.directory}/ridethrough.reserve`);
        mkdirSync(`${bench.directory}/ridethrough.reserve`);
        store = bench.open();
        store.setValue('o', 'n', 1);
        assert.deepEqual(bench.codes, []);
    });
});

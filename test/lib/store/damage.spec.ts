import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
    closeSync,
    openSync,
    readdirSync,
    readFileSync,
    statSync,
    truncateSync,
    writeFileSync,
    writeSync,
} from 'node:fs';
import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../../lib/store';
import { Bench, episode, limitPages, logEntry, message } from './support';
import { inEnglish } from '../../support/in-english';

describe('store: damage and a failing disk', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());

    /** A store of some hundred pages, closed. */
    function fill(width = 200): void {
        const store = bench.open();
        store.saveEpisode(episode('open'));
        store.beginJob({ nodeId: 'n', key: 'begun', message: message(), at: 1 });
        store.beginJob({ nodeId: 'n', key: 'done', message: message(), at: 1 });
        store.finishJob('n', 'done', 2);
        store.transaction(() => {
            for (let n = 0; n < 2000; n++) store.append(logEntry(`n${n} ${'x'.repeat(width)}`));
        });
        bench.closeAll();
    }

    function overwrite(bytes: Buffer, position: number): void {
        const handle = openSync(bench.file, 'r+');
        writeSync(handle, bytes, 0, bytes.length, position);
        closeSync(handle);
    }

    const kept = () => readdirSync(bench.directory).filter((name) => name.includes('.damaged-'));

    function assertUsable(store: Store): void {
        store.append(logEntry('goes on'));
        store.saveEpisode(episode('new'));
        const again = bench.reopen();
        assert.equal(again.logEntries({ limit: 1 })[0].text, 'goes on');
        assert.ok(again.openEpisodes('u1').some(({ episode }) => episode === 'new'));
        assert.equal(again.stats().mode, 'disk');
    }

    function assertReported(): void {
        assert.deepEqual(bench.codes, ['store-damaged']);
        assert.equal(bench.problems[0].data.file, bench.file);
        assert.equal(bench.problems[0].data.keptAs, join(bench.directory, kept()[0]));
        assert.match(kept()[0], /^ridethrough\.sqlite\.damaged-20260115T030000Z$/);
    }

    it('keeps a file of garbage aside, untouched, and goes on', () => {
        fill();
        const garbage = Buffer.from('this is no database at all. '.repeat(400));
        writeFileSync(bench.file, garbage);
        const store = bench.open();
        assertReported();
        assert.deepEqual(readFileSync(join(bench.directory, kept()[0])), garbage);
        assertUsable(store);
    });

    it('reads all behind a destroyed header', () => {
        fill();
        overwrite(Buffer.alloc(64, 0xa5), 0);
        const store = bench.open();
        assertReported();
        assert.equal(store.openEpisodes('u1').length, 1);
        assert.equal(store.logEntries({ limit: -1 }).length, 2000);
        assertUsable(store);
    });

    it('goes on with what is left of a truncated file', () => {
        fill();
        truncateSync(bench.file, Math.floor(statSync(bench.file).size / 2 / 4096) * 4096);
        const store = bench.open();
        assertReported();
        assert.deepEqual(
            store.openEpisodes('u1').map(({ episode }) => episode),
            ['open'],
        );
        assertUsable(store);
    });

    it('finds flipped bytes in a page and saves the rows around it, the journal first', () => {
        fill();
        const pages = statSync(bench.file).size / 4096;
        overwrite(Buffer.alloc(600, 0xa5), Math.floor(pages / 2) * 4096);
        const store = bench.open();
        assertReported();
        assert.equal(store.openEpisodes('u1').length, 1);
        assert.equal(store.beginJob({ nodeId: 'n', key: 'done', message: message(), at: 5 }), 'done');
        assert.equal(store.interruptedJobs('n').length, 1);
        const texts = store.logEntries({ limit: -1 }).map(({ text }) => text.split(' ')[0]);
        assert.ok(texts.includes('n0') && texts.includes('n1999') && texts.length < 2000, `${texts.length} rows`);
        assertUsable(store);
    });

    it('finds a table that has lost its name', () => {
        fill();
        const db = new DatabaseSync(bench.file);
        db.exec('ALTER TABLE owner_values RENAME TO owner_valuez');
        db.close();
        const store = bench.open();
        assertReported();
        assert.equal(store.openEpisodes('u1').length, 1);
        assertUsable(store);
    });

    it('never loses the journal nor throws when bytes anywhere are flipped', () => {
        for (let round = 0; round < 40; round++) {
            const spot = new Bench();
            try {
                const store = spot.open();
                for (let n = 0; n < 40; n++) store.saveEpisode(episode(`e${n}`));
                spot.closeAll();
                const bytes = readFileSync(spot.file);
                const position = Math.floor((bytes.length * round) / 40);
                bytes.fill(0x5a, position, position + 64);
                writeFileSync(spot.file, bytes);
                const again = spot.open();
                again.saveEpisode(episode('after'));
                assert.ok(
                    again.openEpisodes('u1').some(({ episode }) => episode === 'after'),
                    `at ${position}`,
                );
                assert.ok(spot.codes.every((code) => code === 'store-damaged'));
            } finally {
                spot.dispose();
            }
        }
    });

    it('survives a full disk in mid-transaction: reports, goes on in memory, returns when there is room', () => {
        const store = bench.open();
        store.saveEpisode(episode('before'));
        store.append(logEntry('before'));
        limitPages(store, 0);
        store.transaction(() => {
            store.saveEpisode(episode('during'));
            for (let n = 0; n < 50; n++) store.append(logEntry(`n${n} ${'x'.repeat(1000)}`));
        });
        assert.deepEqual(bench.codes, ['store-failed']);
        assert.match(String(bench.problems[0].data.reason), /full/);
        assert.equal(store.stats().mode, 'memory');
        assert.deepEqual(
            store.openEpisodes('u1').map(({ episode }) => episode),
            ['before', 'during'],
        );
        store.endEpisode('before', 9);
        assert.equal(store.logEntries({ limit: -1 }).length, 51);

        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'disk');
        const again = bench.reopen();
        assert.deepEqual(
            again.openEpisodes('u1').map(({ episode }) => episode),
            ['during'],
        );
        assert.equal(again.logEntries({ limit: -1 }).length, 51);
        assert.deepEqual(bench.codes, ['store-failed']);
    });

    it('writes to the disk at close what it holds in memory', () => {
        const store = bench.open();
        limitPages(store, 0);
        for (let n = 0; n < 20; n++) store.append(logEntry('x'.repeat(1000)));
        assert.equal(store.stats().mode, 'memory');
        assert.equal(bench.reopen().logEntries().length, 20);
    });

    it('survives damage that shows at run time', () => {
        // More than SQLite caches.
        fill(3000);
        const store = bench.open();
        const pages = statSync(bench.file).size / 4096;
        // From another process: closing the file in this one would drop its lock.
        const program = `const fs = require('fs'); const h = fs.openSync(process.argv[1], 'r+');
            for (let page = 30; page < ${pages - 5}; page++) fs.writeSync(h, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);`;
        assert.equal(spawnSync(process.execPath, ['-e', program, bench.file]).status, 0);
        store.saveEpisode(episode('during'));
        store.logEntries({ limit: -1 });
        assertReported();
        assert.deepEqual(
            store.openEpisodes('u1').map(({ episode }) => episode),
            ['open', 'during'],
        );
        assertUsable(store);
    });

    it('knows what has been done from a file that it cannot write', () => {
        fill();
        // Something in the way of the WAL: readable, but not to be opened for writing.
        mkdirSync(`${bench.file}-wal`);
        const store = bench.open();
        assert.deepEqual(bench.codes, ['store-failed']);
        assert.equal(store.stats().mode, 'memory');
        assert.equal(store.openEpisodes('u1').length, 1);
        assert.equal(store.beginJob({ nodeId: 'n', key: 'done', message: message(), at: 5 }), 'done');
        store.finishJob('n', 'begun', 6);
        store.append(logEntry('in memory'));
        rmdirSync(`${bench.file}-wal`);
        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'disk');
        const again = bench.reopen();
        assert.deepEqual(again.interruptedJobs('n'), []);
        const texts = again.logEntries({ limit: -1 }).map(({ text }) => text.split(' ')[0]);
        assert.equal(texts.length, 2001);
        assert.deepEqual([texts[0], texts[1], texts[2000]], ['in', 'n1999', 'n0']);
    });

    it('works in memory while its directory cannot be made, says so once a minute, and then writes', () => {
        const directory = join(bench.directory, 'data');
        writeFileSync(directory, 'a file in the way');
        const store = bench.open(undefined, directory);
        store.saveEpisode(episode('early'));
        store.append(logEntry('early'));
        assert.deepEqual(bench.codes, ['store-failed']);
        assert.match(inEnglish(bench.problems[0].data.advice), /writable/);
        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'memory');
        assert.equal(bench.codes.length, 2);
        rmSync(directory);
        mkdirSync(directory);
        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'disk');
        bench.closeAll();
        const again = bench.open(undefined, directory);
        assert.equal(again.openEpisodes('u1').length, 1);
        assert.equal(again.logEntries()[0].text, 'early');
    });

    it('forgets nothing of a directory that is mounted only after the start', () => {
        const directory = join(bench.directory, 'data');
        const before = bench.open(undefined, directory);
        before.mailQueue.enqueue({ account: 'm1', at: 1000, payload: 'unsent' });
        before.beginJob({ nodeId: 'n1', key: 'k', message: message(), at: 1000 });
        before.finishJob('n1', 'k', bench.clock.now());
        before.append(logEntry('before'));
        bench.closeAll();
        const unmounted = join(bench.directory, 'unmounted');
        renameSync(directory, unmounted);
        writeFileSync(directory, 'a mount point that nobody may write to');
        const store = bench.open(undefined, directory);
        store.saveEpisode(episode('meanwhile'));
        store.append(logEntry('meanwhile'));
        rmSync(directory);
        renameSync(unmounted, directory);
        bench.clock.advanceSync(60_000);
        assert.equal(store.stats().mode, 'disk');
        assert.equal(store.mailQueue.list().length, 1, 'the mail is still to be sent');
        assert.equal(store.beginJob({ nodeId: 'n1', key: 'k', message: message(), at: 2000 }), 'done');
        assert.equal(store.openEpisodes('u1').length, 1);
        assert.deepEqual(
            store.logEntries().map(({ text }) => text),
            ['meanwhile', 'before'],
        );
    });
});

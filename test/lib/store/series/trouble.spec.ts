import assert from 'node:assert/strict';
import {
    closeSync,
    existsSync,
    openSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    truncateSync,
    writeFileSync,
    writeSync,
} from 'node:fs';
import { mkdirSync } from 'node:fs';
import type { SeriesStore } from '../../../../lib/store/series';
import { count, databaseOf, DAY, fillDisk, MINUTE, points, SECOND, SeriesBench, UPS, volts } from './support';
import { SeriesWriter } from './series-writer';

describe('series: a file in trouble', function () {
    this.timeout(30_000);
    let bench: SeriesBench;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        start = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    function sample(store: SeriesStore, n: number, value = n): void {
        store.sample(UPS, start + n * 180 * SECOND, volts(value));
    }

    /** Three days, of which two are packed. */
    function fill(): SeriesStore {
        const store = bench.open();
        for (let n = 0; n < 3 * 480; n++) {
            store.sample(UPS, start + n * 180 * SECOND, [
                ...volts(n),
                { quantity: 'noise', unit: 'V', value: Math.random() },
            ]);
        }
        bench.clock.jumpWall(2.5 * DAY);
        bench.work();
        assert.ok(count(store, 'block') > 0 && count(store, 'live') > 0);
        return store;
    }

    const values = (store: SeriesStore) =>
        points(store, { from: start, to: start + 1000 * DAY, tier: 'fine' }).map(([, value]) => value);
    const all = Array.from({ length: 3 * 480 }, (_, n) => n);
    const kept = () => readdirSync(bench.directory).filter((name) => name.includes('.damaged-'));

    function overwrite(bytes: Buffer, position: number): void {
        const handle = openSync(bench.file, 'r+');
        writeSync(handle, bytes, 0, bytes.length, position);
        closeSync(handle);
    }

    it('goes on in memory on a full disk, shows what there was, tells once, and writes it when there is room', () => {
        const store = bench.open();
        for (let n = 0; n < 100; n++) sample(store, n);
        fillDisk(store);
        let n = 100;
        while (store.mode === 'disk') sample(store, n++);
        for (let more = 0; more < 50; more++) sample(store, n++);
        assert.deepEqual(bench.codes, ['store-failed']);
        const expected = Array.from({ length: n }, (_, i) => i);
        assert.deepEqual(values(store), expected, 'while the disk is full');
        bench.clock.advanceSync(MINUTE);
        assert.equal(store.mode, 'disk');
        assert.deepEqual(values(store), expected);
        assert.deepEqual(values(bench.reopen()), expected);
        assert.deepEqual(bench.codes, ['store-failed']);
    });

    it('answers with all there is when the file fails once while it is read', () => {
        const store = fill();
        const [{ db }] = databaseOf(store).databases();
        const all = db.all.bind(db);
        db.all = () => {
            db.all = all;
            throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
        };
        assert.equal(values(store).length, 3 * 480);
        assert.deepEqual(bench.codes, ['store-failed']);
    });

    it('goes on in memory where the file cannot be made, and brings all there when it can', () => {
        mkdirSync(bench.file);
        const store = bench.open();
        sample(store, 1);
        store.startRecording(UPS, start, 'outage', 'e1');
        assert.equal(store.mode, 'memory');
        bench.clock.advanceSync(10 * MINUTE);
        assert.equal(bench.codes.length, 1);
        rmSync(bench.file, { recursive: true });
        bench.clock.advanceSync(MINUTE);
        assert.equal(store.mode, 'disk');
        sample(store, 2);
        const again = bench.reopen();
        assert.deepEqual(values(again), [1, 2]);
        assert.equal(again.recordings().length, 1);
    });

    it('waits in memory while another process has the file, tells once, and takes it when that is killed', async () => {
        const first = new SeriesWriter(bench.directory, 1, 'hold');
        assert.equal(await first.firstLine(), 'open');
        const store = bench.open({ isInUse: true });
        assert.equal(store.mode, 'waiting');
        sample(store, 7);
        bench.clock.advanceSync(MINUTE);
        assert.deepEqual(values(store), [7]);
        await first.kill();
        bench.clock.advanceSync(10 * SECOND);
        assert.equal(store.mode, 'disk');
        assert.deepEqual(values(store), [7]);
        assert.deepEqual(bench.codes, ['store-in-use']);
    });

    it('keeps a file whose header is destroyed, and brings back what is in it', () => {
        fill();
        bench.closeAll();
        overwrite(Buffer.alloc(100, 0xa5), 0);
        const before = readFileSync(bench.file);
        const store = bench.open();
        assert.deepEqual(bench.codes, ['store-damaged']);
        sample(store, 2000);
        bench.work();
        assert.deepEqual(values(store), [...all, 2000]);
        assert.equal(kept().length, 1, kept().join());
        assert.ok(before.equals(readFileSync(`${bench.directory}/${kept()[0]}`)), 'and does not change it');
        assert.deepEqual(values(bench.reopen()), [...all, 2000]);
        assert.deepEqual(bench.codes, ['store-damaged']);
    });

    it('brings back what a file that was cut short still holds', () => {
        fill();
        bench.closeAll();
        truncateSync(bench.file, Math.floor((statSync(bench.file).size * 0.7) / 4096) * 4096);
        const store = bench.open();
        sample(store, 2000);
        bench.work();
        bench.clock.jumpWall(DAY);
        bench.work();
        const found = values(store);
        assert.ok(found.includes(2000));
        assert.ok(found.length > 200, `${found.length} values`);
        assert.ok(bench.codes.includes('store-damaged'));
        assert.equal(store.mode, 'disk');
    });

    it('takes a damaged block for unknown, says so, and keeps the rest', () => {
        const store = fill();
        const [block] = readBlocks(store);
        bench.closeAll();
        const file = readFileSync(bench.file);
        const at = file.indexOf(Buffer.from(block.subarray(5, 40)));
        assert.ok(at > 0);
        overwrite(Buffer.from([file[at + 20] ^ 0xff]), at + 20);
        const again = bench.open();
        const found = values(again);
        assert.deepEqual(found, all.slice(480));
        assert.deepEqual(bench.codes, ['series-damaged']);
    });

    it('begins anew where the directory was removed, with all that was known', () => {
        const store = fill();
        rmSync(bench.directory, { recursive: true });
        bench.clock.advanceSync(SECOND);
        assert.ok(existsSync(bench.file));
        sample(store, 2000);
        bench.work();
        assert.deepEqual(bench.codes, ['store-moved']);
        assert.deepEqual(values(bench.reopen()), [...all, 2000]);
    });

    it('does the same when the directory was moved, and is not taken in by its coming back', () => {
        const store = fill();
        const elsewhere = `${bench.directory}.old`;
        renameSync(bench.directory, elsewhere);
        bench.clock.advanceSync(SECOND);
        sample(store, 2000);
        rmSync(bench.directory, { recursive: true });
        renameSync(elsewhere, bench.directory);
        bench.clock.advanceSync(SECOND);
        sample(store, 2001);
        bench.work();
        assert.deepEqual(values(bench.reopen()), [...all, 2000, 2001]);
    });

    it('saves what was in a WAL that is gone', () => {
        const store = fill();
        sample(store, 2000);
        rmSync(`${bench.file}-wal`);
        bench.clock.advanceSync(SECOND);
        assert.equal(store.mode, 'disk');
        assert.deepEqual(values(bench.reopen()), [...all, 2000]);
    });

    it('recognises a foreign hand in the file, and keeps what it can', () => {
        const store = fill();
        writeFileSync(bench.file, Buffer.alloc(40_000, 0xa5));
        bench.clock.advanceSync(SECOND);
        assert.deepEqual(bench.codes, ['store-damaged']);
        assert.equal(kept().length, 1);
        sample(store, 2000);
        bench.work();
        assert.ok(values(bench.reopen()).includes(2000));
    });

    it('refuses a file of a newer version, leaves it as it is, and works in memory', () => {
        bench.open();
        bench.closeAll();
        overwrite(Buffer.from([0, 0, 0, 99]), 60);
        const before = readFileSync(bench.file);
        const store = bench.open();
        sample(store, 1);
        assert.deepEqual([store.mode, bench.codes], ['memory', ['store-failed']]);
        assert.deepEqual(values(store), [1]);
        bench.closeAll();
        assert.ok(before.equals(readFileSync(bench.file)));
    });

    it('has room for a day of samples in memory, and keeps the newest', () => {
        mkdirSync(bench.file);
        const store = bench.open();
        for (let n = 0; n < 52_000; n++) sample(store, n);
        const found = values(store);
        assert.equal(found.at(-1), 51_999);
        assert.ok(found.length >= 50_000 && found.length <= 51_000, `${found.length}`);
    });

    it('never throws once it is closed', () => {
        const store = bench.open();
        bench.closeAll();
        sample(store, 1);
        store.observe(UPS, start, () => volts(1));
        assert.deepEqual([store.series(), store.recordings(), store.remove({})], [[], [], 0]);
    });
});

function readBlocks(store: SeriesStore): Uint8Array[] {
    type Inside = { shared: { file: { databases(): { db: { all(sql: string): { data: Uint8Array }[] } }[] } } };
    const [{ db }] = (store as unknown as Inside).shared.file.databases();
    return db
        .all(
            `SELECT data FROM block JOIN series ON series.id = block.series
             WHERE tier = 0 AND quantity = 'inputVoltage1' ORDER BY slot`,
        )
        .map(({ data }) => data);
}

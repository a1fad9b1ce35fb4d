import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RETRY_MS } from '../../../lib/store/shared-store';
import { Bench, logEntry, message } from './support';

/** As node:sqlite throws it. Codes: sqlite.org/rescode.html. */
const refusal = (errcode: number) => Object.assign(new Error('refused'), { code: 'ERR_SQLITE_ERROR', errcode });
/** As many refused tries as tell that only the first is reported. */
const TRIES = 10;

/**
 * A network share as node:sqlite sees it: SQLite takes EACCES, EAGAIN and ENOLCK of fcntl() for SQLITE_BUSY, EPERM for SQLITE_PERM, and
 * others for SQLITE_IOERR_LOCK.
 */
for (const [name, errcode] of Object.entries({ SQLITE_BUSY: 5, SQLITE_PERM: 3, SQLITE_IOERR_LOCK: 3850 })) {
    describe(`the store on a file system that refuses locks (${name})`, () => {
        const { exec } = DatabaseSync.prototype;
        let bench: Bench;
        let refusing: boolean;

        beforeEach(() => {
            bench = new Bench();
            refusing = true;
            DatabaseSync.prototype.exec = function (sql: string) {
                if (refusing && sql.includes('BEGIN EXCLUSIVE') && this.location()) throw refusal(errcode);
                return exec.call(this, sql);
            };
        });

        afterEach(() => {
            DatabaseSync.prototype.exec = exec;
            bench.dispose();
        });

        it('works in memory, and says once what to do about it', async () => {
            const store = bench.open();
            store.append(logEntry('kept for now'));
            await bench.clock.advance(TRIES * RETRY_MS);
            assert.equal(store.mode, 'memory');
            assert.deepEqual(bench.codes, ['store-no-locks']);
            assert.deepEqual(bench.problems[0]?.data, { file: bench.file });
            assert.equal(store.logEntries()[0]?.text, 'kept for now');
            assert.deepEqual(
                readdirSync(bench.directory).filter((file) => file.includes('lock')),
                [],
            );
        });

        it('knows what the journal held, and brings all to the file when that can be locked', async () => {
            refusing = false;
            bench.open().beginJob({ nodeId: 'job', key: 'before', message: message(), at: 1 });
            bench.closeAll();
            refusing = true;
            const store = bench.open();
            assert.equal(store.interruptedJobs('job').length, 1);
            store.beginJob({ nodeId: 'job', key: 'meanwhile', message: message(), at: 2 });
            refusing = false;
            await bench.clock.advance(RETRY_MS);
            assert.equal(store.mode, 'disk');
            assert.equal(bench.reopen().interruptedJobs('job').length, 2);
        });
    });
}

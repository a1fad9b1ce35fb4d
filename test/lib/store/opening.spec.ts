import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpsError } from '../../../lib/core/errors';
import { Bench, logEntry, message, Writer } from './support';
import { inEnglish } from '../../support/in-english';

describe('store: opening', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());

    it('gives two openers of one directory the same data, until the last has closed', () => {
        const [one, two] = [bench.open(), bench.open(undefined, join(bench.directory, '.'))];
        one.setValue('o', 'n', 1);
        assert.equal(two.getValue('o', 'n'), 1);
        one.close();
        one.close();
        two.setValue('o', 'n', 2);
        assert.equal(two.getValue('o', 'n'), 2);
        two.close();
        assert.ok(!existsSync(`${bench.file}-wal`), 'a clean close leaves no WAL');
        assert.equal(bench.open().getValue('o', 'n'), 2);
    });

    it('leaves no timer behind', () => {
        const store = bench.open();
        store.setValue('o', 'n', 1);
        store.close();
        assert.equal(bench.clock.pending, 0);
    });

    it('takes a late call after its close, alone or while others have the file', () => {
        const late = bench.open();
        late.beginJob({ nodeId: 'n', key: 'k', message: message(), at: 1 });
        late.close();
        late.transaction(() => {
            late.finishJob('n', 'k', 2);
            late.append(logEntry('done after all'));
        });
        const next = bench.open();
        late.append(logEntry('and again'));
        assert.deepEqual(next.interruptedJobs('n'), []);
        assert.deepEqual(
            next.logEntries().map(({ text }) => text),
            ['and again', 'done after all'],
        );
        assert.deepEqual(bench.codes, []);
    });

    it('does not bring a removed directory back by a late call', () => {
        const late = bench.open();
        late.close();
        rmSync(bench.directory, { recursive: true });
        late.append(logEntry('too late'));
        assert.ok(!existsSync(bench.directory));
    });

    it('is refused while another process has it open, and free at once when that one is killed', async function () {
        this.timeout(30_000);
        const writer = new Writer(bench.directory, 1, 'hold');
        assert.equal(await writer.firstLine(), 'open');
        assert.throws(
            () => bench.open(),
            (error) => error instanceof UpsError && error.code === 'store-in-use' && error.data.file === bench.file,
        );
        await writer.kill();
        bench.open().setValue('o', 'n', 1);
        const second = new Writer(bench.directory, 1, 'hold');
        assert.equal(await second.firstLine(), `error store-in-use ${bench.file}`);
        await second.kill();
        assert.deepEqual(bench.codes, []);
    });

    it('refuses a file of a newer version and leaves it as it is', () => {
        bench.open().append(logEntry('kept'));
        bench.closeAll();
        setVersion(bench.file, 99);
        assert.throws(
            () => bench.open(),
            (error) =>
                error instanceof UpsError &&
                error.code === 'store-failed' &&
                /newer/.test(inEnglish(error.data.reason)),
        );
        setVersion(bench.file, 1);
        assert.equal(bench.open().logEntries()[0].text, 'kept');
    });
});

function setVersion(file: string, version: number): void {
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA user_version = ${version}`);
    db.close();
}

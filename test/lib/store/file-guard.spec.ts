import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileGuard } from '../../../lib/store/file-guard';
import { FakeClock } from '../../support/fake-clock';

const MIB = 2 ** 20;

describe('checkpoints of a store', () => {
    let directory: string;
    let file: string;
    let clock: FakeClock;
    let checkpoints: number;
    let free: number;
    let guard: FileGuard;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-guard-'));
        file = join(directory, 'store');
        writeFileSync(file, '');
        writeFileSync(`${file}-wal`, '');
        clock = new FakeClock();
        checkpoints = 0;
        free = 1000 * MIB;
        guard = new FileGuard(
            file,
            clock,
            () => checkpoints++,
            (trouble) => assert.fail(trouble),
            undefined,
            () => free,
        );
        guard.watch();
    });

    afterEach(() => {
        guard.rest();
        rmSync(directory, { recursive: true });
    });

    /** As in an outage: a write each 20 ms. */
    function write(commits: number): void {
        for (let n = 0; n < commits; n++) {
            guard.committed();
            clock.advanceSync(20);
        }
    }

    it('none blocks those who write in an outage: it comes when they have written', () => {
        write(1000);
        assert.equal(checkpoints, 0);
        clock.advanceSync(200);
        assert.equal(checkpoints, 1);
        clock.advanceSync(60_000);
        assert.equal(checkpoints, 1);
    });

    it('few writes need none', () => {
        write(39);
        clock.advanceSync(60_000);
        assert.equal(checkpoints, 0);
    });

    it('one comes all the same when the WAL has grown, or the disk has little room', () => {
        truncateSync(`${file}-wal`, 9 * MIB);
        write(45);
        assert.equal(checkpoints, 1);
        truncateSync(`${file}-wal`, 0);
        free = 10 * MIB;
        write(45);
        assert.equal(checkpoints, 2);
    });

    it('one comes without a timer for a caller who gives nobody a turn', () => {
        truncateSync(`${file}-wal`, 9 * MIB);
        for (let commits = 0; commits < 450; commits++) guard.committed();
        assert.equal(checkpoints, 1);
    });

    it('a full disk gets them early', () => {
        guard.inNeed = true;
        for (let commits = 0; commits < 10; commits++) guard.committed();
        clock.advanceSync(0);
        assert.equal(checkpoints, 1);
    });
});

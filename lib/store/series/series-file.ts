import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { Connection } from '../connection';
import { FileGuard, type FileTrouble } from '../file-guard';
import { migrate } from '../migrations';
import { Problems } from '../problems';
import { isDamage, isFileFailure } from '../sqlite-errors';
import { checkTables, moveAside, openAlone } from '../store-file';
import { WalFlusher } from '../wal-flusher';
import { SeriesDatabase } from './series-database';
import { SERIES_MIGRATIONS, SERIES_TABLES } from './schema';
import { bringBack, dropOldest } from './memory-rows';
import { beginSalvage, openKept } from './salvage';
import type { SeriesMode } from './types';

export const SERIES_FILE_NAME = 'ridethrough-series.sqlite';

/** How often a failed disk is tried again, ms. */
const RETRY_MS = 60_000;
/** How often a process that waits for the file looks whether it is free, ms. */
const WAIT_MS = 5000;
/** How much of the newest history a power loss may cost, about, ms: writing it out more often wears flash memory for little. */
const FLUSH_MS = 5000;
/** Between two checkpoints: in an outage each UPS may be written each second, and a checkpoint waits for the disk. */
const COMMITS = 400;
/** Samples in memory, while the file fails, between two looks at their number. */
const TRIM_EVERY = 500;

/**
 * The database of series: its file as long as that works, and a database in memory while it does not. What is in memory goes into the file
 * when it is back. Never throws because of the file.
 */
export class SeriesFile {
    readonly file: string;
    readonly problems: Problems;
    /** Changes whenever another database is used: work that has begun on the former one is to be given up. */
    generation = 0;
    private current: SeriesMode = 'memory';
    private database: SeriesDatabase;
    /** While writing fails: the file, as long as it can be read. */
    private readable: SeriesDatabase | undefined;
    private readonly flusher: WalFlusher;
    private readonly guard: FileGuard;
    private retryTimer: TimerHandle;
    private writes = 0;
    /** A failure of the file was reported, and the file is not back yet. */
    private told = false;
    /** The file that was removed while it was in use, until its values are in the new one. */
    private removed: Connection | undefined;
    private closed = false;

    constructor(
        directory: string,
        private readonly clock: Clock,
    ) {
        this.file = join(directory, SERIES_FILE_NAME);
        this.problems = new Problems(this.file, clock);
        this.flusher = new WalFlusher(`${this.file}-wal`, clock, (error) => this.flushFailed(error), FLUSH_MS);
        this.guard = new FileGuard(
            this.file,
            clock,
            () => this.checkpoint(),
            (trouble) => this.recover(trouble),
            COMMITS,
        );
        this.database = newMemory();
    }

    /** Opens the file; problems are reported, and it goes on in memory. @param lockWaitMs how long a predecessor may still be ending */
    open(lockWaitMs: number): void {
        this.comeBack(lockWaitMs);
    }

    get mode(): SeriesMode {
        return this.current;
    }

    get bytes(): number {
        return [this.file, `${this.file}-wal`].reduce(
            (sum, file) => sum + (existsSync(file) ? statSync(file).size : 0),
            0,
        );
    }

    /** Every database that can be read now, the one that is written to last. */
    databases(): readonly SeriesDatabase[] {
        return this.readable ? [this.readable, this.database] : [this.database];
    }

    /** One atomic write. If the file fails, it is repeated in memory. */
    write<T>(work: (database: SeriesDatabase) => T): T {
        try {
            const result = this.database.transaction(() => work(this.database));
            this.committed();
            return result;
        } catch (error) {
            if (this.closed || !this.failed(error)) throw error;
            return this.database.transaction(() => work(this.database));
        }
    }

    /** Reads; from a file that fails again and again nothing. */
    read<T>(work: (database: SeriesDatabase) => T): T[] {
        try {
            return this.readAll(work);
        } catch (error) {
            if (!this.failed(error)) throw error;
            // Another database is used from now on, and what failed once can often be read the second time.
            return this.readAll(work, isFileFailure);
        }
    }

    private readAll<T>(work: (database: SeriesDatabase) => T, mayFail?: (error: unknown) => boolean): T[] {
        return this.databases().flatMap((database) => {
            try {
                return [work(database)];
            } catch (error) {
                const isOld = database !== this.database && isFileFailure(error);
                if (!isOld && !mayFail?.(error)) throw error;
                return [];
            }
        });
    }

    /** Whether the file is there for work on what it holds. */
    get settled(): SeriesDatabase | undefined {
        return this.current === 'disk' && !this.closed ? this.database : undefined;
    }

    /** Handles an error of work on the file. @returns whether it was one of the file, and is reported */
    workFailed(error: unknown): boolean {
        return this.closed || this.failed(error);
    }

    /** A file that was removed while it was in use, and is still open. */
    get removedFile(): Connection | undefined {
        return this.removed;
    }

    /** The values of the removed file are in the new one. */
    forgetRemoved(): void {
        if (this.removed) closeQuietly(this.removed);
        this.removed = undefined;
    }

    flush(): Promise<void> {
        return this.flusher.flush();
    }

    close(): void {
        if (this.closed) return;
        if (this.current === 'memory') this.comeBack();
        this.closed = true;
        this.flusher.close();
        this.guard.rest();
        this.clock.clearTimeout(this.retryTimer);
        this.forgetRemoved();
        for (const { db } of this.databases()) closeQuietly(db);
    }

    private committed(): void {
        if (this.current !== 'disk') {
            if (++this.writes % TRIM_EVERY === 0) dropOldest(this.database);
            return;
        }
        this.flusher.touch();
        this.guard.committed();
    }

    /** @returns whether the error was one of the file, and memory is used from now on */
    private failed(error: unknown): boolean {
        if (this.current !== 'disk' || !(isFileFailure(error) || isDamage(error))) return false;
        this.guard.rest();
        if (isDamage(error)) this.replaceDamaged();
        else {
            this.tell(error);
            // Often only writing fails, as on a full disk.
            this.enterMemory(this.database);
        }
        return true;
    }

    private enterMemory(readable: SeriesDatabase | undefined): void {
        this.readable = readable;
        this.use(newMemory(), 'memory');
        this.retry(RETRY_MS);
    }

    private use(database: SeriesDatabase, mode: SeriesMode): void {
        this.database = database;
        this.current = mode;
        this.generation++;
    }

    private retry(ms: number): void {
        this.clock.clearTimeout(this.retryTimer);
        if (this.closed) return;
        this.retryTimer = this.clock.setTimeout(() => this.comeBack(), ms);
    }

    /** Opens the file and brings there what is in memory; reports why not, and tries again later. */
    private comeBack(lockWaitMs = 0): void {
        const memory = this.database;
        if (this.readable) closeQuietly(this.readable.db);
        this.readable = undefined;
        let disk: SeriesDatabase | undefined;
        try {
            disk = this.openFile(lockWaitMs);
            bringBack(memory, disk, this.current === 'waiting');
            this.enterDisk(disk);
            memory.db.close();
        } catch (error) {
            if (isDamage(error)) {
                disk?.db.close();
                return this.replaceDamaged();
            }
            this.tell(error);
            const inUse = error instanceof UpsError && error.code === 'store-in-use';
            if (disk) this.readable = disk;
            this.current = inUse ? 'waiting' : 'memory';
            this.retry(inUse ? WAIT_MS : RETRY_MS);
        }
    }

    private enterDisk(disk: SeriesDatabase): void {
        this.clock.clearTimeout(this.retryTimer);
        this.told = false;
        this.use(disk, 'disk');
        this.guard.watch();
        this.flusher.touch();
    }

    private openFile(lockWaitMs = 0): SeriesDatabase {
        const connection = openAlone(this.file, lockWaitMs, (opened) => {
            migrate(opened, this.file, SERIES_MIGRATIONS);
            checkTables(opened, SERIES_TABLES);
        });
        try {
            return new SeriesDatabase(connection);
        } catch (error) {
            connection.close();
            throw error;
        }
    }

    /** Keeps the damaged file under another name, and goes on with a new one, into which all that can be read comes back in slices. */
    private replaceDamaged(): void {
        const former = this.database;
        const wasOpen = this.current === 'disk';
        try {
            if (wasOpen) closeQuietly(former.db);
            const keptAs = moveAside(this.file, this.clock.now());
            this.problems.report(new UpsError('store-damaged', { file: this.file, keptAs }));
            const disk = this.openFile();
            const kept = openKept(keptAs);
            if (kept) beginSalvage(disk, kept.connection, keptAs);
            kept?.close();
            if (!wasOpen) bringBack(former, disk, false);
            this.enterDisk(disk);
            if (!wasOpen) former.db.close();
        } catch (error) {
            this.tell(error);
            this.readable = undefined;
            if (wasOpen) this.use(newMemory(), 'memory');
            this.retry(RETRY_MS);
        }
    }

    /** Somebody has removed, moved or damaged the file while it was in use. */
    private recover(trouble: FileTrouble): void {
        this.guard.rest();
        if (trouble === 'foreign') return this.replaceDamaged();
        const former = this.database;
        this.use(newMemory(), 'memory');
        // It may be the file that is back in its place, which can be opened only once.
        this.forgetRemoved();
        // If only the WAL was removed, closing writes it into the file.
        if (trouble === 'wal-gone') closeQuietly(former.db);
        this.comeBack();
        if (trouble === 'gone') this.bringFrom(former);
        this.problems.report(new UpsError('store-moved', { file: this.file, again: this.mode === 'disk' }));
    }

    /** The values of a file that was removed come into the new one, in slices; into an older one that is back, what is newer. */
    private bringFrom(removed: SeriesDatabase): void {
        try {
            const isNew = this.current === 'disk' && this.database.owners.size === 0;
            if (!isNew) {
                bringBack(removed, this.database, true);
                closeQuietly(removed.db);
                return;
            }
            this.removed = removed.db;
            beginSalvage(this.database, removed.db, undefined);
        } catch (error) {
            if (!this.workFailed(error)) this.problems.failure(error);
        }
    }

    private tell(error: unknown): void {
        if (!this.told) this.problems.failure(error);
        this.told = true;
    }

    /** Moves the WAL into the file. If that fails, the data is safe in the WAL. */
    private checkpoint(): void {
        try {
            this.database.db.get('PRAGMA wal_checkpoint(PASSIVE)');
        } catch (error) {
            if (isDamage(error)) this.recover('foreign');
            else this.problems.failure(error);
        }
    }

    private flushFailed(error: unknown): void {
        // If the file is missing, the guard notices that.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.problems.failure(error);
    }
}

/** @returns whether it has closed; a file that fails may fail to close, too: what it could not write is in its WAL, and its lock is gone */
function closeQuietly(connection: Connection): boolean {
    try {
        connection.close();
        return true;
    } catch {
        return false;
    }
}

function newMemory(): SeriesDatabase {
    const memory = Connection.inMemory();
    migrate(memory, ':memory:', SERIES_MIGRATIONS);
    return new SeriesDatabase(memory, true);
}

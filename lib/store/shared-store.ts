import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, TimerHandle } from '../core/clock';
import { UpsError } from '../core/errors';
import type { LogEntry } from '../core/journal/event-log';
import type { Zone } from '../core/schedules/local-time';
import type { Connection } from './connection';
import { LogArchive, type LogAge } from './log-archive';
import { Months } from './months';
import { mergeWhenWatching, mergeWhenWorking, mergeBack, logIds, newMemory } from './store-merge';
import { Database, rollback } from './database';
import { FileGuard, type FileTrouble } from './file-guard';
import type { Table } from './migrations';
import { Problems, type ProblemListener } from './problems';
import { Reserve } from './reserve';
import { copyTables, LOG_ROWS_IN_MEMORY, salvageFile } from './salvage';
import { isDamage, isFull } from './sqlite-errors';
import { moveAside, openStoreFile, STORE_FILE_NAME } from './store-file';
import { JournalPruner } from './journal-pruner';
import { WalFlusher } from './wal-flusher';

/** How often a failed disk is tried again, ms. */
export const RETRY_MS = 60_000;
/** How often a process that waits for the store checks whether it is free, ms. */
export const WAIT_MS = 5000;

export interface Retention {
    /** Event log entries; default 100,000. */
    logEntries: number;
    /** Months of the event log; default: not limited by age. */
    logAge?: LogAge;
    /** Days for which settled records of the journal are kept; default 7. */
    journalDays: number;
}

/**
 * What to do if another process has the store open. `throw`: fail. `watch`, `work`: use memory until the store is free. With `watch` the
 * other process did the work, and this one then continues with the data of the store. With `work` this process did its own work, and ends
 * what is open in the store.
 */
export type WhenInUse = 'throw' | 'watch' | 'work';

/** `memory`: the disk has failed. `waiting`: another process has the store. */
export type StoreMode = 'disk' | 'memory' | 'waiting';

export interface SharedOptions {
    directory: string;
    clock: Clock;
    /** For the months of the log; default: the zone of the machine. */
    zone?: Zone;
    retention: Retention;
    whenInUse: WhenInUse;
}

/**
 * The only open database of a directory, shared by all its users. It works on the file as long as possible. When the disk fails, or while
 * another process has the file, it works in memory, with all known data, until the file is available.
 */
export class SharedStore {
    readonly file: string;
    readonly database: Database;
    readonly clock: Clock;
    readonly retention: Retention;
    readonly logListeners = new Set<(entry: LogEntry) => void>();
    readonly problems: Problems;
    readonly archive: LogArchive;
    /** Called when this process has taken over the file of another one; later reads return the data of that process. */
    readonly takeOverListeners = new Set<() => void>();
    /** Called when `mode` has changed, perhaps within a transaction. */
    readonly modeListeners = new Set<() => void>();
    /** The sites of its users: sites may share a directory, and in a deploy a site has two users. */
    readonly sites = new Map<object, string>();
    private readonly directory: string;
    private readonly whenInUse: WhenInUse;
    private readonly flusher: WalFlusher;
    private readonly guard: FileGuard;
    private readonly reserve: Reserve;
    private current: StoreMode = 'memory';
    private volatile = false;
    /** While in memory: whether the memory has everything that the file's journal had. */
    private seeded = true;
    /** While in memory: the newest log ids that came from the file. */
    private seededIds = new Map<Table, number>();
    private retryTimer: TimerHandle | undefined;
    private reserveTimer: TimerHandle | undefined;
    private readonly pruner: JournalPruner | undefined;
    private closed = false;

    private constructor(
        { directory, clock, retention, whenInUse, zone }: SharedOptions,
        onProblem: ProblemListener,
        open: (self: SharedStore) => Connection,
    ) {
        this.directory = directory;
        this.clock = clock;
        this.retention = retention;
        this.whenInUse = whenInUse;
        this.file = join(directory, STORE_FILE_NAME);
        this.problems = new Problems(this.file, clock);
        this.problems.listeners.add(onProblem);
        this.reserve = new Reserve(directory);
        this.flusher = new WalFlusher(`${this.file}-wal`, clock, (error) => this.flushFailed(error));
        this.guard = new FileGuard(
            this.file,
            clock,
            () => this.checkpoint(),
            (trouble) => this.recover(trouble),
        );
        this.database = new Database(
            open(this),
            (failed, error) => this.failOver(failed, error),
            () => this.committed(),
        );
        this.archive = new LogArchive(clock, new Months(zone), retention.logAge);
        this.pruner = new JournalPruner(
            clock,
            () => this.database,
            retention.journalDays,
            (db) => this.archive.prune(db),
        );
    }

    /** @throws UpsError store-in-use (`whenInUse` throw), or store-failed for a file of a newer version */
    static open(options: SharedOptions, onProblem: ProblemListener): SharedStore {
        return new SharedStore(options, onProblem, (self) => self.openFirst());
    }

    /** A store that never touches the disk. */
    static inMemory(options: SharedOptions, onProblem: ProblemListener): SharedStore {
        const store = new SharedStore(options, onProblem, () => newMemory());
        store.volatile = true;
        return store;
    }

    get isClosed(): boolean {
        return this.closed;
    }

    get mode(): StoreMode {
        return this.current;
    }

    /** Undefined: several sites use it, or none that said so. */
    get onlySite(): string | undefined {
        const [one, ...others] = new Set(this.sites.values());
        return others.length === 0 ? one : undefined;
    }

    get bytes(): number {
        return [this.file, `${this.file}-wal`].reduce(
            (sum, file) => sum + (existsSync(file) ? statSync(file).size : 0),
            0,
        );
    }

    flush(): Promise<void> {
        return this.flusher.flush();
    }

    close(): void {
        if (this.closed) return;
        if (this.current === 'memory' && !this.volatile) this.returnToDisk();
        this.closed = true;
        this.flusher.close();
        this.guard.rest();
        for (const timer of [this.retryTimer, this.reserveTimer]) this.clock.clearTimeout(timer);
        this.pruner?.end();
        this.database.current.close();
    }

    private become(mode: StoreMode): void {
        if (mode === this.current) return;
        this.current = mode;
        for (const listener of [...this.modeListeners]) listener();
    }

    private openFirst(): Connection {
        try {
            return this.opened(openStoreFile(this.directory));
        } catch (error) {
            if (isDamage(error)) return this.replaceDamaged();
            if (error instanceof UpsError && error.code !== 'store-no-locks') return this.wait(error);
            const memory = newMemory();
            const copied = existsSync(this.file) && salvageFile(this.file, memory, LOG_ROWS_IN_MEMORY);
            // A missing file may appear later, with its journal: a directory that is mounted after the start.
            this.enterMemory(memory, copied !== false && copied.incomplete.length === 0);
            this.problems.failure(error);
            return memory;
        }
    }

    /** Marks the file as ours. */
    private opened(connection: Connection): Connection {
        this.become('disk');
        this.clock.clearTimeout(this.retryTimer);
        this.guard.watch();
        this.guard.inNeed = false;
        this.keepReserve();
        return connection;
    }

    private committed(): void {
        if (this.current === 'disk') {
            this.flusher.touch();
            this.guard.committed();
        }
        if (!this.closed) this.pruner?.committed();
    }

    /** @throws the error, if it is not store-in-use, or if the options say not to wait */
    private wait(error: UpsError): Connection {
        if (error.code !== 'store-in-use' || this.whenInUse === 'throw') throw error;
        this.become('waiting');
        this.problems.report(error);
        this.retry(WAIT_MS, () => this.takeOver());
        return newMemory();
    }

    /** @returns whether this process now has the file of the other one */
    private takeOver(): boolean {
        const memory = this.database.current;
        let disk: Connection | undefined;
        try {
            disk = this.openFreed();
            if (this.whenInUse === 'work') mergeWhenWorking(memory, disk, this.clock.now());
            else mergeWhenWatching(memory, disk);
        } catch (error) {
            disk?.close();
            if (!(error instanceof UpsError && error.code === 'store-in-use')) this.problems.failure(error);
            return false;
        }
        if (this.current === 'waiting') this.opened(disk);
        this.database.replaceConnection(disk);
        memory.close();
        this.flusher.touch();
        if (this.whenInUse === 'watch') for (const listener of [...this.takeOverListeners]) listener();
        return true;
    }

    private openFreed(): Connection {
        try {
            return openStoreFile(this.directory, 0);
        } catch (error) {
            if (isDamage(error)) return this.replaceDamaged();
            throw error;
        }
    }

    /** Renames the damaged file, and continues with the readable data in a new file or, if that fails, in memory. */
    private replaceDamaged(readable?: Connection): Connection {
        const memory = newMemory();
        let keptAs: string | undefined;
        try {
            if (readable) copyTables(readable, memory);
            readable?.close();
            keptAs = moveAside(this.file, this.clock.now());
            if (!readable) salvageFile(keptAs, memory);
        } catch (error) {
            this.problems.failure(error);
        }
        this.problems.report(new UpsError('store-damaged', { file: this.file, keptAs }));
        this.enterMemory(memory, keptAs !== undefined);
        this.seededIds.clear();
        return (keptAs && this.copyToDisk(memory)) || memory;
    }

    /** Handles a statement that failed because of the disk. */
    private failOver(failed: Connection, error: unknown): Connection {
        rollback(failed);
        if (this.current !== 'disk') throw error;
        if (isDamage(error)) return this.replaceDamaged(failed);
        this.problems.failure(error);
        if (isFull(error) && this.makeRoom(failed)) return failed;
        const memory = newMemory();
        const copied = copyTables(failed, memory, LOG_ROWS_IN_MEMORY);
        failed.close();
        this.enterMemory(memory, copied.incomplete.length === 0);
        return memory;
    }

    /** Deletes the reserve when the disk is full. @returns whether there was one */
    private makeRoom(connection: Connection): boolean {
        if (!this.reserve.release()) return false;
        this.guard.inNeed = true;
        this.checkpoint(connection, 'TRUNCATE');
        this.guard.watch();
        this.keepReserve();
        return true;
    }

    /** Creates the reserve, now or as soon as there is space for it. */
    private keepReserve(): void {
        this.clock.clearTimeout(this.reserveTimer);
        const make = () => {
            if (this.current !== 'disk') return;
            if (this.reserve.make()) this.guard.inNeed = false;
            else this.reserveTimer = this.clock.setTimeout(make, RETRY_MS);
        };
        if (this.guard.inNeed) this.reserveTimer = this.clock.setTimeout(make, RETRY_MS);
        else make();
    }

    /** Moves the WAL into the file. If that fails, the store still works: the data is safe in the WAL. */
    private checkpoint(connection = this.database.current, how: 'PASSIVE' | 'TRUNCATE' = 'PASSIVE'): void {
        try {
            connection.get(`PRAGMA wal_checkpoint(${how})`);
        } catch (error) {
            if (isDamage(error)) this.recover('foreign');
            else this.problems.failure(error);
        }
    }

    /** Somebody has removed or damaged the file while it is in use. Its data is still readable through the open connection. */
    private recover(trouble: FileTrouble): void {
        const open = this.database.current;
        this.guard.rest();
        if (trouble === 'foreign') {
            this.database.replaceConnection(this.replaceDamaged(open));
            return;
        }
        // If only the WAL is missing, the file itself still exists and is locked: it must be closed before it can be opened again.
        const moved = trouble === 'gone' && this.moveTo(open);
        if (!moved) {
            const memory = newMemory();
            const copied = copyTables(open, memory, LOG_ROWS_IN_MEMORY);
            open.close();
            this.enterMemory(memory, copied.incomplete.length === 0);
            this.database.replaceConnection(memory);
            this.returnToDisk();
        }
        this.problems.report(new UpsError('store-moved', { file: this.file, again: this.current === 'disk' }));
    }

    /** Continues at the path of the file, with all data of `open`. */
    private moveTo(open: Connection): boolean {
        this.seeded = true;
        this.seededIds = logIds(open);
        const disk = this.copyToDisk(open);
        if (!disk) return false;
        this.database.replaceConnection(disk);
        open.close();
        return true;
    }

    private flushFailed(error: unknown): void {
        // If the file is missing, the guard notices that, and continues elsewhere.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.problems.failure(error);
    }

    private enterMemory(memory: Connection, seeded: boolean): void {
        this.become('memory');
        this.guard.rest();
        this.seeded = seeded;
        this.seededIds = logIds(memory);
        this.retry(RETRY_MS, () => this.returnToDisk());
    }

    private retry(ms: number, attempt: () => boolean): void {
        this.clock.clearTimeout(this.retryTimer);
        this.retryTimer = this.clock.setTimeout(() => {
            if (!attempt()) this.retry(ms, attempt);
        }, ms);
    }

    /** @returns whether the store works on its file again */
    private returnToDisk(): boolean {
        const memory = this.database.current;
        const disk = this.copyToDisk(memory);
        if (!disk) return false;
        this.database.replaceConnection(disk);
        memory.close();
        return true;
    }

    /** Copies all known data to the file, in one transaction; undefined (and a report) if the disk still fails. */
    private copyToDisk(known: Connection): Connection | undefined {
        let disk: Connection | undefined;
        try {
            disk = openStoreFile(this.directory);
            mergeBack(known, disk, this.seeded, this.seededIds);
        } catch (error) {
            disk?.close();
            this.problems.failure(error);
            return undefined;
        }
        this.flusher?.touch();
        return this.opened(disk);
    }
}

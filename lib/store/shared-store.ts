import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, TimerHandle } from '../core/clock';
import { UpsError } from '../core/errors';
import type { LogEntry } from '../core/journal/event-log';
import { Connection, type Row, type Value } from './connection';
import { Database, rollback } from './database';
import { insertSql } from './insert-sql';
import { isNumbered, JOURNAL_TABLES, LOG_TABLES, migrate, TABLES, type Table } from './migrations';
import { pruneJournal } from './retention';
import { copyTables, LOG_ROWS_IN_MEMORY, salvageFile } from './salvage';
import { isDamage } from './sqlite-errors';
import { keepAside, openStoreFile, STORE_FILE_NAME } from './store-file';
import { WalFlusher } from './wal-flusher';

/** How often a disk that failed is tried again, and how often one kind of problem is reported at most. */
export const RETRY_MS = 60_000;
const FIRST_PRUNE_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const PRUNE_PAUSE_MS = 1000;

export interface Retention {
    /** Event log entries; default 100,000. */
    logEntries: number;
    /** Rows of the data log; default 200,000. */
    dataRows: number;
    /** Days for which the settled past of the journal is kept; default 7. */
    journalDays: number;
}

export type ProblemListener = (problem: UpsError) => void;

/**
 * The one open database of a directory, shared by all who opened it. Works on the file as long as it can; when the disk fails, in
 * memory, with all that was known, until the disk is back.
 */
export class SharedStore {
    readonly file: string;
    readonly database: Database;
    readonly logListeners = new Set<(entry: LogEntry) => void>();
    readonly problemListeners = new Set<ProblemListener>();
    private readonly flusher: WalFlusher;
    private readonly reportedAt = new Map<string, number>();
    private onDisk = false;
    private volatile = false;
    /** While in memory: whether the memory holds all that the file's journal held. */
    private seeded = true;
    /** While in memory: the newest log ids that came from the file. */
    private seededIds = new Map<string, number>();
    private retryTimer: TimerHandle | undefined;
    private pruneTimer: TimerHandle | undefined;
    private closed = false;

    private constructor(
        private readonly directory: string,
        readonly clock: Clock,
        readonly retention: Retention,
        onProblem: ProblemListener,
        open: (self: SharedStore) => Connection,
    ) {
        this.file = join(directory, STORE_FILE_NAME);
        this.problemListeners.add(onProblem);
        this.flusher = new WalFlusher(`${this.file}-wal`, clock, (error) => this.reportFailure(error));
        this.database = new Database(
            open(this),
            (failed, error) => this.failOver(failed, error),
            () => this.onDisk && this.flusher.touch(),
        );
        // Not while everybody starts.
        this.pruneTimer = clock.setTimeout(() => this.prune(), FIRST_PRUNE_MS);
    }

    /** @throws UpsError store-in-use, or store-failed for a file of a newer version */
    static open(directory: string, clock: Clock, retention: Retention, onProblem: ProblemListener): SharedStore {
        return new SharedStore(directory, clock, retention, onProblem, (self) => self.openFirst());
    }

    /** A store that never touches the disk. */
    static inMemory(directory: string, clock: Clock, retention: Retention, onProblem: ProblemListener): SharedStore {
        const store = new SharedStore(directory, clock, retention, onProblem, () => newMemory());
        store.volatile = true;
        return store;
    }

    get isClosed(): boolean {
        return this.closed;
    }

    get mode(): 'disk' | 'memory' {
        return this.onDisk ? 'disk' : 'memory';
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
        if (!this.onDisk && !this.volatile) this.returnToDisk();
        this.closed = true;
        this.flusher.close();
        this.clock.clearTimeout(this.retryTimer);
        this.clock.clearTimeout(this.pruneTimer);
        this.database.current.close();
    }

    report(problem: UpsError): void {
        const now = this.clock.monotonic();
        const kind = `${problem.code} ${problem.data.reason ?? ''}`;
        const last = this.reportedAt.get(kind);
        if (last !== undefined && now - last < RETRY_MS) return;
        this.reportedAt.set(kind, now);
        for (const listener of [...this.problemListeners]) listener(problem);
    }

    private openFirst(): Connection {
        try {
            return this.opened(openStoreFile(this.directory));
        } catch (error) {
            if (isDamage(error)) return this.replaceDamaged();
            if (error instanceof UpsError) throw error;
            const memory = newMemory();
            const copied = existsSync(this.file) && salvageFile(this.file, memory, LOG_ROWS_IN_MEMORY);
            // A file that is not there now may be there later, with its journal: a directory that is mounted after the start.
            this.enterMemory(memory, copied !== false && copied.incomplete.length === 0);
            this.reportFailure(error);
            return memory;
        }
    }

    private opened(connection: Connection): Connection {
        this.onDisk = true;
        return connection;
    }

    /** Keeps the damaged file aside and goes on with what can be read of it, in a new file or, if that fails, in memory. */
    private replaceDamaged(readable?: Connection): Connection {
        const memory = newMemory();
        let keptAs: string | undefined;
        try {
            if (readable) copyTables(readable, memory);
            readable?.close();
            keptAs = keepAside(this.file, this.clock.now());
            if (!readable) salvageFile(keptAs, memory);
        } catch (error) {
            this.reportFailure(error);
        }
        this.report(new UpsError('store-damaged', { file: this.file, keptAs }));
        this.enterMemory(memory, keptAs !== undefined);
        this.seededIds.clear();
        return (keptAs && this.copyToDisk(memory)) || memory;
    }

    /** A statement failed because of the disk. */
    private failOver(failed: Connection, error: unknown): Connection {
        rollback(failed);
        if (!this.onDisk) throw error;
        this.onDisk = false;
        if (isDamage(error)) return this.replaceDamaged(failed);
        const memory = newMemory();
        const copied = copyTables(failed, memory, LOG_ROWS_IN_MEMORY);
        failed.close();
        this.enterMemory(memory, copied.incomplete.length === 0);
        this.reportFailure(error);
        return memory;
    }

    private enterMemory(memory: Connection, seeded: boolean): void {
        this.onDisk = false;
        this.seeded = seeded;
        for (const table of LOG_TABLES) {
            this.seededIds.set(table, Number(memory.get(`SELECT max(id) AS id FROM ${table}`)?.id ?? 0));
        }
        this.scheduleRetry();
    }

    private scheduleRetry(): void {
        this.clock.clearTimeout(this.retryTimer);
        this.retryTimer = this.clock.setTimeout(() => {
            if (!this.returnToDisk()) this.scheduleRetry();
        }, RETRY_MS);
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

    /** Brings what memory knows to the file, in one transaction; undefined (and a report) if the disk still fails. */
    private copyToDisk(memory: Connection): Connection | undefined {
        let disk: Connection | undefined;
        try {
            disk = openStoreFile(this.directory);
            disk.exec('BEGIN');
            for (const table of JOURNAL_TABLES) {
                if (this.seeded) disk.exec(`DELETE FROM ${table}`);
                copyRows(memory, disk, table, { keepIds: this.seeded });
            }
            // The file may have got log rows that memory never saw.
            for (const table of LOG_TABLES) copyRows(memory, disk, table, { after: this.seededIds.get(table) });
            disk.exec('COMMIT');
        } catch (error) {
            disk?.close();
            this.reportFailure(error);
            return undefined;
        }
        this.clock.clearTimeout(this.retryTimer);
        this.flusher?.touch();
        return this.opened(disk);
    }

    private reportFailure(error: unknown): void {
        if (error instanceof UpsError) return this.report(error);
        const reason = error instanceof Error ? error.message : String(error);
        const advice =
            'nothing is written until the directory exists, is writable and has free space; tried again each minute';
        this.report(new UpsError('store-failed', { file: this.file, reason, advice }, { cause: error }));
    }

    private prune(): void {
        const more = pruneJournal(this.database, this.clock.now(), this.retention.journalDays);
        this.pruneTimer = this.clock.setTimeout(() => this.prune(), more ? PRUNE_PAUSE_MS : PRUNE_INTERVAL_MS);
    }
}

function newMemory(): Connection {
    const memory = Connection.inMemory();
    migrate(memory, ':memory:');
    return memory;
}

/** Into a table that may have other rows, `keepIds` false: a numbered row gets the next number. */
function copyRows(
    source: Connection,
    target: Connection,
    table: Table,
    { after = 0, keepIds = false }: { after?: number; keepIds?: boolean },
): void {
    const columns: readonly string[] = TABLES[table];
    const insert = insertSql(table, columns, 'INSERT OR REPLACE');
    for (const row of source.all(`SELECT * FROM ${table} WHERE rowid > ? ORDER BY rowid`, [after])) {
        const renumber = isNumbered(table) && !keepIds;
        const values: Row = renumber ? { ...row, id: null } : row;
        target.run(
            insert,
            columns.map((column) => values[column] as Value),
        );
    }
}

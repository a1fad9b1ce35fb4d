import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, TimerHandle } from '../core/clock';
import { asUpsError, UpsError } from '../core/errors';
import type { LogEntry } from '../core/journal/event-log';
import { Connection } from './connection';
import { Database, rollback } from './database';
import { JOURNAL_TABLES, LOG_TABLES, migrate, TABLES } from './migrations';
import { pruneJournal } from './retention';
import { copyTables, LOG_ROWS_IN_MEMORY, salvageFile } from './salvage';
import { isDamage } from './sqlite-errors';
import { insertSql, keepAside, openStoreFile, STORE_FILE_NAME } from './store-file';
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
    /** While in memory: whether the memory holds all that the file's journal held. */
    private seeded = true;
    /** While in memory: the newest log ids that came from the file. */
    private seededIds = new Map<string, number>();
    private retryTimer: TimerHandle | undefined;
    private pruneTimer: TimerHandle | undefined;
    private closed = false;

    /** @throws UpsError store-in-use, or store-failed for a file of a newer version */
    constructor(
        directory: string,
        readonly clock: Clock,
        readonly retention: Retention,
        onProblem: ProblemListener,
    ) {
        this.file = join(directory, STORE_FILE_NAME);
        this.problemListeners.add(onProblem);
        this.flusher = new WalFlusher(`${this.file}-wal`, clock, (error) => this.reportFailure(error));
        this.database = new Database(
            this.openFirst(directory),
            (failed, error) => this.failOver(failed, error),
            () => this.onDisk && this.flusher.touch(),
        );
        // Not while everybody starts.
        this.pruneTimer = clock.setTimeout(() => this.prune(), FIRST_PRUNE_MS);
    }

    get directory(): string {
        return join(this.file, '..');
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
        if (!this.onDisk) this.returnToDisk();
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

    private openFirst(directory: string): Connection {
        try {
            return this.opened(openStoreFile(directory));
        } catch (error) {
            if (isDamage(error)) return this.replaceDamaged();
            if (error instanceof UpsError && !isUnwritable(error)) throw error;
            const memory = newMemory();
            const copied = existsSync(this.file) && salvageFile(this.file, memory, LOG_ROWS_IN_MEMORY);
            this.enterMemory(memory, copied ? copied.incomplete.length === 0 : true);
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
                const insert = insertSql(table, 'INSERT OR REPLACE');
                for (const row of memory.iterate(`SELECT * FROM ${table}`)) disk.run(insert, columnsOf(table, row));
            }
            for (const table of LOG_TABLES) copyNewLogRows(memory, disk, table, this.seededIds.get(table) ?? 0);
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
        this.report(asUpsError(new UpsError('store-failed', { file: this.file, reason, advice }), 'store-failed'));
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

/** The directory or file cannot be created or written, as opposed to: belongs to somebody else. */
function isUnwritable(error: UpsError): boolean {
    return error.code === 'store-failed' && error.cause !== undefined;
}

function columnsOf(table: keyof typeof TABLES, row: Record<string, unknown>): (string | number | null)[] {
    return TABLES[table].map((column) => row[column] as string | number | null);
}

/** Log rows get new ids on the disk, which may have rows that memory never saw. */
function copyNewLogRows(
    memory: Connection,
    disk: Connection,
    table: 'log' | 'data' | keyof typeof TABLES,
    after: number,
): void {
    const insert = insertSql(table, 'INSERT OR REPLACE');
    const rows = memory.all(`SELECT * FROM ${table} WHERE id > ? ORDER BY id`, [after]);
    for (const row of rows) disk.run(insert, columnsOf(table, { ...row, id: null }));
}

import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpsError } from '../core/errors';
import { said } from '../core/language/sentence';
import { Connection } from './connection';
import { migrate, TABLES } from './migrations';
import { DamageFound, isBusy, isFileFailure, isLockRefused } from './sqlite-errors';
import { makeDirectory } from './make-directory';

export const STORE_FILE_NAME = 'ridethrough.sqlite';

/** How long a predecessor that is just ending may keep its lock, ms. */
export const LOCK_WAIT_MS = 1000;

/** SQLite's companions of a database file in WAL mode. */
export const COMPANIONS = ['-wal', '-shm'] as const;

/**
 * Opens the store's file as its only user, creates it if necessary, checks it, and updates it to the newest schema.
 * @throws UpsError store-in-use (another process has it), store-no-locks (the file system supports no locks), store-failed (newer schema)
 * @throws DamageFound, or SQLite's own error, if the content is damaged (see `isDamage`); the system's error if it cannot be created
 */
export function openStoreFile(directory: string, lockWaitMs = LOCK_WAIT_MS): Connection {
    const file = join(directory, STORE_FILE_NAME);
    return openAlone(file, lockWaitMs, (connection) => {
        check(connection);
        migrate(connection, file);
        checkTables(connection, TABLES);
    });
}

/** Opens a file as its only user, and creates it if necessary. @param prepare checks and updates it @throws as `openStoreFile` */
export function openAlone(file: string, lockWaitMs: number, prepare: (connection: Connection) => void): Connection {
    makeDirectory(dirname(file));
    const connection = new Connection(new DatabaseSync(file));
    try {
        lock(connection, lockWaitMs);
    } catch (error) {
        connection.close();
        if (!isLockRefused(error)) throw error;
        if (refusesLocks(file)) throw new UpsError('store-no-locks', { file }, { cause: error });
        if (isBusy(error)) throw new UpsError('store-in-use', { file }, { cause: error });
        throw error;
    }
    try {
        // wal-flusher.ts protects against a power loss; with NORMAL, a killed process loses nothing. file-guard.ts decides when the WAL is
        // moved into the file.
        connection.exec(
            'PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 524288; PRAGMA wal_autocheckpoint = 0',
        );
        prepare(connection);
        connection.exec('PRAGMA busy_timeout = 0');
        return connection;
    } catch (error) {
        connection.close();
        if (isBusy(error)) throw new UpsError('store-in-use', { file }, { cause: error });
        throw error;
    }
}

/**
 * Whether a new file of our own beside it cannot be locked either. SQLite treats the refusals of a network share (EACCES, EAGAIN, ENOLCK)
 * as the lock of another process.
 */
function refusesLocks(file: string): boolean {
    const probe = `${file}-lock-${randomUUID()}`;
    let connection: Connection | undefined;
    try {
        connection = new Connection(new DatabaseSync(probe));
        lock(connection, 0);
        return false;
    } catch (error) {
        return isLockRefused(error);
    } finally {
        connection?.close();
        for (const suffix of ['', ...COMPANIONS, '-journal']) rmSync(probe + suffix, { force: true });
    }
}

/**
 * In exclusive locking mode a connection keeps its lock on the file until it is closed or its process ends; the kernel frees the lock even
 * after SIGKILL (sqlite.org/pragma.html#pragma_locking_mode).
 */
function lock(connection: Connection, waitMs: number): void {
    connection.exec(`PRAGMA busy_timeout = ${waitMs}`);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.get('PRAGMA journal_mode = WAL');
    connection.exec('BEGIN EXCLUSIVE; COMMIT');
}

function check(connection: Connection): void {
    const findings = Object.values(connection.get('PRAGMA quick_check(1)') ?? {});
    if (findings[0] !== 'ok') throw new DamageFound(said('store.damage', { found: String(findings[0]) }));
}

/** Checks the table names: SQLite's own checks do not notice a wrong byte in a name. */
export function checkTables(connection: Connection, tables: Record<string, readonly string[]>): void {
    for (const [table, columns] of Object.entries(tables)) {
        try {
            connection.get(`SELECT ${columns.join(', ')} FROM ${table} LIMIT 1`);
        } catch (error) {
            if (isFileFailure(error)) throw error;
            throw new DamageFound(said('store.table', { table }), { cause: error });
        }
    }
}

/**
 * Renames a damaged file and its companions; the new name is `<file>.damaged-<UTC stamp>`.
 * @param at epoch ms
 * @throws the file system's error if it cannot be renamed
 */
export function moveAside(file: string, at: number): string {
    const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
    let kept = `${file}.damaged-${stamp}`;
    for (let n = 2; existsSync(kept); n++) kept = `${file}.damaged-${stamp}-${n}`;
    renameSync(file, kept);
    for (const companion of COMPANIONS) {
        if (existsSync(file + companion)) renameSync(file + companion, kept + companion);
    }
    return kept;
}

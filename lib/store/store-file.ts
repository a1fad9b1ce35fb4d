import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpsError } from '../core/errors';
import { said } from '../core/language/sentence';
import { Connection } from './connection';
import { migrate, TABLES } from './migrations';
import { DamageFound, isBusy, isFileFailure, isLockRefused } from './sqlite-errors';

export const STORE_FILE_NAME = 'ridethrough.sqlite';

/** How long a predecessor that is just dying may keep its lock. */
const LOCK_WAIT_MS = 1000;

/** SQLite's companions of a database file in WAL mode. */
export const COMPANIONS = ['-wal', '-shm'] as const;

/**
 * Opens the store's file as its only user, creates it if need be, checks it and brings it to the newest schema.
 * @throws UpsError store-in-use (another process holds it), store-no-locks (no file can be locked there), store-failed (newer schema)
 * @throws DamageFound, or SQLite's own error, when the content is damaged (see `isDamage`); the system's when it cannot be created
 */
export function openStoreFile(directory: string, lockWaitMs = LOCK_WAIT_MS): Connection {
    const file = join(directory, STORE_FILE_NAME);
    mkdirSync(directory, { recursive: true });
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
        // Power loss is the flusher's business (wal-flusher.ts); a killed process loses nothing with NORMAL.
        // When the WAL is moved into the file is the guard's business (file-guard.ts).
        connection.exec(
            'PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 524288; PRAGMA wal_autocheckpoint = 0',
        );
        check(connection);
        migrate(connection, file);
        checkTables(connection);
        connection.exec('PRAGMA busy_timeout = 0');
        return connection;
    } catch (error) {
        connection.close();
        if (isBusy(error)) throw new UpsError('store-in-use', { file }, { cause: error });
        throw error;
    }
}

/**
 * Whether a file of our own beside it, which nobody else knows, cannot be locked either. SQLite takes the refusals of a network share (EACCES,
 * EAGAIN, ENOLCK) for the lock of another process.
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
 * In exclusive locking mode a connection keeps its lock on the file until it is closed, or its process ends in whatever
 * way; the kernel frees the lock even after SIGKILL. (sqlite.org/pragma.html#pragma_locking_mode)
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

/** A flipped byte in a table's name passes every check of SQLite's. */
function checkTables(connection: Connection): void {
    for (const [table, columns] of Object.entries(TABLES)) {
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

import { SentenceError } from '../core/language/sentence';
/** Primary result codes of SQLite (sqlite.org/rescode.html) that this folder acts on. */
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const CONSTRAINT = 19;
const MISMATCH = 20;
const MISUSE = 21;
const RANGE = 25;
const NOTADB = 26;
const GENERIC = 1;
const PERM = 3;
/** I/O errors about locks: SQLITE_IOERR_RDLOCK, SQLITE_IOERR_LOCK. */
const IO_LOCKS = [2314, 3850];

/** The primary result code of an error thrown by node:sqlite, or undefined if SQLite did not throw it. */
export function sqliteCode(error: unknown): number | undefined {
    const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
    return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Another process has locked the file. */
export function isBusy(error: unknown): boolean {
    return sqliteCode(error) === BUSY;
}

/** A lock failed, because another process has it, or because the file system does not support locks. */
export function isLockRefused(error: unknown): boolean {
    const { errcode } = (error ?? {}) as { errcode?: number };
    const code = sqliteCode(error);
    return code === BUSY || code === PERM || (code !== undefined && IO_LOCKS.includes(errcode!));
}

/** The disk is full. */
export function isFull(error: unknown): boolean {
    return sqliteCode(error) === FULL;
}

/** The content of the file is damaged. */
export function isDamage(error: unknown): boolean {
    const code = sqliteCode(error);
    return code === CORRUPT || code === NOTADB || error instanceof DamageFound;
}

/** The disk or the file failed (full, read-only, I/O error, damage), as opposed to a mistake in our own SQL. */
export function isFileFailure(error: unknown): boolean {
    const code = sqliteCode(error);
    return code !== undefined && ![GENERIC, CONSTRAINT, MISMATCH, MISUSE, RANGE].includes(code);
}

/** Damage that SQLite reports as a result (quick_check), or that shows as a missing table, instead of an error code. */
export class DamageFound extends SentenceError {}

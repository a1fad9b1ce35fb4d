import type { Connection, Row, Value } from './connection';
import { isFileFailure, sqliteCode } from './sqlite-errors';

interface Write {
    sql: string;
    values: readonly Value[];
}

/** The part of a database that the tables use. */
export interface Access {
    get(sql: string, values?: readonly Value[]): Row | undefined;
    all(sql: string, values?: readonly Value[]): Row[];
    write(sql: string, values?: readonly Value[]): { changes: number; id: number };
    transaction<T>(work: () => T): T;
    /** Calls `callback` when the running transaction has been committed, or at once outside of one. */
    whenCommitted(callback: () => void): void;
}

/**
 * Returns a working connection in place of one that failed (it may be the same one, with more space on the disk), and has rolled back the
 * failed one. @throws the error, if there is none
 */
export type FailOver = (failed: Connection, error: unknown) => Connection;

/**
 * A database that keeps working when its file fails: a statement that the disk refuses is repeated on the connection from `failOver`,
 * together with all earlier writes of the running transaction.
 */
export class Database implements Access {
    private depth = 0;
    /** The writes of the running transaction, to repeat on another connection. */
    private redo: Write[] = [];
    private afterCommit: (() => void)[] = [];

    constructor(
        private connection: Connection,
        private readonly failOver: FailOver,
        private readonly onCommit: () => void,
    ) {}

    get current(): Connection {
        return this.connection;
    }

    /** Replaces the connection; only allowed between transactions. */
    replaceConnection(connection: Connection): void {
        this.connection = connection;
    }

    get(sql: string, values: readonly Value[] = []): Row | undefined {
        return this.attempt((connection) => connection.get(sql, values));
    }

    all(sql: string, values: readonly Value[] = []): Row[] {
        return this.attempt((connection) => connection.all(sql, values));
    }

    write(sql: string, values: readonly Value[] = []): { changes: number; id: number } {
        const result = this.attempt((connection) => connection.run(sql, values));
        if (this.depth > 0) this.redo.push({ sql, values });
        else this.committed();
        return result;
    }

    /** Runs `work` as one atomic write; nested calls are savepoints. If `work` throws, its writes are undone and the error is thrown on. */
    transaction<T>(work: () => T): T {
        return this.depth > 0 ? this.nested(work) : this.outermost(work);
    }

    whenCommitted(callback: () => void): void {
        if (this.depth > 0) this.afterCommit.push(callback);
        else callback();
    }

    private outermost<T>(work: () => T): T {
        this.attempt((connection) => connection.exec('BEGIN'));
        this.depth = 1;
        let result: T;
        try {
            result = work();
            this.attempt((connection) => connection.exec('COMMIT'));
        } catch (error) {
            this.endTransaction();
            rollback(this.connection);
            throw error;
        }
        const callbacks = this.endTransaction();
        this.committed();
        callbacks.forEach((callback) => callback());
        return result;
    }

    private nested<T>(work: () => T): T {
        const name = `level${this.depth}`;
        const [written, waiting] = [this.redo.length, this.afterCommit.length];
        this.write(`SAVEPOINT ${name}`);
        this.depth++;
        try {
            const result = work();
            this.write(`RELEASE ${name}`);
            return result;
        } catch (error) {
            this.attempt((connection) => connection.exec(`ROLLBACK TO ${name}; RELEASE ${name}`));
            this.redo.length = written;
            this.afterCommit.length = waiting;
            throw error;
        } finally {
            this.depth--;
        }
    }

    private endTransaction(): (() => void)[] {
        this.depth = 0;
        this.redo = [];
        return this.afterCommit.splice(0);
    }

    private committed(): void {
        this.onCommit();
    }

    private attempt<T>(use: (connection: Connection) => T): T {
        for (let failed = false; ;) {
            try {
                if (failed && this.depth > 0) this.repeat();
                return use(this.connection);
            } catch (error) {
                if (!isFileFailure(error)) throw error;
                // The last fallback is memory; an error there is thrown.
                this.connection = this.failOver(this.connection, error);
                failed = true;
            }
        }
    }

    private repeat(): void {
        this.connection.exec('BEGIN');
        for (const { sql, values } of this.redo) this.connection.run(sql, values);
    }
}

/** Ends a transaction that SQLite may have rolled back by itself (sqlite.org/lang_transaction.html, section 3). */
export function rollback(connection: Connection): void {
    try {
        connection.exec('ROLLBACK');
    } catch (error) {
        // An error from SQLite means that there is no transaction to roll back: SQLite did that itself when the statement failed.
        if (sqliteCode(error) === undefined) throw error;
    }
}

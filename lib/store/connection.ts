import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export type Row = Record<string, SQLInputValue>;
/** Values that callers may bind; `undefined` and NaN become NULL, booleans 0 and 1. */
export type Value = string | number | boolean | Uint8Array | null | undefined;

/** One open SQLite database with its prepared statements. Throws what SQLite throws. */
export class Connection {
    private readonly statements = new Map<string, StatementSync>();

    constructor(private readonly db: DatabaseSync) {}

    static inMemory(): Connection {
        return new Connection(new DatabaseSync(':memory:'));
    }

    exec(sql: string): void {
        this.db.exec(sql);
    }

    run(sql: string, values: readonly Value[] = []): { changes: number; id: number } {
        const result = this.statement(sql).run(...values.map(bindable));
        return { changes: Number(result.changes), id: Number(result.lastInsertRowid) };
    }

    get(sql: string, values: readonly Value[] = []): Row | undefined {
        return this.statement(sql).get(...values.map(bindable)) as Row | undefined;
    }

    all(sql: string, values: readonly Value[] = []): Row[] {
        return this.statement(sql).all(...values.map(bindable)) as Row[];
    }

    iterate(sql: string): Iterable<Row> {
        return this.db.prepare(sql).iterate() as Iterable<Row>;
    }

    close(): void {
        this.statements.clear();
        this.db.close();
    }

    private statement(sql: string): StatementSync {
        let statement = this.statements.get(sql);
        if (!statement) this.statements.set(sql, (statement = this.db.prepare(sql)));
        return statement;
    }
}

function bindable(value: Value): SQLInputValue {
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'number' && !Number.isFinite(value)) return null;
    return value;
}

import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { asUpsError } from '../core/errors';
import type { Row, Value } from './connection';
import type { Access, Database } from './database';
import type { ProblemListener } from './problems';
import { SharedStore, type SharedOptions } from './shared-store';
import { makeDirectory } from './make-directory';

/** The open databases of this process by real path: site nodes of one directory, and a site's old and new node at a deploy. */
const openStores = new Map<string, { shared: SharedStore; users: number }>();

/**
 * One user's handle on the database of a directory. It still works after `release`: a job that ends after its site has closed (Node-RED
 * closes nodes in any order) must be able to write that it ended, or it would count as interrupted. Such a late call uses the store that is
 * open for the directory by then, or opens it for the length of the call.
 */
export class StoreHandle implements Access {
    readonly shared: SharedStore;
    private readonly key: string;
    private readonly options: SharedOptions;
    private released = false;

    /** @throws UpsError store-in-use, store-failed (newer version) */
    constructor(
        options: SharedOptions,
        private readonly onProblem: ProblemListener,
    ) {
        this.key = realDirectory(options.directory);
        this.options = { ...options, directory: this.key };
        this.shared = this.acquire();
    }

    get(sql: string, values?: readonly Value[]): Row | undefined {
        return this.use((db) => db.get(sql, values));
    }

    all(sql: string, values?: readonly Value[]): Row[] {
        return this.use((db) => db.all(sql, values));
    }

    write(sql: string, values?: readonly Value[]): { changes: number; id: number } {
        return this.use((db) => db.write(sql, values));
    }

    transaction<T>(work: () => T): T {
        return this.use((db) => db.transaction(work));
    }

    whenCommitted(callback: () => void): void {
        this.use((db) => db.whenCommitted(callback));
    }

    release(): void {
        if (this.released) return;
        this.released = true;
        this.shared.problems.listeners.delete(this.onProblem);
        this.letGo(this.shared);
    }

    private use<T>(work: (database: Database) => T): T {
        const shared = this.shared.isClosed ? openStores.get(this.key)?.shared : this.shared;
        return shared ? work(shared.database) : this.late(work);
    }

    private late<T>(work: (database: Database) => T): T {
        const shared = this.acquireLate();
        try {
            return work(shared.database);
        } finally {
            shared.problems.listeners.delete(this.onProblem);
            this.letGo(shared);
        }
    }

    /** Never throws; a directory that has been removed is not created again. */
    private acquireLate(): SharedStore {
        try {
            if (existsSync(this.key)) return this.acquire('throw');
        } catch (error) {
            this.onProblem(asUpsError(error, 'store-failed', { file: this.shared.file }));
        }
        return this.register(SharedStore.inMemory(this.options, this.onProblem));
    }

    private acquire(whenInUse = this.options.whenInUse): SharedStore {
        const entry = openStores.get(this.key);
        if (!entry) return this.register(SharedStore.open({ ...this.options, whenInUse }, this.onProblem));
        entry.users++;
        entry.shared.problems.listeners.add(this.onProblem);
        return entry.shared;
    }

    private register(shared: SharedStore): SharedStore {
        openStores.set(this.key, { shared, users: 1 });
        return shared;
    }

    private letGo(shared: SharedStore): void {
        const entry = openStores.get(this.key);
        if (!entry || entry.shared !== shared || --entry.users > 0) return;
        openStores.delete(this.key);
        shared.close();
    }
}

function realDirectory(directory: string): string {
    try {
        makeDirectory(directory);
        return realpathSync(directory);
    } catch {
        // The directory cannot be created now: SharedStore reports that, and works in memory under the given name.
        return resolve(directory);
    }
}

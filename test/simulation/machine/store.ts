import type { LogEntry, NewLogEntry } from '../../../lib/core/journal/event-log';
import { copyOf } from './copy';
import { DiskJournal, type Disk } from './disk';

export interface StoreHooks {
    /** Whether the process that has it still runs. */
    alive(): boolean;
    logged(entry: LogEntry): void;
}

/** The store of `ups-site` on a simulated disk: what of its contract the nodes under test use. */
export class SimulatedStore extends DiskJournal {
    readonly file = '/simulated/ridethrough.sqlite';
    readonly failures = { note: () => undefined, list: () => [], subscribe: () => () => undefined };
    readonly mailQueue = {};
    private readonly logListeners = new Set<(entry: LogEntry) => void>();
    private readonly modeListeners = new Set<() => void>();

    constructor(
        disk: Disk,
        private readonly hooks: StoreHooks,
    ) {
        super(disk);
    }

    get mode(): 'disk' | 'memory' {
        return this.disk.fails ? 'memory' : 'disk';
    }

    append(entry: NewLogEntry): void {
        // The rest of the turn in which the process was killed reaches no log.
        if (!this.hooks.alive()) return;
        this.disk.transaction(() => {
            const id = this.disk.append(entry);
            const kept = { ...copyOf(entry), id };
            this.disk.whenCommitted(() => {
                this.hooks.logged(kept);
                for (const listener of [...this.logListeners]) listener(kept);
            });
        });
    }

    subscribe(listener: (entry: LogEntry) => void): () => void {
        this.logListeners.add(listener);
        return () => this.logListeners.delete(listener);
    }

    onMode(listener: () => void): () => void {
        this.modeListeners.add(listener);
        return () => this.modeListeners.delete(listener);
    }

    onTakenOver(): () => void {
        return () => undefined;
    }

    modeChanged(): void {
        if (this.hooks.alive()) for (const listener of [...this.modeListeners]) listener();
    }

    logEntries(): LogEntry[] {
        return [...this.disk.tables.log].map(([id, text]) => ({ ...(JSON.parse(text) as NewLogEntry), id })).reverse();
    }

    logEntriesAfter(): LogEntry[] {
        return [];
    }

    newestLogId(): number {
        return [...this.disk.tables.log.keys()].at(-1) ?? 0;
    }

    flush(): Promise<void> {
        return Promise.resolve();
    }

    close(): void {}
}

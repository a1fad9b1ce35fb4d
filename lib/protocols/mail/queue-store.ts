import type { Releases } from './digest';
import type { MailRecord } from './mail';

/**
 * The stored mail queues of all accounts that send for one site. All calls are synchronous, and durable when they return.
 * @throws UpsError store-failed
 */
export interface MailQueueStore {
    /** Runs `work` as one atomic write. Calls may be nested. */
    transaction<T>(work: () => T): T;
    /** Mails of an account, in the order of `sequence`. */
    list(account: string): MailRecord[];
    /** Inserts a record, or replaces the one with the same id. */
    save(record: MailRecord): void;
    remove(id: string): void;
    /** When each group of this account's mails was last sent. */
    releases(account: string): Releases;
    saveReleases(account: string, releases: Releases): void;
}

/** In memory only: for mails of jobs without a site, and for tests. */
export class MemoryMailQueueStore implements MailQueueStore {
    private records = new Map<string, MailRecord>();
    private released = new Map<string, Releases>();

    transaction<T>(work: () => T): T {
        const before = { records: new Map(this.records), released: new Map(this.released) };
        try {
            return work();
        } catch (error) {
            this.records = before.records;
            this.released = before.released;
            throw error;
        }
    }

    list(account: string): MailRecord[] {
        return [...this.records.values()]
            .filter((record) => record.account === account)
            .sort((a, b) => a.sequence - b.sequence)
            .map((record) => structuredClone(record));
    }

    save(record: MailRecord): void {
        this.records.set(record.id, structuredClone(record));
    }

    remove(id: string): void {
        this.records.delete(id);
    }

    releases(account: string): Releases {
        return structuredClone(this.released.get(account) ?? {});
    }

    saveReleases(account: string, releases: Releases): void {
        this.released.set(account, structuredClone(releases));
    }
}

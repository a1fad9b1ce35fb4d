import type { Releases } from './digest';
import type { MailRecord } from './mail';
import type { MailQueueStore } from './queue-store';

/** The parts of a site's store that the mail queue uses. */
export interface MailTableHost {
    transaction<T>(work: () => T): T;
    getValue(owner: string, name: string): unknown;
    setValue(owner: string, name: string, value: unknown): void;
    readonly mailQueue: {
        enqueue(mail: { id: string; account: string; at: number; due: number; payload: unknown }): unknown;
        list(query: { account: string }): { id: string; payload: unknown }[];
        update(id: string, changes: { due: number; attempts: number; lastError?: string; payload: unknown }): void;
        remove(id: string): void;
    };
}

/**
 * A mail queue in the mail table of a site's store. The payload is the whole record; the other columns are for people who open
 * the file.
 */
export class TableMailQueueStore implements MailQueueStore {
    private readonly known = new Set<string>();

    /** @param host called at each use, since a deploy may replace the site and its store */
    constructor(private readonly host: () => MailTableHost) {}

    transaction<T>(work: () => T): T {
        return this.host().transaction(work);
    }

    list(account: string): MailRecord[] {
        const records = this.host()
            .mailQueue.list({ account })
            .map(({ payload }) => payload as MailRecord);
        records.forEach(({ id }) => this.known.add(id));
        return records.sort((a, b) => a.sequence - b.sequence);
    }

    save(record: MailRecord): void {
        const { id, account, attempts, lastError, gather, mail } = record;
        const { mailQueue } = this.host();
        const due = gather?.releaseAt ?? mail.at;
        if (this.known.has(id)) {
            mailQueue.update(id, { due, attempts, lastError, payload: record });
        } else {
            mailQueue.enqueue({ id, account, at: mail.at, due, payload: record });
            this.known.add(id);
        }
    }

    remove(id: string): void {
        this.host().mailQueue.remove(id);
        this.known.delete(id);
    }

    releases(account: string): Releases {
        return (this.host().getValue(owner(account), 'releases') ?? {}) as Releases;
    }

    saveReleases(account: string, releases: Releases): void {
        this.host().setValue(owner(account), 'releases', releases);
    }
}

function owner(account: string): string {
    return `mail/${account}`;
}

import type { Clock } from '../../core/clock';
import type { MailRecord } from './mail';

/** A mail in the queue. */
export interface Entry {
    record: MailRecord;
    /** Monotonic ms: start of the waiting time that comes on top of `record.waitedMs`. */
    since: number;
    /** Monotonic ms of the next allowed attempt. */
    notBefore: number;
    /** Number of attempts with this mail that failed for a reason of the account or connection. */
    broken: number;
}

/**
 * A server that closes the connection may be failing, or may reject this one mail (too large, a filter): the two cannot be told
 * apart. After this many broken attempts, other mails are sent first.
 */
const MOST_BROKEN = 3;

/** The mails of one queue in memory, oldest first. */
export class Backlog {
    private readonly entries = new Map<string, Entry>();

    constructor(private readonly clock: Clock) {}

    get size(): number {
        return this.entries.size;
    }

    /** Mails that do not wait for a digest. */
    get underWay(): Entry[] {
        return this.all.filter(({ record }) => !record.gather);
    }

    get all(): Entry[] {
        return [...this.entries.values()];
    }

    get alarmWaits(): boolean {
        return this.underWay.some(({ record }) => record.mail.level === 'alarm');
    }

    has(id: string): boolean {
        return this.entries.has(id);
    }

    get(id: string): Entry | undefined {
        return this.entries.get(id);
    }

    /** Adds a mail, or replaces the one with the same id. */
    put(record: MailRecord): void {
        this.entries.set(record.id, {
            record,
            since: this.clock.monotonic(),
            notBefore: -Infinity,
            broken: 0,
        });
    }

    /** @param suspect the mail itself may be the cause: other mails are sent first from now on */
    accountFailed(entry: Entry, suspect: boolean): void {
        entry.broken = Math.max(entry.broken + 1, suspect ? MOST_BROKEN : 0);
    }

    remove(id: string): void {
        this.entries.delete(id);
    }

    /** The mail to send next, and its earliest time (monotonic ms); undefined if the queue is empty. */
    next(): { entry: Entry; at: number } | undefined {
        const waiting = this.underWay;
        const now = this.clock.monotonic();
        const due = waiting.filter(({ notBefore }) => notBefore <= now);
        const entry = due.find(({ broken }) => broken < MOST_BROKEN) ?? leastOf(due, ({ broken }) => broken);
        if (entry) return { entry, at: now };
        const soonest = leastOf(waiting, ({ notBefore }) => notBefore);
        return soonest && { entry: soonest, at: soonest.notBefore };
    }

    /** How long a mail has been retried, ms, counting only the time while the program runs. */
    waited({ record, since }: Entry): number {
        return record.waitedMs + this.clock.monotonic() - since;
    }

    /** Changes a record, adds the time waited so far to it, and starts a new count. */
    change(entry: Entry, change: Partial<MailRecord>): void {
        entry.record = { ...entry.record, ...change, waitedMs: this.waited(entry) };
        entry.since = this.clock.monotonic();
    }
}

/** The first entry with the smallest weight. */
function leastOf(entries: readonly Entry[], weight: (entry: Entry) => number): Entry | undefined {
    return entries.reduce<Entry | undefined>(
        (least, entry) => (least && weight(least) <= weight(entry) ? least : entry),
        undefined,
    );
}

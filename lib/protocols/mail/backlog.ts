import type { Clock } from '../../core/clock';
import type { MailRecord } from './mail';

/** A mail that waits. */
export interface Entry {
    record: MailRecord;
    /** Monotonic: since when it has been waiting, beyond `record.waitedMs`. */
    since: number;
    /** Monotonic: not to be tried before. */
    notBefore: number;
    /** How often no answer came while it was being sent. */
    broken: number;
}

/**
 * A server that hangs up may be away, or may not bear this one mail (too large for the line, a filter): nothing tells them apart. After so
 * many times the others go first.
 */
const MOST_BROKEN = 3;

/** The mails of one queue in memory, oldest first. */
export class Backlog {
    private readonly entries = new Map<string, Entry>();

    constructor(private readonly clock: Clock) {}

    get size(): number {
        return this.entries.size;
    }

    /** Mails that are not only being gathered. */
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

    /** Takes the place of the one with its id, if there is one. */
    put(record: MailRecord): void {
        this.entries.set(record.id, {
            record,
            since: this.clock.monotonic(),
            notBefore: -Infinity,
            broken: 0,
        });
    }

    /** @param suspect it may be this mail's own fault: the others go first from now on */
    broke(entry: Entry, suspect: boolean): void {
        entry.broken = Math.max(entry.broken + 1, suspect ? MOST_BROKEN : 0);
    }

    remove(id: string): void {
        this.entries.delete(id);
    }

    /** The mail whose turn it is, and from when on (monotonic); undefined when there is none. */
    next(): { entry: Entry; at: number } | undefined {
        const waiting = this.underWay;
        const now = this.clock.monotonic();
        const due = waiting.filter(({ notBefore }) => notBefore <= now);
        const entry = due.find(({ broken }) => broken < MOST_BROKEN) ?? leastOf(due, ({ broken }) => broken);
        if (entry) return { entry, at: now };
        const soonest = leastOf(waiting, ({ notBefore }) => notBefore);
        return soonest && { entry: soonest, at: soonest.notBefore };
    }

    /** How long a mail has been tried, ms, counting only the time in which the program runs. */
    waited({ record, since }: Entry): number {
        return record.waitedMs + this.clock.monotonic() - since;
    }

    /** Changes a record, and counts its waiting anew from now. */
    change(entry: Entry, change: Partial<MailRecord>): void {
        entry.record = { ...entry.record, ...change, waitedMs: this.waited(entry) };
        entry.since = this.clock.monotonic();
    }
}

/** The first of the smallest. */
function leastOf(entries: readonly Entry[], weight: (entry: Entry) => number): Entry | undefined {
    return entries.reduce<Entry | undefined>(
        (least, entry) => (least && weight(least) <= weight(entry) ? least : entry),
        undefined,
    );
}

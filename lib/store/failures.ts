import type { NewLogEntry } from '../core/journal/event-log';
import type { Journal } from '../core/journal/journal';

/** A failure that nobody has acknowledged yet. For one job and one event it is the latest one, with the number of times that it has happened. */
export interface Failure {
    key: string;
    nodeId?: string;
    eventId?: string;
    source: string;
    /** One sentence about the latest failure. */
    text: string;
    /** Epoch ms */
    first: number;
    last: number;
    count: number;
    /** When the same job succeeded later, epoch ms. */
    mended?: number;
    detail?: unknown;
}

const OWNER = 'log';
const NAME = 'failures';
/** Beyond this number the oldest is removed; the log has them all. */
const MOST = 100;
/** JSON characters; the whole detail is in the log. */
const MOST_DETAIL = 4000;

/** The failures of a site that a person must see, whatever was logged later: kept in the site's journal until they are acknowledged. */
export class Failures {
    constructor(private readonly journal: Pick<Journal, 'getValue' | 'setValue'>) {}

    /** The latest first. */
    all(): Failure[] {
        return [...this.kept()].sort((a, b) => b.last - a.last);
    }

    /** Handles a log entry. @returns whether anything has changed */
    note(entry: NewLogEntry): boolean {
        if (entry.kind !== 'job' && entry.kind !== 'system') return false;
        // A person who tests a job sees the outcome directly.
        if ((entry.detail as { test?: boolean } | undefined)?.test) return false;
        return entry.level === 'error' ? this.failed(entry) : this.succeeded(entry);
    }

    /** @returns the acknowledged failure; undefined if it does not exist (any more) */
    acknowledge(key: string): Failure | undefined {
        const kept = this.kept();
        const found = kept.find((failure) => failure.key === key);
        if (found) this.keep(kept.filter((failure) => failure !== found));
        return found;
    }

    private failed({ at, nodeId, eventId, source, text, detail }: NewLogEntry): boolean {
        const kept = this.kept();
        const key = JSON.stringify([nodeId ?? source, eventId ?? '']);
        const former = kept.find((failure) => failure.key === key);
        const failure: Failure = {
            key,
            nodeId,
            eventId,
            source,
            text,
            first: former?.first ?? at,
            last: at,
            count: (former?.count ?? 0) + 1,
            ...(short(detail) ? { detail } : {}),
        };
        // Sorted by arrival, even if the wall clock was changed.
        const others = kept.filter((each) => each !== former);
        this.keep([...others, failure].slice(-MOST));
        return true;
    }

    private succeeded({ kind, at, nodeId, eventId, dryRun, detail }: NewLogEntry): boolean {
        const ok = (detail as { ok?: boolean } | undefined)?.ok === true;
        if (kind !== 'job' || !nodeId || !ok || dryRun) return false;
        const kept = this.kept();
        const mended = (failure: Failure) =>
            failure.nodeId === nodeId && failure.eventId === eventId && failure.mended === undefined;
        if (!kept.some(mended)) return false;
        this.keep(kept.map((failure) => (mended(failure) ? { ...failure, mended: at } : failure)));
        return true;
    }

    private kept(): Failure[] {
        const value = this.journal.getValue(OWNER, NAME);
        return Array.isArray(value) ? (value as Failure[]) : [];
    }

    private keep(failures: readonly Failure[]): void {
        this.journal.setValue(OWNER, NAME, failures);
    }
}

const short = (detail: unknown): boolean => detail !== undefined && JSON.stringify(detail).length <= MOST_DETAIL;

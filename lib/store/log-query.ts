import type { LogEntry, LogKind } from '../core/journal/event-log';

/** Where a page of the log ended: the time and the id of its last entry. Of entries of the same time, the larger id is the newer one. */
export interface LogPlace {
    /** Epoch ms */
    at: number;
    id: number;
}

/** What to read of the event log, newest first. Times in epoch ms, both inclusive; without `limit`, the newest 1000 entries. */
export interface LogQuery {
    from?: number;
    to?: number;
    kinds?: readonly LogKind[];
    levels?: readonly LogEntry['level'][];
    /** Only entries of one source, and of jobs that ran because of its events: its id, and its name. */
    of?: { id: string; name: string };
    /** Only entries about one of these events: ids, e.g. `power-fail`. */
    events?: readonly string[];
    /** Only entries of one occurrence of an event: both edges, and the jobs that ran because of them. */
    episode?: string;
    /** The same, and what else the source of this episode told while it lasted. */
    outage?: string;
    /** Part of the text or the source's name, in any case (ASCII). */
    text?: string;
    limit?: number;
    /** For the next page: the last entry of this one. */
    before?: LogPlace;
}

/** A month of the log, in the time zone of the store. */
export interface LogMonth {
    /** e.g. `2026-11` */
    month: string;
    /** Its first and its last millisecond, epoch ms: `from` and `to` of a query. */
    from: number;
    to: number;
    entries: number;
    /** Older than the months of the active log. */
    archived: boolean;
}

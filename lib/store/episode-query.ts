import type { LogEntry } from '../core/journal/event-log';

/** One occurrence of one event, as the log knows it. */
export interface EpisodeView {
    episode: string;
    sourceId: string;
    sourceName: string;
    eventId: string;
    level: LogEntry['level'];
    /** When it began, by the wall clock, epoch ms. */
    since: number;
    /** By the wall clock, epoch ms; before `since` if that was set back meanwhile. Absent: it has not ended. */
    endedAt?: number;
    /**
     * How long it lasted by count, ms: no change of the wall clock counts. Absent: it has not ended, or nobody counted; see Lasting. The HTTP API
     * also tells the count so far of one that lasts.
     */
    lastedMs?: number;
    /** How many entries of it the log still has. */
    entries: number;
    /** How many jobs failed because of it; kept when the entries are gone. */
    failures: number;
}

/** Which episodes to read, the latest first; without `limit`, 100. */
export interface EpisodeQuery {
    episode?: string;
    sourceId?: string;
    eventId?: string;
    /** Only those that lasted into this time: not ended before `from`, not begun after `to`; epoch ms, both inclusive. */
    from?: number;
    to?: number;
    limit?: number;
    /** For the next page: the last episode of this one. */
    before?: Pick<EpisodeView, 'since' | 'episode'>;
}

import type { LogEntry, NewLogEntry } from '../core/journal/event-log';
import type { Row } from './connection';
import type { Access } from './database';
import type { EpisodeQuery, EpisodeView } from './episode-query';
import { both, where } from './log-query';

const DEFAULT_LIMIT = 100;
/** Of one event of one source so many of the latest are kept: what flaps must not fill the table. */
export const MOST_EPISODES = 2000;
const PRUNE_EVERY = 64;
const PRUNE_STEP = 256;
/** Episodes are kept as long as the recordings of outages. */
const KEPT_DAYS = 1826;
const DAY_MS = 86_400_000;

/** The event that makes an outage. */
const OUTAGE = 'power-fail';

/**
 * The log's own list of episodes: written with the entries, and kept for years, when the journal has forgotten the episodes and the log
 * their entries.
 */
export class EpisodeTable {
    private begun = 0;

    constructor(private readonly db: Access) {}

    /** Notes what an entry says of its episode. An entry that is folded into another one counts as well. */
    note(entry: NewLogEntry): void {
        const { episode, kind, active, level, at, detail } = entry;
        if (!episode) return;
        if (kind === 'event' && active) this.db.transaction(() => this.begin(episode, entry));
        if (kind === 'event' && active === false) this.end(episode, at);
        // A person who tests a job sees the outcome directly.
        if (level === 'error' && !(detail as { test?: boolean } | undefined)?.test)
            this.db.write('UPDATE episode_log SET failures = failures + 1 WHERE episode = ?', [episode]);
    }

    private begin(episode: string, { at, source, nodeId, eventId, level }: NewLogEntry): void {
        const sourceId = nodeId ?? sourceOf(episode);
        // The entry was made when the event was confirmed; the journal knows when it began.
        const since = Number(this.db.get('SELECT since FROM episodes WHERE episode = ?', [episode])?.since ?? at);
        const { changes } = this.db.write(
            `INSERT OR IGNORE INTO episode_log (episode, source_id, source, event_id, level, since)
             VALUES (?, ?, ?, ?, ?, ?)`,
            [episode, sourceId, source, eventId ?? '', level, since],
        );
        if (!changes) return;
        // An event has one occurrence at a time: one that is renewed has no off edge.
        this.db.write(
            `UPDATE episode_log SET ended_at = ?
             WHERE source_id = ? AND event_id = ? AND ended_at IS NULL AND episode <> ?`,
            [since, sourceId, eventId ?? '', episode],
        );
        if (++this.begun % PRUNE_EVERY === 0) this.pruneFlapping(sourceId, eventId ?? '');
    }

    /** The first end counts, and the first count. @param lastedMs by count; the entry of the edge does not know it */
    end(episode: string, at: number, lastedMs?: number): void {
        this.db.write(
            `UPDATE episode_log SET ended_at = coalesce(ended_at, ?), lasted_ms = coalesce(lasted_ms, ?)
             WHERE episode = ? AND (ended_at IS NULL OR lasted_ms IS NULL)`,
            [at, lastedMs, episode],
        );
    }

    private pruneFlapping(sourceId: string, eventId: string): void {
        const surplus = `SELECT rowid FROM episode_log WHERE source_id = ? AND event_id = ? AND ended_at IS NOT NULL
            ORDER BY since DESC LIMIT ${PRUNE_STEP} OFFSET ${MOST_EPISODES}`;
        this.db.write(`DELETE FROM episode_log WHERE rowid IN (${surplus})`, [sourceId, eventId]);
    }

    /** Deletes at most one step of those that ended long ago. @param now epoch ms @returns how many */
    pruneOld(now: number): number {
        return this.removeEnded(now - KEPT_DAYS * DAY_MS, PRUNE_STEP);
    }

    /** Deletes at most `most` of those that had ended before `before`, epoch ms. @returns how many */
    removeEnded(before: number, most: number): number {
        const old = 'SELECT rowid FROM episode_log WHERE since < ? AND ended_at < ? ORDER BY since LIMIT ?';
        return this.db.write(`DELETE FROM episode_log WHERE rowid IN (${old})`, [before, before, most]).changes;
    }

    get(episode: string): EpisodeView | undefined {
        const row = this.db.get(`SELECT *, ${ENTRIES} FROM episode_log WHERE episode = ?`, [episode]);
        return row && toView(row);
    }

    /** The latest first. */
    page({ episode, sourceId, eventId, from, to, limit = DEFAULT_LIMIT, before }: EpisodeQuery = {}): EpisodeView[] {
        const { sql, values } = both(
            where([
                ['episode = ?', episode],
                ['source_id = ?', sourceId],
                ['event_id = ?', eventId],
                ['since <= ?', to],
                // A clock that was set back may say that it ended before it began.
                ['(ended_at IS NULL OR max(ended_at, since + coalesce(lasted_ms, 0)) >= ?)', from],
                ['since <= ?', before?.since],
            ]),
            before && { sql: '(since, episode) < (?, ?)', values: [before.since, before.episode] },
        );
        const rows = this.db.all(
            `SELECT *, ${ENTRIES} FROM episode_log WHERE ${sql} ORDER BY since DESC, episode DESC LIMIT ?`,
            [...values, limit],
        );
        return rows.map(toView);
    }

    /** The episode of the outage that an entry belongs to: the entry is of this episode, or its source told it while the outage lasted. */
    outageOf({ episode, nodeId, at }: LogEntry): string | undefined {
        const own = this.db.get(`SELECT 1 FROM episode_log WHERE episode = ? AND event_id = '${OUTAGE}'`, [episode]);
        if (own) return episode;
        const sourceId = episode === undefined ? nodeId : sourceOf(episode);
        if (!sourceId) return undefined;
        const latest = this.db.get(
            `SELECT episode, ended_at FROM episode_log WHERE source_id = ? AND event_id = '${OUTAGE}' AND since <= ?
             ORDER BY since DESC LIMIT 1`,
            [sourceId, at],
        );
        if (!latest || (latest.ended_at !== null && at > Number(latest.ended_at))) return undefined;
        return String(latest.episode);
    }
}

const ENTRIES = '(SELECT count(*) FROM log WHERE log.episode = episode_log.episode) AS entries';

/** An episode is named `<source>:<event>:<onset>:<random>`. */
function sourceOf(episode: string): string {
    return episode.split(':').slice(0, -3).join(':');
}

function toView(row: Row): EpisodeView {
    return {
        episode: String(row.episode),
        sourceId: String(row.source_id),
        sourceName: String(row.source),
        eventId: String(row.event_id),
        level: row.level as LogEntry['level'],
        since: Number(row.since),
        ...(row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }),
        ...(row.lasted_ms === null ? {} : { lastedMs: Number(row.lasted_ms) }),
        entries: Number(row.entries),
        failures: Number(row.failures),
    };
}

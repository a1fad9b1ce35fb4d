import type {
    DeliveryRecord,
    EpisodeRecord,
    JobBegin,
    JobRecord,
    Journal,
    TimingRecord,
} from '../core/journal/journal';
import type { EventMessage } from '../core/messages';
import type { Row, Value } from './connection';
import type { Access } from './database';
import { insertSql } from './insert-sql';
import { fromJson, messageJson, toJson } from './message-json';
import { TABLES } from './migrations';

/** The journal in SQL. Every write is committed, hence safe from SIGKILL, when the call returns. */
export class SqliteJournal implements Journal {
    constructor(private readonly db: Access) {}

    transaction<T>(work: () => T): T {
        return this.db.transaction(work);
    }

    openEpisodes(sourceId: string): EpisodeRecord[] {
        return this.db
            .all('SELECT * FROM episodes WHERE source_id = ? AND ended_at IS NULL ORDER BY since, rowid', [sourceId])
            .map((row) => ({
                episode: String(row.episode),
                sourceId: String(row.source_id),
                eventId: String(row.event_id),
                since: Number(row.since),
                elapsedMs: Number(row.elapsed_ms),
                elapsedAt: Number(row.elapsed_at),
                ...bootOf(row),
            }));
    }

    saveEpisode({ episode, sourceId, eventId, since, elapsedMs, elapsedAt, boot, up }: EpisodeRecord): void {
        this.db.write(
            `INSERT INTO episodes (episode, source_id, event_id, since, elapsed_ms, elapsed_at, boot, up)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (episode) DO UPDATE SET elapsed_ms = excluded.elapsed_ms, elapsed_at = excluded.elapsed_at,
             boot = excluded.boot, up = excluded.up`,
            [episode, sourceId, eventId, since, elapsedMs, elapsedAt, boot, up],
        );
    }

    endEpisode(episode: string, at: number): void {
        this.db.write('UPDATE episodes SET ended_at = ? WHERE episode = ? AND ended_at IS NULL', [at, episode]);
    }

    unsettledDeliveries(nodeId: string): DeliveryRecord[] {
        return this.db
            .all('SELECT * FROM deliveries WHERE node_id = ? AND settled = 0 ORDER BY id', [nodeId])
            .flatMap((row) => withMessage(row, (message) => ({ ...keyed(row), message, at: Number(row.at) })));
    }

    saveDelivery({ nodeId, key, message, at }: DeliveryRecord): void {
        this.db.write(
            `INSERT INTO deliveries (node_id, key, episode, message, at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (node_id, key) DO UPDATE SET message = excluded.message, at = excluded.at, settled = 0`,
            [nodeId, key, message.event?.episode, messageJson(message), at],
        );
    }

    settleDelivery(nodeId: string, key: string): void {
        this.reduce('deliveries', nodeId, key, { settled: 1 });
    }

    hasDelivery(nodeId: string, key: string): boolean {
        return this.db.get('SELECT 1 FROM deliveries WHERE node_id = ? AND key = ?', [nodeId, key]) !== undefined;
    }

    timings(nodeId: string): TimingRecord[] {
        return this.db.all('SELECT * FROM timings WHERE node_id = ? ORDER BY rowid', [nodeId]).flatMap((row) =>
            withMessage(row, (message) => ({
                nodeId,
                episode: String(row.episode),
                message,
                fired: Number(row.fired),
                lastFiredMs: Number(row.last_fired_ms),
                elapsedMs: Number(row.elapsed_ms),
                elapsedAt: Number(row.elapsed_at),
                ...bootOf(row),
            })),
        );
    }

    saveTiming({ nodeId, episode, message, fired, lastFiredMs, elapsedMs, elapsedAt, boot, up }: TimingRecord): void {
        this.db.write(
            `INSERT INTO timings (node_id, episode, message, fired, last_fired_ms, elapsed_ms, elapsed_at, boot, up)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (node_id, episode) DO UPDATE SET message = excluded.message, fired = excluded.fired,
             last_fired_ms = excluded.last_fired_ms, elapsed_ms = excluded.elapsed_ms,
             elapsed_at = excluded.elapsed_at, boot = excluded.boot, up = excluded.up`,
            [nodeId, episode, messageJson(message), fired, lastFiredMs, elapsedMs, elapsedAt, boot, up],
        );
    }

    deleteTiming(nodeId: string, episode: string): void {
        this.db.write('DELETE FROM timings WHERE node_id = ? AND episode = ?', [nodeId, episode]);
    }

    beginJob({ nodeId, key, message, at }: Parameters<Journal['beginJob']>[0]): JobBegin {
        const state = this.jobState(nodeId, key);
        if (state) return state;
        this.db.write('INSERT INTO jobs (node_id, key, episode, message, at) VALUES (?, ?, ?, ?, ?)', [
            nodeId,
            key,
            message.event?.episode,
            messageJson(message),
            at,
        ]);
        return 'new';
    }

    jobState(nodeId: string, key: string): 'interrupted' | 'done' | undefined {
        const had = this.db.get('SELECT finished_at FROM jobs WHERE node_id = ? AND key = ?', [nodeId, key]);
        return had && (had.finished_at === null ? 'interrupted' : 'done');
    }

    saveJobProgress(nodeId: string, key: string, progress: unknown): void {
        this.db.write('UPDATE jobs SET progress = ? WHERE node_id = ? AND key = ?', [toJson(progress), nodeId, key]);
    }

    finishJob(nodeId: string, key: string, at: number): void {
        this.reduce('jobs', nodeId, key, { progress: null, finished_at: at });
    }

    /**
     * Keeps only the key of a settled or finished record, to recognise it later. The row is deleted and written again, because only this
     * frees the pages of a long text in SQLite.
     */
    private reduce(table: 'deliveries' | 'jobs', nodeId: string, key: string, changes: Row): void {
        this.db.transaction(() => {
            const row = this.db.get(`SELECT * FROM ${table} WHERE node_id = ? AND key = ?`, [nodeId, key]);
            if (!row) return;
            this.db.write(`DELETE FROM ${table} WHERE id = ?`, [row.id as number]);
            const columns: readonly string[] = TABLES[table];
            const values: Row = { ...row, message: '', ...changes };
            this.db.write(
                insertSql(table, columns, 'INSERT OR REPLACE'),
                columns.map((column) => values[column] as Value),
            );
        });
    }

    interruptedJobs(nodeId: string): JobRecord[] {
        return this.db
            .all('SELECT * FROM jobs WHERE node_id = ? AND finished_at IS NULL ORDER BY id', [nodeId])
            .flatMap((row) =>
                withMessage(row, (message) => ({
                    ...keyed(row),
                    message,
                    progress: fromJson(row.progress),
                    at: Number(row.at),
                })),
            );
    }

    getValue(owner: string, name: string): unknown {
        return fromJson(
            this.db.get('SELECT value FROM owner_values WHERE owner = ? AND name = ?', [owner, name])?.value,
        );
    }

    setValue(owner: string, name: string, value: unknown): void {
        if (value === undefined) {
            this.db.write('DELETE FROM owner_values WHERE owner = ? AND name = ?', [owner, name]);
            return;
        }
        this.db.write(
            `INSERT INTO owner_values (owner, name, value) VALUES (?, ?, ?)
             ON CONFLICT (owner, name) DO UPDATE SET value = excluded.value`,
            [owner, name, toJson(value)],
        );
    }
}

function bootOf({ boot, up }: Row): { boot?: string; up?: number } {
    return typeof boot === 'string' && typeof up === 'number' ? { boot, up } : {};
}

function keyed(row: Row): { nodeId: string; key: string } {
    return { nodeId: String(row.node_id), key: String(row.key) };
}

/** One record, or none if its message is unreadable: a job with a wrong message could do anything. */
function withMessage<T>(row: Row, make: (message: EventMessage) => T): T[] {
    const message = fromJson(row.message) as EventMessage | undefined;
    return message?.event ? [make(message)] : [];
}

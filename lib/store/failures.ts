import type { NewLogEntry } from '../core/journal/event-log';
import type { Failure } from '../core/journal/failure';
import type { Row } from './connection';
import type { Access } from './database';
import { fromJson, toJson } from './message-json';

/** Owner of one value per failure, named by its key. */
const OWNER = 'failures';
/** Where stores of earlier versions have all failures, in one list. */
const LIST = ['log', 'failures'];
/** Beyond this number the oldest is removed; the log has them all. */
const MOST = 100;
/** JSON characters; the whole detail is in the log. */
const MOST_DETAIL = 4000;

/**
 * The failures of a site that a person must see, whatever was logged later: kept in the site's journal until they are acknowledged. Each is a
 * row of its own, in order of arrival, because in an outage many jobs may fail at once.
 */
export class Failures {
    constructor(private readonly db: Access) {}

    /** The latest first. */
    all(): Failure[] {
        this.takeOverList();
        return this.db
            .all('SELECT value FROM owner_values WHERE owner = ? ORDER BY rowid', [OWNER])
            .flatMap((row) => failureIn(row) ?? [])
            .sort((a, b) => b.last - a.last);
    }

    /** Handles a log entry. @returns whether anything has changed */
    note(entry: NewLogEntry): boolean {
        if (entry.kind !== 'job' && entry.kind !== 'system') return false;
        // A person who tests a job sees the outcome directly.
        if ((entry.detail as { test?: boolean } | undefined)?.test) return false;
        this.takeOverList();
        return entry.level === 'error' ? this.failed(entry) : this.succeeded(entry);
    }

    /** @returns the acknowledged failure; undefined if it does not exist (any more) */
    acknowledge(key: string): Failure | undefined {
        this.takeOverList();
        const found = this.find(key);
        if (found) this.remove(key);
        return found;
    }

    private failed({ at, nodeId, eventId, source, text, site, detail }: NewLogEntry): boolean {
        const key = keyOf(nodeId ?? source, eventId);
        this.db.transaction(() => {
            const former = this.find(key);
            // Removed first, so that rows stay in order of arrival, even if the wall clock was changed.
            this.remove(key);
            this.add({
                key,
                nodeId,
                eventId,
                source,
                text,
                ...(site ? { site } : {}),
                first: former?.first ?? at,
                last: at,
                count: (former?.count ?? 0) + 1,
                ...(short(detail) ? { detail } : {}),
            });
            if (!former) this.limit();
        });
        return true;
    }

    private succeeded({ kind, at, nodeId, eventId, dryRun, detail }: NewLogEntry): boolean {
        const ok = (detail as { ok?: boolean } | undefined)?.ok === true;
        if (kind !== 'job' || !nodeId || !ok || dryRun) return false;
        const failure = this.find(keyOf(nodeId, eventId));
        if (failure?.nodeId !== nodeId || failure.mended !== undefined) return false;
        this.db.write('UPDATE owner_values SET value = ? WHERE owner = ? AND name = ?', [
            toJson({ ...failure, mended: at }),
            OWNER,
            failure.key,
        ]);
        return true;
    }

    private find(key: string): Failure | undefined {
        const row = this.db.get('SELECT value FROM owner_values WHERE owner = ? AND name = ?', [OWNER, key]);
        return row && failureIn(row);
    }

    private add(failure: Failure): void {
        this.db.write('INSERT OR REPLACE INTO owner_values (owner, name, value) VALUES (?, ?, ?)', [
            OWNER,
            failure.key,
            toJson(failure),
        ]);
    }

    private remove(key: string): void {
        this.db.write('DELETE FROM owner_values WHERE owner = ? AND name = ?', [OWNER, key]);
    }

    private limit(): void {
        this.db.write(
            `DELETE FROM owner_values WHERE rowid IN
             (SELECT rowid FROM owner_values WHERE owner = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`,
            [OWNER, MOST],
        );
    }

    /** Looked for each time: a file that comes back to a running process may bring one. */
    private takeOverList(): void {
        const row = this.db.get('SELECT value FROM owner_values WHERE owner = ? AND name = ?', LIST);
        if (!row) return;
        const list = fromJson(row.value);
        this.db.transaction(() => {
            this.db.write('DELETE FROM owner_values WHERE owner = ? AND name = ?', LIST);
            if (!Array.isArray(list)) return;
            for (const failure of list as Failure[]) if (!this.find(failure.key)) this.add(failure);
            this.limit();
        });
    }
}

function keyOf(job: string, eventId: string | undefined): string {
    return JSON.stringify([job, eventId ?? '']);
}

/** Undefined if the row was damaged on disk. */
function failureIn(row: Row): Failure | undefined {
    return fromJson(row.value) as Failure | undefined;
}

const short = (detail: unknown): boolean => detail !== undefined && JSON.stringify(detail).length <= MOST_DETAIL;

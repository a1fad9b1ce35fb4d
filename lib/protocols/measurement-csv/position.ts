import { createHash } from 'node:crypto';

/**
 * Which rows have been read, so that each is read once: also when the file is renamed and a new one begins, and when the renamed one is read after it.
 * It is JSON for the caller to keep, together with the rows (in one transaction, for the sake of a `kill -9`).
 */
export interface LogPosition {
    version: 1;
    /** The rows with the latest times: epoch ms, and a hash of the row. */
    recent: readonly (readonly [at: number, hash: string])[];
    /** All rows with this time or a later one are in `recent`, epoch ms. */
    exactFrom: number;
    /** Times between which all rows have been read, epoch ms, both included. */
    spans: readonly (readonly [from: number, to: number])[];
}

export const START: LogPosition = { version: 1, recent: [], exactFrom: 0, spans: [] };

/** Four hours of a row each minute: as far back as a clock may be set without rows being taken for known ones. */
const MOST_RECENT = 256;
/** Of the oldest, more are forgotten. */
const MOST_SPANS = 64;
/** Rows are at most an hour apart (RMCU manual, "Logging"): behind a longer pause, a clock may have been wrong, ms. */
const LONGEST_PAUSE = 2 * 3600_000;

/** A position that was kept; the start for everything that is none. */
export function positionFrom(kept: unknown): LogPosition {
    const { version, recent, exactFrom, spans } = (kept ?? {}) as Partial<LogPosition>;
    const pairs = (list: unknown, second: string): boolean =>
        Array.isArray(list) &&
        list.every((each) => Array.isArray(each) && Number.isFinite(each[0]) && typeof each[1] === second);
    const isOne = version === 1 && pairs(recent, 'string') && pairs(spans, 'number') && Number.isFinite(exactFrom);
    return isOne ? (kept as LogPosition) : START;
}

/** 72 bits of a row: its time and its content. */
export function hashOf(row: string): string {
    return createHash('sha1').update(row).digest('base64url').slice(0, 12);
}

/** Goes through the rows of one file in their order. */
export class SeenRows {
    private readonly recent: Map<string, number>;
    private readonly spans: (readonly [number, number])[];
    private run: [from: number, to: number] | undefined;

    constructor(private readonly before: LogPosition) {
        this.recent = new Map(before.recent.map(([at, hash]) => [hash, at]));
        this.spans = [...before.spans];
    }

    /** Whether a row is read for the first time. @param at epoch ms */
    take(at: number, hash: string): boolean {
        this.extend(at);
        const { exactFrom, spans } = this.before;
        const seen = this.recent.has(hash) || (at < exactFrom && spans.some(([from, to]) => at >= from && at <= to));
        if (!seen) this.recent.set(hash, at);
        return !seen;
    }

    private extend(at: number): void {
        const { run } = this;
        if (run && at >= run[1] && at - run[1] <= LONGEST_PAUSE) {
            run[1] = at;
            return;
        }
        if (run) this.spans.push(run);
        this.run = [at, at];
    }

    /** The position behind these rows. */
    position(): LogPosition {
        const rows = [...this.recent].map(([hash, at]) => [at, hash] as const).sort(([a], [b]) => b - a);
        const rest = rows.slice(MOST_RECENT);
        // Rows of one time stay or go together.
        const exactFrom = rest.length ? Math.max(this.before.exactFrom, rest[0]![0] + 1) : this.before.exactFrom;
        const recent = rows.filter(([at]) => at >= exactFrom);
        return { version: 1, recent, exactFrom, spans: merged([...this.spans, ...(this.run ? [this.run] : [])]) };
    }
}

function merged(spans: readonly (readonly [number, number])[]): (readonly [number, number])[] {
    const all: [number, number][] = [];
    for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
        const last = all.at(-1);
        if (last && from <= last[1]) last[1] = Math.max(last[1], to);
        else all.push([from, to]);
    }
    return all.slice(-MOST_SPANS);
}

import { hash } from 'node:crypto';
import { isKnownPart, type KnownPart } from './known-part';
import { RowSet } from './row-set';

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
    spans: readonly Span[];
    /** Where the file that the device writes was left: all rows behind are new, whatever their time says. */
    live?: LiveEnd;
    /** Beginnings of files that need not be read once more. Whoever loses them reads the same rows, and only takes longer. */
    known?: readonly KnownPart[];
}

/** The end of what was read of a file that rows are added to. */
export interface LiveEnd {
    /** Its last bytes, up to the end of a line, as Latin-1. */
    tail: string;
    /** Time of its last good row, epoch ms. */
    at: number;
}

type Span = readonly [from: number, to: number];

export const START: LogPosition = { version: 1, recent: [], exactFrom: 0, spans: [] };

/** Four hours of a row each minute: so far back, rows of a file that was changed are told apart by what stands in them. */
const MOST_RECENT = 256;
/** Of the oldest, more are forgotten. */
const MOST_SPANS = 64;
/** More than there may be in the end are collected before they are sorted out. */
const COLLECTED = 4;
/** Rows are at most an hour apart (RMCU manual, "Logging"): behind a longer pause, a clock may have been wrong, ms. */
export const LONGEST_PAUSE = 2 * 3600_000;
/** Of one file, more different damaged rows are counted each time they are met. */
const MOST_DAMAGED = 10_000;

/** A position that was kept; the start for everything that is none. */
export function positionFrom(kept: unknown): LogPosition {
    const { version, recent, exactFrom, spans, live, known = [] } = (kept ?? {}) as Partial<LogPosition>;
    const pairs = (list: unknown, second: string): boolean =>
        Array.isArray(list) &&
        list.every((each) => Array.isArray(each) && Number.isFinite(each[0]) && typeof each[1] === second);
    const isOne = version === 1 && pairs(recent, 'string') && pairs(spans, 'number') && Number.isFinite(exactFrom);
    if (!isOne) return START;
    const { live: _, ...others } = kept as LogPosition;
    const position = live === undefined || isLiveEnd(live) ? (kept as LogPosition) : others;
    return Array.isArray(known) && known.every(isKnownPart) ? position : { ...position, known: [] };
}

function isLiveEnd(kept: unknown): kept is LiveEnd {
    const { tail, at } = (kept ?? {}) as Partial<LiveEnd>;
    return typeof tail === 'string' && tail !== '' && Number.isSafeInteger(at);
}

/** 72 bits of a row: its time and its content. */
export function hashOf(row: string): string {
    return hash('sha1', row, 'base64url').slice(0, 12);
}

/** A row that was taken; its hash is only made of those that are kept in the end. */
interface Taken {
    at: number;
    row: string;
    hash?: string;
}

/** Goes through the rows of one file in their order. What it keeps in mind does not grow with the file, but for a few bytes of each row. */
export class SeenRows {
    private readonly before: ReadonlySet<string>;
    /** The latest time of those, epoch ms. */
    private readonly beforeUpTo: number;
    private readonly inFile = new RowSet();
    private readonly damaged = new RowSet();
    private recent: Taken[];
    private exactFrom: number;
    private spans: Span[];
    private run: [from: number, to: number] | undefined;

    /** @param position before this file */
    constructor(private readonly position: LogPosition) {
        this.before = new Set(position.recent.map(([, each]) => each));
        this.beforeUpTo = position.recent.reduce((latest, [at]) => Math.max(latest, at), -Infinity);
        this.recent = position.recent.map(([at, each]) => ({ at, row: '', hash: each }));
        this.exactFrom = position.exactFrom;
        this.spans = [...position.spans];
    }

    /** The rows in front of the first one have been read before. @param at time of the last of them, epoch ms */
    continueFrom(at: number): void {
        this.run = [at, at];
    }

    /** Whether a row is read for the first time. @param at epoch ms */
    take(at: number, row: string): boolean {
        return this.isNew(at, row) && this.inFile.add(row) && this.keep(at, row);
    }

    /** Takes a row that stands behind those that were read of its file: it is new even if it has their time and their text. */
    takeBehind(at: number, row: string): void {
        this.extend(at);
        this.inFile.add(row);
        this.keep(at, row);
    }

    /** The same as `take` of a damaged one, which has no time of its own: it may become a good row when it is read in another way. */
    takeDamaged(at: number, row: string): boolean {
        const marked = `\0${row}`;
        if (!this.isNew(at, marked)) return false;
        if (this.damaged.size < MOST_DAMAGED && !this.damaged.add(marked)) return false;
        return this.keep(at, marked);
    }

    private isNew(at: number, row: string): boolean {
        this.extend(at);
        const { exactFrom, spans } = this.position;
        if (at < exactFrom && spans.some(([from, to]) => at >= from && at <= to)) return false;
        return at > this.beforeUpTo || !this.before.has(hashOf(row));
    }

    private keep(at: number, row: string): true {
        if (at < this.exactFrom) return true;
        this.recent.push({ at, row });
        if (this.recent.length > COLLECTED * MOST_RECENT) this.forgetOlder();
        return true;
    }

    /** Rows of one time stay or go together. */
    private forgetOlder(): void {
        this.recent.sort((a, b) => b.at - a.at);
        const latestGone = this.recent[MOST_RECENT];
        if (!latestGone) return;
        this.exactFrom = Math.max(this.exactFrom, latestGone.at + 1);
        this.recent = this.recent.filter(({ at }) => at >= this.exactFrom);
    }

    private extend(at: number): void {
        const { run } = this;
        if (run && at >= run[1] && at - run[1] <= LONGEST_PAUSE) {
            run[1] = at;
            return;
        }
        if (run) this.spans.push(run);
        this.run = [at, at];
        if (this.spans.length > 2 * COLLECTED * MOST_SPANS) this.spans = merged(this.spans, COLLECTED * MOST_SPANS);
    }

    /** The position behind these rows. */
    behind(): LogPosition {
        this.forgetOlder();
        const recent = this.recent.map(({ at, row, hash: made }) => [at, made ?? hashOf(row)] as const);
        const spans = merged([...this.spans, ...(this.run ? [this.run] : [])], MOST_SPANS);
        const { live } = this.position;
        return { version: 1, recent, exactFrom: this.exactFrom, spans, ...(live && { live }) };
    }
}

function merged(spans: readonly Span[], most: number): Span[] {
    const all: [number, number][] = [];
    for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
        const last = all.at(-1);
        if (last && from <= last[1]) last[1] = Math.max(last[1], to);
        else all.push([from, to]);
    }
    return all.slice(-most);
}

import type { Clock, TimerHandle } from '../core/clock';
import type { NewLogEntry } from '../core/journal/event-log';

/** So many entries of one kind are written separately … */
export const UNSUPPRESSED_ENTRIES = 30;
/** … within this time; after a quiet time of the same length, the next ones are written separately again. */
export const WINDOW_MS = 600_000;
/** Longest time that one entry counts, ms. */
const CHAPTER_MS = 3_600_000;
/** How often the count of the present entry is written, ms. */
const WRITE_MS = 10_000;
/** Greatest number of kinds; beyond it, the kind that was quiet for longest is forgotten. */
const MOST_KINDS = 5000;

interface Kind {
    /** Times of the latest entries, monotonic ms; at most `UNSUPPRESSED_ENTRIES`. */
    times: number[];
    lastAt: number;
    /** The entry that counts the repeats. */
    open?: { id: number; count: number; since: number; startedAt: number; unwritten?: NewLogEntry };
}

/** The part of the log that the suppressor uses. */
export interface SuppressedLog {
    /** @returns the id of the new entry */
    insert(entry: NewLogEntry): number;
    /** Does nothing if the entry does not exist (any more). */
    update(id: number, entry: NewLogEntry): void;
}

/**
 * Prevents a contact that flaps, or a job that repeats, from filling the event log: beyond `UNSUPPRESSED_ENTRIES` entries of one kind
 * within `WINDOW_MS`, one entry per hour counts them and has the text of the latest. A kind is: the same node, event and level.
 */
export class RepeatSuppressor {
    private readonly kinds = new Map<string, Kind>();
    private timer: TimerHandle;

    /** @param words writes the sentence for `count` entries since `since` (epoch ms); `text` is that of the latest */
    constructor(
        private readonly clock: Clock,
        private readonly log: SuppressedLog,
        private readonly words: (text: string, count: number, since: number, kind: NewLogEntry['kind']) => string,
    ) {}

    /** @returns true: write the entry as it is; false: the suppressor has handled it */
    pass(entry: NewLogEntry): boolean {
        if (!entry.nodeId) return true;
        const key = [
            entry.nodeId,
            entry.kind,
            entry.level === 'error' ? 'error' : '',
            entry.source,
            entry.eventId,
        ].join('\n');
        const now = this.clock.monotonic();
        const kind = this.kindOf(key, now);
        kind.lastAt = now;
        if (!kind.open) {
            kind.times = [...kind.times.filter((at) => now - at < WINDOW_MS), now].slice(-UNSUPPRESSED_ENTRIES - 1);
            if (kind.times.length <= UNSUPPRESSED_ENTRIES) return true;
        }
        this.count(kind, entry, now);
        return false;
    }

    /** Writes the counts that are not written yet. */
    flush(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
        for (const { open } of this.kinds.values()) {
            if (!open?.unwritten) continue;
            this.log.update(open.id, open.unwritten);
            open.unwritten = undefined;
        }
    }

    private kindOf(key: string, now: number): Kind {
        let kind = this.kinds.get(key);
        if (kind && now - kind.lastAt >= WINDOW_MS) kind = undefined;
        kind ??= { times: [], lastAt: now };
        // The newest kind is the last one, so the first one is forgotten first.
        this.kinds.delete(key);
        this.kinds.set(key, kind);
        if (this.kinds.size > MOST_KINDS) this.kinds.delete(this.kinds.keys().next().value!);
        return kind;
    }

    private count(kind: Kind, entry: NewLogEntry, now: number): void {
        if (!kind.open || now - kind.open.startedAt >= CHAPTER_MS) {
            this.flush();
            const open = { id: 0, count: 1, since: entry.at, startedAt: now };
            open.id = this.log.insert(this.summary(entry, open));
            kind.open = open;
            return;
        }
        kind.open.count++;
        kind.open.unwritten = this.summary(entry, kind.open);
        this.timer ??= this.clock.setTimeout(() => this.flush(), WRITE_MS);
    }

    private summary(entry: NewLogEntry, { count, since }: { count: number; since: number }): NewLogEntry {
        return {
            ...entry,
            text: this.words(entry.text, count, since, entry.kind),
            detail: { flapping: { count, since, text: entry.text } },
        };
    }
}

import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock';

/** Longer than the time window of RFC 3414 lets a message live, both ways, ms. */
const KEPT_MS = 300_000;
const MOST = 20_000;
/** So many outlive the process: SETs are rare, and each writes them all. */
const MOST_KEPT = 500;

/** Where the marks of SETs outlive the process. */
export interface SetMemory {
    read(): unknown;
    write(marks: unknown): void;
}

/**
 * The SETs of the last 300 s. Within the time window SNMPv3 has no protection against a message that comes again, and a manager that gets no answer sends its
 * request once more: each is carried out once.
 */
export class SeenSets {
    private readonly seen = new Map<string, number>();
    private isRestored = false;

    constructor(
        private readonly clock: Clock,
        private readonly memory?: SetMemory,
    ) {}

    /**
     * Whether one of these has been seen; else they count as seen from now on. Full: everything counts as seen, so that nobody can push a SET out.
     * @param marks what a repetition has in common with its first time
     */
    isRepeated(...marks: readonly (Buffer | string)[]): boolean {
        this.restore();
        const now = this.clock.monotonic();
        for (const [digest, at] of this.seen) {
            if (now - at < KEPT_MS) break;
            this.seen.delete(digest);
        }
        const digests = marks.map((mark) => createHash('sha256').update(mark).digest('base64'));
        if (digests.some((digest) => this.seen.has(digest)) || this.seen.size >= MOST) return true;
        for (const digest of digests) this.seen.set(digest, now);
        this.keep(now);
        return false;
    }

    /** Noted before the SET is carried out: after a kill it is not done again. */
    private keep(now: number): void {
        const wallClock = this.clock.now();
        this.memory?.write(
            [...this.seen].slice(-MOST_KEPT).map(([digest, at]) => [digest, Math.round(wallClock - (now - at))]),
        );
    }

    /** When it is needed first: by then the stores are there. */
    private restore(): void {
        if (this.isRestored) return;
        this.isRestored = true;
        const kept = this.memory?.read();
        if (!Array.isArray(kept)) return;
        const [now, wallClock] = [this.clock.monotonic(), this.clock.now()];
        for (const [digest, at] of kept as [string, number][])
            // The wall clock may have been set back.
            this.seen.set(String(digest), now - Math.max(0, wallClock - Number(at) || 0));
    }
}

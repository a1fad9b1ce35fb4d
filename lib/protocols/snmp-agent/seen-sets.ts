import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock';

/** Longer than the time window of RFC 3414 lets a message live, both ways, ms. */
const KEPT_MS = 300_000;
const MOST = 20_000;

/**
 * The SETs of the last 300 s. Within the time window SNMPv3 has no protection against a message that comes again, and a manager that gets no answer sends its
 * request once more: each is carried out once.
 */
export class SeenSets {
    private readonly seen = new Map<string, number>();

    constructor(private readonly clock: Clock) {}

    /**
     * Whether one of these has been seen; else they count as seen from now on. Full: everything counts as seen, so that nobody can push a SET out.
     * @param marks what a repetition has in common with its first time
     */
    isRepeated(...marks: readonly (Buffer | string)[]): boolean {
        const now = this.clock.monotonic();
        for (const [digest, at] of this.seen) {
            if (now - at < KEPT_MS) break;
            this.seen.delete(digest);
        }
        const digests = marks.map((mark) => createHash('sha256').update(mark).digest('base64'));
        if (digests.some((digest) => this.seen.has(digest)) || this.seen.size >= MOST) return true;
        for (const digest of digests) this.seen.set(digest, now);
        return false;
    }
}

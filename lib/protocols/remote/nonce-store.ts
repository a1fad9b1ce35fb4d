/** A nonce may be used once. Which were used outlives the process: see `entries`. */
export type NonceEntries = [nonce: string, timestamp: number][];

/** Kept beyond their time: a wall clock that is set back makes old timestamps look fresh again. */
const KEPT_ANYWAY = 500;
const MOST = 5000;

export class NonceStore {
    private readonly used: Map<string, number>;

    /** @param kept what `entries` gave before a restart */
    constructor(
        private readonly windowSeconds: number,
        kept: unknown,
    ) {
        const entries = Array.isArray(kept) ? (kept as NonceEntries) : [];
        this.used = new Map(entries.filter((entry) => Array.isArray(entry) && typeof entry[0] === 'string'));
    }

    /** `full`: so many within the time window that none can be forgotten; nothing more can be accepted for now. */
    check(nonce: string, now: number): 'new' | 'used' | 'full' {
        if (this.used.has(nonce)) return 'used';
        this.prune(now);
        return this.used.size >= MOST ? 'full' : 'new';
    }

    /** @param timestamp of the request, seconds */
    note(nonce: string, timestamp: number): void {
        this.used.set(nonce, timestamp);
    }

    /** Takes back a note that could not be written down. */
    forget(nonce: string): void {
        this.used.delete(nonce);
    }

    /** JSON value, oldest first. */
    entries(): NonceEntries {
        return [...this.used];
    }

    private prune(now: number): void {
        for (const [nonce, timestamp] of this.used) {
            if (this.used.size < KEPT_ANYWAY) return;
            if (Math.abs(now - timestamp) > this.windowSeconds) this.used.delete(nonce);
        }
    }
}

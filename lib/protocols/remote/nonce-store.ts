/** Used nonces with their timestamps; a nonce may be used once. They survive a restart by `entries`. */
export type NonceEntries = [nonce: string, timestamp: number][];

/** Number of nonces kept after their time: if the wall clock is set back, old timestamps look fresh again. */
const MIN_KEPT = 500;
const MOST = 5000;

export class NonceStore {
    private readonly used: Map<string, number>;

    /** @param kept the result of `entries` before a restart */
    constructor(
        private readonly windowSeconds: number,
        kept: unknown,
    ) {
        const entries = Array.isArray(kept) ? (kept as NonceEntries) : [];
        this.used = new Map(entries.filter((entry) => Array.isArray(entry) && typeof entry[0] === 'string'));
    }

    /** `full`: all stored nonces are within the time window; no further call can be accepted for now. */
    check(nonce: string, now: number): 'new' | 'used' | 'full' {
        if (this.used.has(nonce)) return 'used';
        this.prune(now);
        return this.used.size >= MOST ? 'full' : 'new';
    }

    /** @param timestamp of the request, seconds */
    note(nonce: string, timestamp: number): void {
        this.used.set(nonce, timestamp);
    }

    /** Removes a nonce that could not be stored. */
    forget(nonce: string): void {
        this.used.delete(nonce);
    }

    /** JSON, oldest first. */
    entries(): NonceEntries {
        return [...this.used];
    }

    private prune(now: number): void {
        for (const [nonce, timestamp] of this.used) {
            if (this.used.size < MIN_KEPT) return;
            if (Math.abs(now - timestamp) > this.windowSeconds) this.used.delete(nonce);
        }
    }
}

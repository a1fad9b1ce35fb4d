import type { Clock } from '../../core/clock';

interface Bucket {
    tokens: number;
    at: number;
}

const MOST_ADDRESSES = 1000;

/** So many requests per minute from each address, that many at once at most. Counted before anything is checked. */
export class RateLimit {
    private readonly buckets = new Map<string, Bucket>();

    constructor(
        private readonly clock: Clock,
        private readonly perMinute: number,
    ) {}

    /** 0: go on. Else in how many seconds it may be tried again. */
    take(address: string): number {
        const now = this.clock.monotonic();
        const known = this.buckets.get(address);
        const tokens = known
            ? Math.min(this.perMinute, known.tokens + ((now - known.at) / 60_000) * this.perMinute)
            : this.perMinute;
        // newest last, so that the bound drops whoever has been quiet for longest
        this.buckets.delete(address);
        const granted = tokens >= 1 - 1e-9;
        this.buckets.set(address, { tokens: granted ? Math.max(0, tokens - 1) : tokens, at: now });
        if (this.buckets.size > MOST_ADDRESSES) this.buckets.delete(this.buckets.keys().next().value!);
        // floating point: 20.000000001 s are 20
        return granted ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 60) / this.perMinute - 1e-6));
    }
}

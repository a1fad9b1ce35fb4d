import type { Clock } from '../../core/clock';

const PER_SECOND = 50;
const BURST = 200;
const MOST_ADDRESSES = 1000;

/** 50 requests per second from each address, 200 at once. Who sends more is not answered. */
export class RequestPace {
    private readonly buckets = new Map<string, { tokens: number; at: number }>();

    constructor(private readonly clock: Clock) {}

    take(address: string): boolean {
        const now = this.clock.monotonic();
        const known = this.buckets.get(address);
        const tokens = known ? Math.min(BURST, known.tokens + ((now - known.at) / 1000) * PER_SECOND) : BURST;
        // Newest last: the bound drops whoever has been quiet for longest.
        this.buckets.delete(address);
        const granted = tokens >= 1;
        this.buckets.set(address, { tokens: granted ? tokens - 1 : tokens, at: now });
        if (this.buckets.size > MOST_ADDRESSES) this.buckets.delete(this.buckets.keys().next().value!);
        return granted;
    }
}

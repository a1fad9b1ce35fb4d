import type { Clock } from '../../core/clock';

/** Bytes of answers that are made for one address in a second, and for all; twice and once as many at once. More than 100 datagrams a second are sent to nobody. */
const PER_SECOND = 256 * 1024;
const MOST_OF_ONE = 2 * PER_SECOND;
const ALL_PER_SECOND = 8 * PER_SECOND;
const MOST_OF_ALL = ALL_PER_SECOND;
const MOST_ADDRESSES = 1000;

interface Bucket {
    bytes: number;
    /** Monotonic ms. */
    at: number;
}

/**
 * A request of 1476 bytes may ask for 128 KiB, and again and again: what cannot be sent in time anyway is not made, so that one client does not take
 * the time of everything else in this process.
 */
export class WorkLimit {
    private readonly buckets = new Map<string, Bucket>();
    private readonly all: Bucket;

    constructor(private readonly clock: Clock) {
        this.all = { bytes: MOST_OF_ALL, at: clock.monotonic() };
    }

    /** Whether an answer may be made for this address. */
    allows(address: string): boolean {
        this.fill(this.all, ALL_PER_SECOND, MOST_OF_ALL);
        const own = this.buckets.get(address);
        if (own) this.fill(own, PER_SECOND, MOST_OF_ONE);
        return this.all.bytes > 0 && (!own || own.bytes > 0);
    }

    /** @param bytes that were made, whether they are sent or not */
    spend(address: string, bytes: number): void {
        const own = this.buckets.get(address) ?? { bytes: MOST_OF_ONE, at: this.clock.monotonic() };
        own.bytes -= bytes;
        this.all.bytes -= bytes;
        // Who has asked last is last.
        this.buckets.delete(address);
        this.buckets.set(address, own);
        if (this.buckets.size > MOST_ADDRESSES) this.buckets.delete(this.buckets.keys().next().value!);
    }

    private fill(bucket: Bucket, perSecond: number, most: number): void {
        const now = this.clock.monotonic();
        bucket.bytes = Math.min(most, bucket.bytes + ((now - bucket.at) / 1000) * perSecond);
        bucket.at = now;
    }
}

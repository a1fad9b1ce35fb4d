import type { Clock } from '../../core/clock';

/** Of one address, in a second of the clock. */
const PER_SECOND = 500;
const MOST_ADDRESSES = 1000;

/** More than 500 datagrams a second of one address are not read: also those cost time that are not answered. */
export class ArrivalLimit {
    private second = -1;
    private readonly counts = new Map<string, number>();

    constructor(private readonly clock: Clock) {}

    take(address: string): boolean {
        const second = Math.floor(this.clock.monotonic() / 1000);
        if (second !== this.second) {
            this.second = second;
            this.counts.clear();
        }
        const count = (this.counts.get(address) ?? 0) + 1;
        if (count === 1 && this.counts.size >= MOST_ADDRESSES) return false;
        this.counts.set(address, count);
        return count <= PER_SECOND;
    }
}

/** Objects per PDU; an answer stays well under the 1472 octets of an unfragmented datagram. */
export const LARGEST_REQUEST = 48;
/**
 * The search ends when the smallest failed size is within this factor of the largest that worked: one or two objects more are not
 * worth a timeout.
 */
const CLOSE_ENOUGH = 1.25;

/**
 * Learns how many objects this agent takes per request. Starts with 48. After a failure it goes down, then up again from the
 * largest size that worked: first by doubling, then by halving the gap.
 */
export class RequestSize {
    /** The largest size that was answered. */
    private good = 0;
    /** The smallest size that failed. */
    private bad = Infinity;
    private size = LARGEST_REQUEST;

    /** Present number of objects per request. */
    get now(): number {
        return this.size;
    }

    /** The learned limit; undefined while none is known. */
    get limit(): number | undefined {
        return this.bad === Infinity ? undefined : this.size;
    }

    /** @param limit what another process learned */
    begin(limit: number | undefined): void {
        this.good = limit ?? 0;
        this.bad = limit === undefined ? Infinity : limit + 1;
        this.size = limit ?? LARGEST_REQUEST;
    }

    answered(count: number): void {
        this.good = Math.max(this.good, count);
        if (count >= this.bad) this.bad = Infinity;
        if (count < this.size || this.bad === Infinity) {
            if (this.bad === Infinity) this.size = LARGEST_REQUEST;
            return;
        }
        const next = 2 * count < this.bad ? 2 * count : Math.floor((count + this.bad) / 2);
        if (next > count * CLOSE_ENOUGH && next < this.bad) this.size = next;
    }

    /**
     * Returns a function that restores the present state: if the agent turns out to be silent, the failures say nothing about
     * sizes.
     */
    remember(): () => void {
        const { good, bad, size } = this;
        return () => Object.assign(this, { good, bad, size });
    }

    /** The agent answered tooBig. */
    tooMany(count: number): void {
        this.fails(count);
        this.size = Math.ceil(count / 2);
    }

    /** The agent answered only the first `given` objects. */
    cutShort(count: number, given: number): void {
        this.fails(Math.max(2, Math.min(count, given + 1)));
        this.size = Math.max(1, given);
    }

    /** No answer, although the agent is alive: go down to the size that worked, or else to one object. */
    dropped(count: number): void {
        this.fails(count);
        this.size = this.good > 0 ? this.good : 1;
    }

    private fails(count: number): void {
        this.bad = Math.min(this.bad, count);
        if (this.good >= count) this.good = 0;
    }
}

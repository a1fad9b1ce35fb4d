/** Objects asked for in one PDU; answers stay well under the 1472 octets of an unfragmented datagram. */
export const LARGEST_REQUEST = 48;
/** Growing goes on until what failed is within this factor of what went well: the last object or two are not worth a time-out. */
const CLOSE_ENOUGH = 1.25;

/**
 * How many objects this agent takes at once, learned from what it does with requests: 48 until one is too many, then up again from what is
 * known to be answered, by doubling and then by halving the gap.
 */
export class RequestSize {
    /** The largest that was answered. */
    private good = 0;
    /** The smallest that was not. */
    private bad = Infinity;
    private size = LARGEST_REQUEST;

    /** Objects to ask for at once, now. */
    get now(): number {
        return this.size;
    }

    /** The limit that was found; undefined while there is none. */
    get limit(): number | undefined {
        return this.bad === Infinity ? undefined : this.size;
    }

    /** What another process found out. */
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

    /** Puts things back when nothing was heard any more: then it was silence, and says nothing of sizes. */
    remember(): () => void {
        const { good, bad, size } = this;
        return () => Object.assign(this, { good, bad, size });
    }

    /** The agent said that it cannot answer so many. */
    tooMany(count: number): void {
        this.fails(count);
        this.size = Math.ceil(count / 2);
    }

    /** Answered with the first `given` objects only. */
    cutShort(count: number, given: number): void {
        this.fails(Math.max(2, Math.min(count, given + 1)));
        this.size = Math.max(1, given);
    }

    /** No answer, although the agent is there: down to what is known to be answered, or else to a single object. */
    dropped(count: number): void {
        this.fails(count);
        this.size = this.good > 0 ? this.good : 1;
    }

    private fails(count: number): void {
        this.bad = Math.min(this.bad, count);
        if (this.good >= count) this.good = 0;
    }
}

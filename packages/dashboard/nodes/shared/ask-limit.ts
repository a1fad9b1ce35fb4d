/** A person who leaves one page for another: each widget of the one says so, and each of the other asks. Five pages at once. */
const AT_ONCE = 20;
const PER_SECOND = 4;

/**
 * How often one socket is answered at once. The socket takes messages from whoever reaches the pages, and each answer takes time that the
 * shutdown of an outage may need.
 */
export class AskLimit {
    private readonly known = new WeakMap<object, { left: number; at: number }>();

    /** @param now milliseconds of a clock that does not jump */
    constructor(private readonly now: () => number) {}

    /** @returns whether `asking` may be answered at once */
    take(asking: object): boolean {
        const at = this.now();
        const before = this.known.get(asking) ?? { left: AT_ONCE, at };
        const left = Math.min(AT_ONCE, before.left + ((at - before.at) * PER_SECOND) / 1000);
        const may = left >= 1;
        this.known.set(asking, { left: may ? left - 1 : left, at });
        return may;
    }
}

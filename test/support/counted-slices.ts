import { Slices, SLICE_MS } from '../../lib/core/turns';

/** Slices of a clock on which a millisecond passes with each look at it: what looks after each row gets so many rows into a slice. */
export class CountedSlices extends Slices {
    /** How often others had their turn. */
    turns = 0;

    constructor() {
        let looks = 0;
        super(() => looks++);
    }

    override async next(): Promise<void> {
        this.turns++;
        await super.next();
    }

    /** Turns that there are at least where others have theirs after a slice of so many looks. */
    static turnsOf(looks: number): number {
        return Math.floor(looks / SLICE_MS);
    }
}

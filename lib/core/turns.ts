/**
 * For how long work goes on before others have their turn, ms. What cannot be divided, and the garbage of it, come on top: a turn of the event
 * loop stays below 10 ms also on a machine that is half as fast.
 */
export const SLICE_MS = 3;

const waiting: (() => void)[] = [];

/**
 * Resolves when others have had their turn. In each turn of the event loop one of those who wait goes on, first come, first served: long work for
 * several at once makes no turn longer than for one.
 */
export function turn(): Promise<void> {
    return new Promise((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(letOneGoOn);
    });
}

function letOneGoOn(): void {
    waiting.shift()!();
    if (waiting.length > 0) setImmediate(letOneGoOn);
}

/** Divides long work by the clock. The first slice begins with it; it is for one work. */
export class Slices {
    private begun: number;

    /**
     * @param now ms of a clock that does not jump
     * @param ms length of a slice
     */
    constructor(
        private readonly now: () => number = () => performance.now(),
        private readonly ms = SLICE_MS,
    ) {
        this.begun = now();
    }

    /** Others are to have their turn now. */
    get isOver(): boolean {
        return this.now() - this.begun >= this.ms;
    }

    /** Begins the next slice when others have had their turn. */
    async next(): Promise<void> {
        await turn();
        this.begun = this.now();
    }

    /** As `next` if the slice is over; else it goes on at once. */
    async breathe(): Promise<void> {
        if (this.isOver) await this.next();
    }
}

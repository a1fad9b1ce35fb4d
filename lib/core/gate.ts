/** Lets so many in at once. Who comes then waits, first come, first in; and if too many wait already, is sent away. */
export class Gate {
    private inside = 0;
    private readonly waiting: (() => void)[] = [];

    constructor(
        private readonly atOnce: number,
        private readonly mostWaiting: number,
    ) {}

    /** Runs `work` when it is let in; undefined: sent away. */
    pass<T>(work: () => Promise<T>): Promise<T> | undefined {
        if (this.inside >= this.atOnce && this.waiting.length >= this.mostWaiting) return undefined;
        return this.run(work);
    }

    /** As `pass`, however many wait: for the next piece of what has begun. */
    again<T>(work: () => Promise<T>): Promise<T> {
        return this.run(work);
    }

    private async run<T>(work: () => Promise<T>): Promise<T> {
        if (this.inside < this.atOnce) this.inside++;
        else await new Promise<void>((letIn) => this.waiting.push(letIn));
        try {
            return await work();
        } finally {
            // Whoever waits takes over this place.
            const next = this.waiting.shift();
            if (next) next();
            else this.inside--;
        }
    }
}

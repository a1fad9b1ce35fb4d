/** A turn of the event loop works so long for the clients of a server, ms; what is left waits for the next one, behind the timers and all others. */
const BUDGET_MS = 5;

interface Waiting {
    stretch: () => boolean;
    done: () => void;
}

/**
 * The requests of many clients, in stretches: however many come at once, over however many connections, readings and timers of the UPSs are held up for a few
 * milliseconds only.
 */
export class Stretches {
    private readonly waiting: Waiting[] = [];
    private spentMs = 0;
    private next?: NodeJS.Immediate;

    /**
     * Works at once, if this turn has time left, and goes on in later ones.
     * @param stretch a stretch of a client's requests; returns whether it has more
     * @param done called when it had no more, unless that was at once
     * @returns whether it had no more at once: the client need not wait
     */
    run(stretch: () => boolean, done: () => void): boolean {
        const isOver = this.waiting.length === 0 && this.spentMs < BUDGET_MS && !this.work(stretch);
        if (!isOver) this.waiting.push({ stretch, done });
        this.next ??= setImmediate(() => this.turn());
        return isOver;
    }

    private turn(): void {
        this.spentMs = 0;
        this.next = undefined;
        for (let count = this.waiting.length; count > 0 && this.spentMs < BUDGET_MS; count--) {
            const one = this.waiting.shift()!;
            if (this.work(one.stretch)) this.waiting.push(one);
            else one.done();
        }
        if (this.waiting.length > 0) this.next = setImmediate(() => this.turn());
    }

    private work(stretch: () => boolean): boolean {
        const begun = performance.now();
        try {
            return stretch();
        } finally {
            this.spentMs += performance.now() - begun;
        }
    }
}

/** Far more than happens in any run: one that never ends has a fault. */
const MOST_EVENTS = 3_000_000;

/** Something that is to happen at a moment of virtual time. */
export interface Planned {
    readonly due: number;
    readonly order: number;
    run: (() => void) | undefined;
}

/**
 * The one clock of a simulation, and everything that waits for it. Nothing is asynchronous but in this order: the events by their time, those of
 * the same time as they were planned, and after each event all promises that it has settled.
 */
export class VirtualTime {
    /** Milliseconds since the simulation began: the monotonic clock of the world. */
    elapsed = 0;
    /** What was done to the wall clock of the machine, ms. */
    wallJumped = 0;
    /** Takes what an event throws. */
    onError: (error: unknown) => void = (error) => {
        throw error;
    };
    private heap: Planned[] = [];
    private order = 0;
    private stopped = false;

    /** @param startedAt wall clock at the beginning, epoch ms */
    constructor(private readonly startedAt = Date.UTC(2026, 0, 15, 3, 0, 0)) {}

    /** The wall clock, epoch ms. */
    get wall(): number {
        return this.startedAt + this.elapsed + this.wallJumped;
    }

    after(ms: number, run: () => void): Planned {
        const planned: Planned = { due: this.elapsed + Math.max(0, ms), order: this.order++, run };
        this.push(planned);
        return planned;
    }

    at(ms: number, run: () => void): Planned {
        return this.after(ms - this.elapsed, run);
    }

    cancel(planned: Planned | undefined): void {
        if (planned) planned.run = undefined;
    }

    /** Ends `runUntil` after the event that is happening. */
    stop(): void {
        this.stopped = true;
    }

    /** Lets time pass up to `ms`. @throws Error when called by code that runs because a promise has settled: see `inOwnTurn` */
    runUntil(ms: number): void {
        this.stopped = false;
        assertPromisesSettle();
        for (let events = 0; !this.stopped; events++) {
            if (events > MOST_EVENTS) throw new Error('time does not go on');
            const next = this.heap[0];
            if (!next || next.due > ms) break;
            this.pop();
            const { run } = next;
            if (!run) continue;
            next.run = undefined;
            if (next.due > this.elapsed) this.elapsed = next.due;
            try {
                run();
            } catch (error) {
                this.onError(error);
            }
            settlePromises();
        }
        if (!this.stopped) this.elapsed = ms;
    }

    private push(planned: Planned): void {
        const { heap } = this;
        let at = heap.length;
        heap.push(planned);
        while (at > 0) {
            const parent = (at - 1) >> 1;
            if (!isBefore(planned, heap[parent]!)) break;
            heap[at] = heap[parent]!;
            at = parent;
        }
        heap[at] = planned;
    }

    private pop(): void {
        const { heap } = this;
        const last = heap.pop()!;
        const { length } = heap;
        if (length === 0) return;
        let at = 0;
        for (;;) {
            let child = 2 * at + 1;
            if (child >= length) break;
            if (child + 1 < length && isBefore(heap[child + 1]!, heap[child]!)) child++;
            if (!isBefore(heap[child]!, last)) break;
            heap[at] = heap[child]!;
            at = child;
        }
        heap[at] = last;
    }
}

function isBefore(one: Planned, other: Planned): boolean {
    return one.due < other.due || (one.due === other.due && one.order < other.order);
}

/**
 * Runs what promises have queued, without leaving the event that is happening: `process._tickCallback` is what Node itself calls after each
 * callback. A simulation that waited for real turns of the event loop would be ten times as slow.
 */
export const settlePromises = (process as unknown as { _tickCallback(): void })._tickCallback.bind(process);

function assertPromisesSettle(): void {
    let settled = false;
    void Promise.resolve().then(() => (settled = true));
    settlePromises();
    if (!settled) throw new Error('a simulation must run in a turn of its own: inOwnTurn');
}

/** Runs `work` in a turn of the event loop of its own: code behind an `await` cannot settle other promises. */
export function inOwnTurn<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
        setImmediate(() => {
            try {
                resolve(work());
            } catch (error) {
                reject(error as Error);
            }
        });
    });
}

import type { Clock, TimerHandle } from './clock';

/** What is under way in something that may close. */
export class PendingWork {
    private readonly running = new Set<Promise<unknown>>();

    constructor(private readonly clock: Clock) {}

    get idle(): boolean {
        return this.running.size === 0;
    }

    track<T>(work: Promise<T>): Promise<T> {
        this.running.add(work);
        const settled = () => this.running.delete(work);
        work.then(settled, settled);
        return work;
    }

    /** A successor must not begin what is still leaving the wire: waits for what is under way to have noticed the end, but not for ever. */
    async waitUntilSettled(patienceMs: number): Promise<void> {
        let timer: TimerHandle;
        const patience = new Promise<void>((resolve) => {
            timer = this.clock.setTimeout(resolve, patienceMs);
        });
        await Promise.race([Promise.allSettled([...this.running]), patience]);
        this.clock.clearTimeout(timer);
    }
}

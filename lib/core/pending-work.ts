import type { Clock, TimerHandle } from './clock';

/** The unfinished work of an object that may be closed. */
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

    /**
     * Waits until the pending work has ended, but at most `patienceMs`: a successor must not repeat a transmission that is still running.
     * @param patienceMs clock ms
     */
    async waitUntilSettled(patienceMs: number): Promise<void> {
        let timer: TimerHandle;
        const patience = new Promise<void>((resolve) => {
            timer = this.clock.setTimeout(resolve, patienceMs);
        });
        await Promise.race([Promise.allSettled([...this.running]), patience]);
        this.clock.clearTimeout(timer);
    }
}

import type { Clock, TimerHandle } from '../../lib/core/clock';
import { asSentence } from './texts';

/** What is under way in a node that may close. */
export class PendingWork {
    private readonly running = new Set<Promise<unknown>>();

    constructor(private readonly clock: Clock) {}

    track<T>(work: Promise<T>): Promise<T> {
        this.running.add(work);
        const settled = () => this.running.delete(work);
        work.then(settled, settled);
        return work;
    }

    /** A successor must not begin what is still leaving the wire: waits for what is under way to have noticed the end, but not for ever. */
    async letGo(patienceMs: number): Promise<void> {
        let timer: TimerHandle;
        const patience = new Promise<void>((resolve) => {
            timer = this.clock.setTimeout(resolve, patienceMs);
        });
        await Promise.race([Promise.allSettled([...this.running]), patience]);
        this.clock.clearTimeout(timer);
    }
}

/**
 * Makes what sends the result of a job and calls done() once, whatever becomes of either. The only other way out for a rejection, be it of
 * Node-RED over a message that it cannot copy, would be the end of Node-RED.
 */
export function settling(warn: (error: Error) => void) {
    return <Result>(
        performed: Promise<{ result?: Result; error?: Error }>,
        send: (result: Result) => void,
        done: (error?: Error) => void,
    ): void => {
        performed
            .then(({ result, error }) => {
                if (result) send(result);
                return error;
            })
            .catch((error: Error) => error)
            .then((error) => done(error && asSentence(error.message)))
            .catch(warn);
    };
}

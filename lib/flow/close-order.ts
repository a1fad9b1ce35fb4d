import type { Clock } from '../core/clock';
import { PendingWork } from '../core/pending-work';

/**
 * Node-RED gives a close 15 s, counted for all nodes of a deploy from the same moment; Docker gives a stop 10 s, and then kills. Within them, what may have had its effect is waited for
 * (`CLOSE_GRACE_MS`), then the jobs note what came of it, and then the sites close their stores.
 */
export const JOB_CLOSE_MS = 8_700;
export const SITE_CLOSE_MS = 9_200;

/** In which order the nodes of a deploy close. */
export class CloseOrder {
    /** What closing nodes still have to note in the store of their site. */
    private readonly leaving: PendingWork;

    constructor(clock: Clock) {
        this.leaving = new PendingWork(clock);
    }

    /** The sites close after `work`, but for one that takes too long. */
    beforeSites<T>(work: Promise<T>): Promise<T> {
        return this.leaving.track(work);
    }

    /** Resolves when all others that close in this deploy have nothing more to note. */
    async othersHaveClosed(): Promise<void> {
        // They are told to close in the same turn of the event loop, in no particular order.
        await new Promise((resolve) => setImmediate(resolve));
        await this.leaving.waitUntilSettled(SITE_CLOSE_MS);
    }
}

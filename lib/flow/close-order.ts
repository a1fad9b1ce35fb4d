import type { Clock } from '../core/clock';
import { PendingWork } from '../core/pending-work';

/**
 * Longest waits of closing nodes, ms. Node-RED allows 15 s for a close, counted from the same moment for all nodes of a deploy. Docker
 * allows 10 s for a stop, and then kills the process. Within this time, attempts that may already have had an effect finish first
 * (`CLOSE_GRACE_MS`), then the jobs write their outcome, and then the sites close their stores.
 */
export const JOB_CLOSE_MS = 8_700;
export const SITE_CLOSE_MS = 9_200;

/** Makes the nodes of a deploy close in the right order. */
export class CloseOrder {
    /** Work of closing nodes that still needs the store of its site. */
    private readonly leaving: PendingWork;

    constructor(clock: Clock) {
        this.leaving = new PendingWork(clock);
    }

    /** The sites close after `work`, or when it takes too long. */
    beforeSites<T>(work: Promise<T>): Promise<T> {
        return this.leaving.track(work);
    }

    /** Resolves when all other closing nodes of this deploy have written what they need to. */
    async othersHaveClosed(): Promise<void> {
        // Node-RED closes them in the same turn of the event loop, in no particular order.
        await new Promise((resolve) => setImmediate(resolve));
        await this.leaving.waitUntilSettled(SITE_CLOSE_MS);
    }
}

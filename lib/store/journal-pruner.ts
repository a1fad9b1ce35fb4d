import type { Clock, TimerHandle } from '../core/clock';
import type { Access } from './database';
import { pruneJournal } from './retention';

const FIRST_PRUNE_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const PRUNE_PAUSE_MS = 1000;
/** So many commits within an hour mean that something repeats. */
const COMMITS_TO_PRUNE = 1000;

/** Deletes old records of the journal and of the log: each hour, and more often if much is written. */
export class JournalPruner {
    private timer: TimerHandle;
    private commits = 0;

    constructor(
        private readonly clock: Clock,
        private readonly database: () => Access,
        private readonly days: number,
        /** Deletes a step of what else is old. Returns whether there may be more. */
        private readonly pruneLog: (db: Access) => boolean,
    ) {
        // Not during the start of all nodes.
        this.schedule(FIRST_PRUNE_MS);
    }

    committed(): void {
        if (++this.commits % COMMITS_TO_PRUNE === 0) this.schedule(PRUNE_PAUSE_MS);
    }

    end(): void {
        this.clock.clearTimeout(this.timer);
    }

    private prune(): void {
        const db = this.database();
        const more = [pruneJournal(db, this.clock.now(), this.days), this.pruneLog(db)];
        this.schedule(more.includes(true) ? PRUNE_PAUSE_MS : PRUNE_INTERVAL_MS);
    }

    private schedule(ms: number): void {
        this.end();
        this.timer = this.clock.setTimeout(() => this.prune(), ms);
    }
}

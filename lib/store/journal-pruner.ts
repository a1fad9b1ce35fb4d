import type { Clock, TimerHandle } from '../core/clock';
import type { Access } from './database';
import { pruneJournal } from './retention';

const FIRST_PRUNE_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const PRUNE_PAUSE_MS = 1000;
/** So many commits within an hour mean that something repeats. */
const COMMITS_TO_PRUNE = 1000;
/** In an outage many write at once, and pruning would hold them up: it waits until nobody has written for so long, ms … */
const CALM_MS = 500;
/** … but not for more than so many commits. */
const MOST_COMMITS = 10_000;

/** Deletes old records of the journal and of the log: each hour, and more often if much is written, when it is calm. */
export class JournalPruner {
    private timer: TimerHandle;
    private commits = 0;
    private prunedAt = 0;
    /** It prunes as soon as it is calm. */
    private soon = false;
    /** Monotonic ms of the last commit. */
    private committedAt = -Infinity;

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
        this.committedAt = this.clock.monotonic();
        if (++this.commits % COMMITS_TO_PRUNE !== 0 || this.soon) return;
        this.soon = true;
        this.schedule(PRUNE_PAUSE_MS);
    }

    end(): void {
        this.clock.clearTimeout(this.timer);
    }

    private prune(): void {
        if (this.mayWait()) return this.schedule(PRUNE_PAUSE_MS);
        this.prunedAt = this.commits;
        const db = this.database();
        const more = [pruneJournal(db, this.clock.now(), this.days), this.pruneLog(db)];
        this.soon = more.includes(true);
        this.schedule(this.soon ? PRUNE_PAUSE_MS : PRUNE_INTERVAL_MS);
    }

    private mayWait(): boolean {
        const isCalm = this.clock.monotonic() - this.committedAt >= CALM_MS;
        return !isCalm && this.commits - this.prunedAt < MOST_COMMITS;
    }

    private schedule(ms: number): void {
        this.end();
        this.timer = this.clock.setTimeout(() => this.prune(), ms);
    }
}

import type { Clock, TimerHandle } from '../../core/clock';
import type { SeriesDatabase } from './series-database';
import type { SeriesFile } from './series-file';

/** Not during the start of all nodes. */
const FIRST_MS = 60_000;
const ROUND_MS = 600_000;
/** Between two steps, of which each takes one or two milliseconds. */
const PAUSE_MS = 10;

export type Work = (database: SeriesDatabase) => Generator<void, void>;

/** Works on the file in small steps while nothing waits for it: each piece of work in turn, and all of them again ten minutes later. */
export class Housekeeping {
    private timer: TimerHandle;
    private running: { work: Generator<void, void>; rest: readonly Work[]; generation: number } | undefined;

    constructor(
        private readonly clock: Clock,
        private readonly file: SeriesFile,
        private readonly works: readonly Work[],
    ) {
        this.schedule(FIRST_MS);
    }

    /** Begins a round now, unless one runs. */
    soon(): void {
        if (!this.running) this.schedule(0);
    }

    close(): void {
        this.clock.clearTimeout(this.timer);
        this.giveUp();
    }

    private step(): void {
        try {
            this.schedule(this.advance() ? PAUSE_MS : ROUND_MS);
        } catch (error) {
            this.running = undefined;
            this.schedule(ROUND_MS);
            if (!this.file.workFailed(error)) this.file.problems.failure(error);
        }
    }

    /** @returns whether there is more to do in this round */
    private advance(): boolean {
        const database = this.file.settled;
        if (!database || (this.running && this.running.generation !== this.file.generation)) {
            this.giveUp();
            return false;
        }
        this.running ??= this.begin(database, this.works);
        if (!this.running) return false;
        if (!this.running.work.next().done) return true;
        this.running = this.begin(database, this.running.rest);
        return this.running !== undefined;
    }

    private begin(database: SeriesDatabase, [first, ...rest]: readonly Work[]): Housekeeping['running'] {
        return first && { work: first(database), rest, generation: this.file.generation };
    }

    private giveUp(): void {
        this.running?.work.return();
        this.running = undefined;
    }

    private schedule(ms: number): void {
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => this.step(), ms);
    }
}

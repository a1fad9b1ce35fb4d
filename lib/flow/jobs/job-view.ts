import type { EventMessage, JobResult } from '../../core/messages';
import type { OwedJob } from './owed-jobs';
import type { Run } from './job-run';

/**
 * How a run of a job stands. `running`: under way. `owed`: it waits until its edge stands (again). `done`, `failed`: it has come to its end;
 * `ended`: what it acted on ended before it was done.
 */
export type RunState = 'running' | 'owed' | 'done' | 'failed' | 'ended';

/** One run of a job, for one edge of one occurrence. */
export interface RunView {
    sourceId: string;
    eventId: string;
    episode: string;
    /** On which edge. */
    active: boolean;
    state: RunState;
    /** Of one that came to its end: it only said what it would do. */
    dryRun?: boolean;
    /** Of one that came to its end: when, epoch ms. */
    endedAt?: number;
    /** Why it failed, for people. */
    error?: string;
}

/** What a job has to do with the events of now. */
export interface JobView {
    /** The edges that it runs on. */
    edge: 'on' | 'off' | 'both';
    /** It changes something, such as a computer or a relay, and does not only tell people. */
    acts: boolean;
    /** It takes power or service from somebody: a battery level makes it run in an outage only. */
    shutsDown: boolean;
    /** It would only say what it would do. */
    dryRun: boolean;
    /** Under way, owed, or come to its end in this process; the latest last. */
    runs: RunView[];
}

const MOST_PAST_RUNS = 50;

/** What became of the latest runs of a job in this process. */
export class PastRuns {
    private readonly runs: RunView[] = [];

    note({ event }: EventMessage, { ok, ended, dryRun, endedAt, error }: JobResult): void {
        const state = ok ? 'done' : ended ? 'ended' : 'failed';
        this.runs.push({ ...which(event), state, dryRun, endedAt, ...(error === undefined ? {} : { error }) });
        if (this.runs.length > MOST_PAST_RUNS) this.runs.shift();
    }

    /** With those that are under way and owed. */
    and(runs: Iterable<Run>, owed: Iterable<OwedJob>): RunView[] {
        const now = (state: RunState) => (job: OwedJob) => ({ ...which(job.message.event), state });
        const real = [...runs].filter(({ test }) => !test);
        return [...this.runs, ...[...owed].map(now('owed')), ...real.map(now('running'))];
    }
}

function which({ sourceId, id: eventId, episode, active }: EventMessage['event']) {
    return { sourceId, eventId, episode, active };
}

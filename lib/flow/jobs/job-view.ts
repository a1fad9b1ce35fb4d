import type { EventMessage, JobResult } from '../../core/messages';
import type { OwedJob } from './owed-jobs';
import type { Run } from './job-run';

/**
 * The state of a run. `owed`: it waits until its edge holds (again). `done`, `failed`: it has finished. `ended`: it was stopped, because
 * its event was over before it was done.
 */
export type RunState = 'running' | 'owed' | 'done' | 'failed' | 'ended';

/** One run of a job, for one edge of one occurrence. */
export interface RunView {
    sourceId: string;
    eventId: string;
    episode: string;
    /** The edge: true is on, false is off. */
    active: boolean;
    state: RunState;
    /** For a finished run: it was a dry run. */
    dryRun?: boolean;
    /** For a finished run: the time, epoch ms. */
    endedAt?: number;
    /** Why it failed, for people. */
    error?: string;
}

/** A job and its runs for the present events. */
export interface JobView {
    /** The edges that it runs on. */
    edge: 'on' | 'off' | 'both';
    /** The job changes something, such as a computer or a relay. */
    acts: boolean;
    /** The job takes power or service from hosts: on a battery level it runs only in an outage. */
    shutsDown: boolean;
    /** The job would run as a dry run now. */
    dryRun: boolean;
    /** Running, owed and finished runs of this process; the latest last. */
    runs: RunView[];
}

const MOST_PAST_RUNS = 50;

/** The latest finished runs of a job in this process. */
export class PastRuns {
    private readonly runs: RunView[] = [];

    note({ event }: EventMessage, { ok, ended, dryRun, endedAt, error }: JobResult): void {
        const state = ok ? 'done' : ended ? 'ended' : 'failed';
        this.runs.push({ ...which(event), state, dryRun, endedAt, ...(error === undefined ? {} : { error }) });
        if (this.runs.length > MOST_PAST_RUNS) this.runs.shift();
    }

    /** The finished runs together with the running and the owed ones. */
    and(runs: Iterable<Run>, owed: Iterable<OwedJob>): RunView[] {
        const now = (state: RunState) => (job: OwedJob) => ({ ...which(job.message.event), state });
        const real = [...runs].filter(({ test }) => !test);
        return [...this.runs, ...[...owed].map(now('owed')), ...real.map(now('running'))];
    }
}

function which({ sourceId, id: eventId, episode, active }: EventMessage['event']) {
    return { sourceId, eventId, episode, active };
}

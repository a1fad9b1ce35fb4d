import type { EventMessage, JobResult } from '../../core/messages';
import { pathOf } from '../plan/step-orders';
import type { Registry } from '../registry';
import { hostProgress, type HostProgress } from './host-progress';
import type { OwedJob } from './owed-jobs';
import type { Run } from './job-run';

/**
 * The state of a run. `owed`: it waits until its edge holds (again), or until nobody holds it any more. `done`, `failed`: it has finished.
 * `ended`: it was stopped, because its event was over before it was done, or because a person has aborted it.
 */
export type RunState = 'running' | 'owed' | 'done' | 'failed' | 'ended';

/** One run of a job, for one edge of one occurrence. */
export interface RunView {
    sourceId: string;
    eventId: string;
    episode: string;
    /** The edge: true is on, false is off. */
    active: boolean;
    /** The firing that has set it off; absent: the event itself has. */
    firing?: string;
    state: RunState;
    /** It was continued after a restart. */
    resumed?: boolean;
    /** It has not begun: a person or maintenance holds it. */
    held?: boolean;
    /** For a finished run: it was a dry run. */
    dryRun?: boolean;
    /** For a finished run: the time, epoch ms. */
    endedAt?: number;
    /** Why it failed, for people. */
    error?: string;
    hosts?: HostProgress[];
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
    /** Hosts, recipients, outlets, … by its settings; empty: not known. */
    whom: readonly string[];
    /** Seconds from its start to the end of its effect, see `PlanStep.takesSeconds`. */
    takesSeconds?: number;
    /** An abort can take back what a finished run has begun, until so many seconds after its end; absent: it cannot. */
    withdrawsFor?: number;
    /** Id of the site in its settings. */
    site?: string;
    /** Finished, owed and running runs; of each kind the latest last. */
    runs: RunView[];
}

/** Name in the journal of a job: its latest finished runs, the latest last. */
const PAST = 'past';
const MOST_PAST_RUNS = 50;

/**
 * The latest finished runs of a job, one for each edge of an event and each path. Those of on edges outlive the process, if the job acts or
 * has failed: in an outage people have to see after a restart, too, which host was not reached.
 */
export class PastRuns {
    /** Read once: a plan asks each job each second. */
    private runs: RunView[] | undefined;

    constructor(
        private readonly registry: Registry,
        private readonly nodeId: string,
    ) {}

    /** To be called in the transaction that reports the outcome. */
    note({ message, journal, key }: Run, result: JobResult, { whom, acts }: Pick<JobView, 'whom' | 'acts'>): RunView {
        const run = finished(message.event, result, whom);
        this.runs = latest([...this.known(), run]);
        if (!key || !run.active) return run;
        const kept = (journal.getValue(this.nodeId, PAST) ?? []) as RunView[];
        const wasKept = kept.some((each) => edgeOf(each) === edgeOf(run));
        // A reminder each second that went well is not worth a write each.
        if (acts || !result.ok || wasKept) journal.setValue(this.nodeId, PAST, latest([...kept, run]));
        return run;
    }

    /** Another process has left its journal to this one. */
    readAgain(): void {
        this.runs = undefined;
    }

    private known(): RunView[] {
        this.runs ??= latest(
            this.registry
                .journals()
                .flatMap((journal) => (journal.getValue(this.nodeId, PAST) ?? []) as RunView[])
                .sort((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0)),
        );
        return this.runs;
    }

    /**
     * The finished runs together with the running and the owed ones.
     * @param failed those that failed, also before a restart
     * @param isHeld whether an owed job has not begun
     */
    and(
        failed: readonly RunView[],
        runs: Iterable<Run>,
        owed: Iterable<OwedJob>,
        whom: readonly string[],
        isHeld: (job: OwedJob) => boolean,
    ): RunView[] {
        const waiting = [...owed].map((job) => ({
            ...open(job, whom),
            state: 'owed' as const,
            ...(isHeld(job) ? { held: true } : {}),
        }));
        const real = [...runs].filter(({ test, withdraws }) => !test && !withdraws);
        const running = real.map((run) => ({
            ...open(run, whom),
            state: 'running' as const,
            ...(run.resumed ? { resumed: true } : {}),
        }));
        const known = this.known();
        const before = failed.filter(({ endedAt }) => !known.some((run) => run.endedAt === endedAt));
        return [...before, ...known, ...waiting, ...running];
    }
}

function finished(
    event: EventMessage['event'],
    { ok, ended, dryRun, endedAt, error, detail }: JobResult,
    whom: readonly string[],
): RunView {
    const hosts = dryRun ? undefined : hostProgress(whom, detail, true);
    return {
        ...which(event),
        state: ok ? 'done' : ended ? 'ended' : 'failed',
        dryRun,
        endedAt,
        ...(error === undefined ? {} : { error }),
        ...(hosts ? { hosts } : {}),
    };
}

/** Of each edge of an event, and of each path that it has come by, the latest run. */
function latest(runs: readonly RunView[]): RunView[] {
    const byEdge = new Map<string, RunView>();
    for (const run of runs) {
        // What was set again goes to the end.
        byEdge.delete(edgeOf(run));
        byEdge.set(edgeOf(run), run);
    }
    return [...byEdge.values()].slice(-MOST_PAST_RUNS);
}

function edgeOf({ sourceId, eventId, active, firing }: RunView): string {
    return JSON.stringify([sourceId, eventId, active, pathOf(firing)]);
}

function open({ message, progress }: OwedJob, whom: readonly string[]): Omit<RunView, 'state'> {
    const hosts = hostProgress(whom, progress, false);
    return { ...which(message.event), ...(hosts ? { hosts } : {}) };
}

function which({ sourceId, id: eventId, episode, active, firing }: EventMessage['event']) {
    return { sourceId, eventId, episode, active, ...(firing === undefined ? {} : { firing }) };
}

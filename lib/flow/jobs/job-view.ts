import type { EventMessage } from '../../core/messages';
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

/**
 * The finished runs together with the owed and the running ones.
 * @param isHeld whether an owed job has not begun
 */
export function runViews(
    finished: readonly RunView[],
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
    return [...finished, ...waiting, ...running];
}

function open({ message, progress }: OwedJob, whom: readonly string[]): Omit<RunView, 'state'> {
    const hosts = hostProgress(whom, progress, false);
    return { ...viewedEdge(message.event), ...(hosts ? { hosts } : {}) };
}

/** Which edge of which occurrence a run is of. */
export function viewedEdge({ sourceId, id: eventId, episode, active, firing }: EventMessage['event']) {
    return { sourceId, eventId, episode, active, ...(firing === undefined ? {} : { firing }) };
}

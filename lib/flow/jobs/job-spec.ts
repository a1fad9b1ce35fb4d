import type { Clock } from '../../core/clock';
import type { NewLogEntry } from '../../core/journal/event-log';
import type { Words } from '../../core/language/words';
import type { EventMessage } from '../../core/messages';
import type { NodeState } from '../ports';
import type { Site } from '../site';

/** The settings that every job has. */
export interface JobSettings {
    /** Runs when the event begins (default), when it ends (the counter job), or at both. */
    edge?: 'on' | 'off' | 'both';
    /** Which outcomes go to the event log. */
    log?: 'always' | 'errors' | 'never';
    /** Id of an `ups-site`; default: the site of the event. */
    site?: string;
}

/** The context of a run. */
export interface JobContext<S extends Site = Site> {
    message: EventMessage;
    site: S | undefined;
    dryRun: boolean;
    clock: Clock;
    /** Writes sentences in the language of the site. */
    words: Words;
    /** Fills the wildcards of a text from the message, its status and the site. */
    text(template: string): string;
    /** As `text`, for HTML: values are escaped. */
    html(template: string): string;
    /** As `text`, for a command line: a value cannot become more than one word. */
    command(template: string): string;
    /** The last value of `saveProgress` before a kill or a deploy; undefined in a new run. */
    progress: unknown;
    saveProgress(value: unknown): void;
    /**
     * Aborted when the node closes (reason UpsError interrupted): the rest is done after the restart. For a job that acts, also when its
     * edge no longer holds (UpsError event-over, mains-failed-again) or when a person aborts it (UpsError aborted): then no further host gets a first byte, and running connections are
     * ended.
     */
    signal: AbortSignal;
    /** How often and how long a job tries if its settings give no number: as long as its edge holds. */
    persistence: { retries: number; patienceMs: number };
    /** The event had begun again since the first start of the job, and is over again: the job has to wait again for its conditions. */
    again: boolean;
    /** For the on edge of a battery level: the name of its UPS, while that is on mains. Nothing may take power from hosts then. */
    readonly levelOnMains: string | undefined;
    /** Shows the present activity. */
    status(text: string): void;
}

export interface JobOutcome {
    /** One sentence for the event log. */
    summary: string;
    attempts?: number;
    /** Value of `msg.job.detail`, e.g. one outcome for each host. */
    detail?: unknown;
    /** Work that remains after the outcome was reported, e.g. extra repetitions; it is stopped, and owed, like the job itself. */
    rest?: () => Promise<unknown>;
    /** The action was real in spite of a dry run, because it withdrew a real action. */
    real?: boolean;
    /** The job writes a log entry as its work: always written, in place of the entry about the outcome. */
    entry?: Pick<NewLogEntry, 'kind' | 'level' | 'source' | 'inPlaceOfEvent'>;
}

/** The failure of a job that has a partial result. `cause` is the error for people. */
export class JobFailure extends Error {
    constructor(
        override readonly cause: unknown,
        readonly outcome: JobOutcome,
    ) {
        super(outcome.summary);
    }
}

export interface JobSpec<S extends Site = Site> {
    type: string;
    /** Describes what the job would do, for a dry run. It changes nothing. */
    describe(context: JobContext<S>): string;
    /**
     * true: the job changes something, such as a computer or a relay. It stops as soon as its edge no longer holds, and as a counter job
     * (off edge) it stays owed until it has run. false: the job only informs people. It continues after the end of the event, except for
     * repeats.
     */
    acts?: boolean;
    /**
     * The job takes power or service from hosts: on a battery level it runs only in an outage. A function where the present state of the
     * device decides; without a context, for any message.
     */
    shutsDown?: boolean | ((context?: JobContext<S>) => boolean);
    /** As declared, see ActionJob. */
    toHosts?: boolean;
    /** Number of hosts, outlets, …, for the report of a job that was stopped before it had begun. Default 1. */
    total?(context: JobContext<S>): number;
    /**
     * Runs the job.
     * @throws UpsError or JobFailure; event-over or mains-failed-again (`done` of `total`) if its signal has stopped it
     */
    run(context: JobContext<S>): Promise<JobOutcome>;
    /** Runs on both edges, whatever the settings say: the job follows its event. */
    follows?: boolean;
    /** Finishes or reverts an interrupted run whose event has ended meanwhile; the job is then not run again. */
    abandon?(context: JobContext<S>): Promise<JobOutcome>;
    /**
     * Takes back what a run has begun and a person has aborted, e.g. the countdown of a device. It may be called again after a restart, also
     * if nothing is left to take back, and in a dry run that was switched on meanwhile.
     */
    withdraw?(context: JobContext<S>): Promise<JobOutcome>;
    /** Seconds after the end of a run in which `withdraw` can still take something back. */
    withdrawsFor?: number;
    /** Extra work of a dry run besides `describe`; it must not switch anything. */
    rehearse?(context: JobContext<S>): Promise<JobOutcome>;
    /** Indicator state while it runs; default `busy`. */
    busyState?: NodeState;
    /** A text that is shown after the outcome, e.g. how many mails wait. */
    remark?(): string;
    close?(removed: boolean): Promise<void>;
}

/** Whether a job takes power or service from hosts now; see `JobSpec`. */
export function shutsDownNow<S extends Site>(
    { shutsDown = false }: Pick<JobSpec<S>, 'shutsDown'>,
    context?: JobContext<S>,
): boolean {
    return typeof shutsDown === 'function' ? shutsDown(context) : shutsDown;
}

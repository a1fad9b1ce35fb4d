import type { Clock } from '../../core/clock';
import type { NewLogEntry } from '../../core/journal/event-log';
import type { Words } from '../../core/language/words';
import type { EventMessage } from '../../core/messages';
import type { NodeState } from '../ports';
import type { Site } from '../site';

/** What every job's dialog has. */
export interface JobSettings {
    /** Runs when the event comes on (default), when it ends (the counter job), or at both. */
    edge?: 'on' | 'off' | 'both';
    /** Which outcomes go to the event log. */
    log?: 'always' | 'errors' | 'never';
    /** Id of an `ups-site`; default: that of the event. */
    site?: string;
}

/** What a job gets to work with. */
export interface JobContext<S extends Site = Site> {
    message: EventMessage;
    site: S | undefined;
    dryRun: boolean;
    clock: Clock;
    /** What it says, it says in the language of its site. */
    words: Words;
    /** Fills the wildcards of a text from the message, its status and the site. */
    text(template: string): string;
    /** The same for HTML: values are escaped. */
    html(template: string): string;
    /** The same for a command line: a value can be no more than a word of it. */
    command(template: string): string;
    /** What `saveProgress` kept before a kill or a deploy; undefined on a fresh run. */
    progress: unknown;
    saveProgress(value: unknown): void;
    /**
     * Aborted when the node closes (reason UpsError interrupted): what is not done then goes on after the restart. Of a job that acts also when
     * its edge no longer stands (UpsError event-over, mains-failed-again): nobody is given a first byte any more, what is under way is ended.
     */
    signal: AbortSignal;
    /** How often and how long a job tries that was told no number: as long as its edge stands. */
    persistence: { retries: number; patienceMs: number };
    /** The event had begun again since the job was begun, and is over once more: what was waited for is to be waited for anew. */
    again: boolean;
    /** Shows what it is doing. */
    status(text: string): void;
}

export interface JobOutcome {
    /** One sentence for the event log. */
    summary: string;
    attempts?: number;
    /** For `msg.job.detail`, e.g. one outcome per host. */
    detail?: unknown;
    /** What is still to be done once the outcome has been told, e.g. for good measure; it ends, and is owed, like the job itself. */
    rest?: () => Promise<unknown>;
    /** Done in spite of a dry run: it took back what had been done for real. */
    real?: boolean;
    /** The job's work is itself a log entry: written, always, in place of the entry about the outcome. */
    entry?: Pick<NewLogEntry, 'kind' | 'level' | 'source' | 'inPlaceOfEvent'>;
}

/** A job that failed with something to show for it. `cause` is the error that people read. */
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
    /** What it would do: said in a dry run. */
    describe(context: JobContext<S>): string;
    /**
     * It changes something, such as a computer or a relay, and does not only tell people: it ends as soon as its edge no longer stands, and as
     * a counter job (off edge) it stays owed until it has run. What only tells goes on, for news stays news; only repeats end.
     */
    acts?: boolean;
    /** It takes power or service from somebody: a battery level makes it run in an outage only, and not on mains. */
    shutsDown?: boolean;
    /** Hosts, outlets, …: for the words of a job that ended before it had begun. Default 1. */
    total?(context: JobContext<S>): number;
    /** Does it. Throws UpsError or JobFailure; event-over or mains-failed-again (`done` of `total`) where its signal has ended it. */
    run(context: JobContext<S>): Promise<JobOutcome>;
    /** Runs on either edge, whatever the dialog says: on with the event, off with its end. */
    follows?: boolean;
    /** Puts right what an interrupted run has left half done when its event has ended meanwhile, so that it is not run again. */
    abandon?(context: JobContext<S>): Promise<JobOutcome>;
    /** What a dry run does instead of only saying `describe`; whatever it does, it switches nothing. */
    rehearse?(context: JobContext<S>): Promise<JobOutcome>;
    /** While it is under way; default `busy`. */
    busyState?: NodeState;
    /** Shown after the outcome, e.g. how many mails wait. */
    remark?(): string;
    close?(removed: boolean): Promise<void>;
}

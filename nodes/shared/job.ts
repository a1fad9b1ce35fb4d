import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { asUpsError } from '../../lib/core/errors';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { deliveryKey, type JobRecord, type Journal } from '../../lib/core/journal/journal';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import { asEventMessage, readEventMessage, type IncomingMessage } from './coerce';
import { whenDecided } from './decided';
import { hub, systemClock, type SiteRuntime } from './hub';
import { JobReport, type ReportedRun } from './job-report';
import { registerTest, type TestOutcome } from './job-test';
import { fillFor } from './job-texts';
import { StatusLamp } from './node-status';
import { whenStarted } from './started';
import { errorText, statusText } from './texts';

/** What every job's dialog has. */
export interface JobConfig extends NodeDef {
    /** Runs when the event comes on (default), when it ends (the counter job), or at both. */
    edge?: 'on' | 'off' | 'both';
    /** Which outcomes go to the event log. */
    log?: 'always' | 'errors' | 'never';
    /** Id of an `ups-site`; default: that of the event. */
    site?: string;
}

/** What a job gets to work with. */
export interface JobContext {
    message: EventMessage;
    site: SiteRuntime | undefined;
    dryRun: boolean;
    clock: Clock;
    /** Fills the wildcards of a text from the message, its status and the site. */
    text(template: string): string;
    /** The same for HTML: values are escaped. */
    html(template: string): string;
    /** The same for a command line: a value can be no more than a word of it. */
    command(template: string): string;
    /** What `saveProgress` kept before a kill or a deploy; undefined on a fresh run. */
    progress: unknown;
    saveProgress(value: unknown): void;
    /** Aborted when the node closes: what is not done then goes on after the restart. */
    signal: AbortSignal;
    /** Shows what it is doing. */
    status(text: string): void;
}

export interface JobOutcome {
    /** One sentence for the event log. */
    summary: string;
    attempts?: number;
    /** For `msg.job.detail`, e.g. one outcome per host. */
    detail?: unknown;
    /** The job's work is itself a log entry: written, always, in place of the entry about the outcome. */
    entry?: Pick<NewLogEntry, 'kind' | 'level' | 'source'>;
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

export interface JobSpec {
    type: string;
    /** What it would do: said in a dry run. */
    describe(context: JobContext): string;
    /** Does it. Throws UpsError or JobFailure. */
    run(context: JobContext): Promise<JobOutcome>;
    /** Runs on either edge, whatever the dialog says: on with the event, off with its end. */
    follows?: boolean;
    /** Puts right what an interrupted run has left half done when its event has ended meanwhile, so that it is not run again. */
    abandon?(context: JobContext): Promise<JobOutcome>;
    /** What a dry run does instead of only saying `describe`; whatever it does, it switches nothing. */
    rehearse?(context: JobContext): Promise<JobOutcome>;
    /** Shown after the outcome, e.g. how many mails wait. */
    remark?(): string;
    close?(removed: boolean): Promise<void>;
}

/**
 * Makes a node a job: chooses the edge, recognises what it has had before, goes on with what was interrupted, obeys the dry run,
 * logs the outcome, and calls done() exactly once for each message.
 */
export function attachJob(RED: NodeAPI, node: Node, config: JobConfig, spec: JobSpec): void {
    new JobRunner(RED, node, config, spec).attach();
}

interface Run extends ReportedRun {
    /** Empty for messages without an episode, which are not journalled. */
    key: string;
    journal: Journal;
    progress: unknown;
    /** Its event ended while it was interrupted, or the dialog has given it the other edge since. */
    overtaken?: boolean;
    /** Whatever its site says. */
    rehearse?: boolean;
}

interface Performed {
    summary: string;
    /** Absent when the job was cut short and goes on elsewhere. */
    result?: { job: JobResult };
    error?: Error;
}

/** Node-RED gives a close 15 s. */
const CLOSE_PATIENCE_MS = 6000;

class JobRunner {
    private readonly lamp: StatusLamp;
    private readonly report: JobReport;
    private readonly abort = new AbortController();
    private readonly underWay = new Set<string>();
    private readonly waits = new Set<() => void>();
    private readonly running = new Set<Promise<unknown>>();
    private readonly edge: 'on' | 'off' | 'both';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly config: JobConfig,
        private readonly spec: JobSpec,
    ) {
        this.lamp = new StatusLamp(node);
        this.report = new JobReport(RED, node, config, spec, this.lamp);
        this.edge = config.edge === 'off' || config.edge === 'both' ? config.edge : 'on';
    }

    attach(): void {
        this.node.on('input', (message, send, done) => {
            this.tell(
                this.accept(message as IncomingMessage),
                (result) => send({ ...message, ...result } as never),
                done,
            );
        });
        registerTest(this.RED, this.node, () => this.test());
        whenStarted(this.RED, this.node, () => {
            this.resume();
            if (this.watching(undefined)) this.lamp.show('disabled', statusText(this.RED, 'watching'));
        });
        const unhub = hub.onTakenOver(() => {
            this.resume();
            this.lamp.clear();
        });
        this.node.on('close', unhub);
        this.node.on('close', (removed: boolean, done: () => void) => {
            this.abort.abort();
            for (const cancel of this.waits) cancel();
            Promise.all([this.spec.close?.(removed), this.letGo()])
                .catch((error: Error) => this.node.warn(error.message))
                .finally(done);
        });
    }

    /** The only way out for a rejection, be it of Node-RED over a message that it cannot copy, would be the end of Node-RED. */
    private tell(
        performed: Promise<Partial<Performed>>,
        send: (result: { job: JobResult }) => void,
        done: (error?: Error) => void,
    ): void {
        performed
            .then(({ result, error }) => {
                if (result) send(result);
                return error;
            })
            .catch((error: Error) => error)
            .then(done)
            .catch((error: Error) => this.node.warn(error.message));
    }

    /** @throws Error that says what is understood, for done() */
    private read(incoming: IncomingMessage): EventMessage {
        try {
            return readEventMessage(incoming, systemClock.now());
        } catch (error) {
            throw new Error(errorText(this.RED, error), { cause: error });
        }
    }

    /** Another process does the work of this site. */
    private watching(message: EventMessage | undefined): boolean {
        return hub.isWatching(hub.journalOf(message, this.config.site));
    }

    private wants({ event }: EventMessage): boolean {
        return this.spec.follows === true || this.edge === 'both' || event.active === (this.edge === 'on');
    }

    private async accept(incoming: IncomingMessage): Promise<Partial<Performed>> {
        const message = this.read(incoming);
        if (!this.wants(message)) return {};
        if (this.watching(message)) {
            this.lamp.show('disabled', statusText(this.RED, 'watching'));
            return {};
        }
        const journal = hub.journalOf(message, this.config.site);
        const key = message.event.episode ? deliveryKey(message) : '';
        if (key) {
            if (this.underWay.has(key)) return {};
            const begin = journal.beginJob({ nodeId: this.node.id, key, message, at: systemClock.now() });
            // An interrupted one goes on by itself, see resume().
            if (begin !== 'new') return {};
        }
        return this.perform({ message, key, journal, progress: undefined, resumed: false });
    }

    private resume(): void {
        for (const journal of hub.journals()) {
            for (const record of journal.interruptedJobs(this.node.id)) this.resumeOne(journal, record);
        }
    }

    private resumeOne(journal: Journal, { key, message, progress }: JobRecord): void {
        if (this.underWay.has(key)) return;
        this.underWay.add(key);
        const cancel = whenDecided(message, (stillHolds) => {
            this.waits.delete(cancel);
            const overtaken = !stillHolds || !this.wants(message);
            if (overtaken && !this.spec.abandon) {
                this.underWay.delete(key);
                journal.finishJob(this.node.id, key, systemClock.now());
                this.report.notGoneOn(message, stillHolds ? 'edgeChanged' : 'overtaken');
                return;
            }
            this.tell(
                this.perform({ message, key, journal, progress, resumed: true, overtaken }),
                (result) => this.node.send({ ...message, ...result } as never),
                (error) => error && this.node.error(error, message as never),
            );
        });
        this.waits.add(cancel);
    }

    /** Its successor must not begin what is still leaving the wire: waits for what is under way to have noticed the abort. */
    private async letGo(): Promise<void> {
        let timer: TimerHandle;
        const patience = new Promise<void>((resolve) => {
            timer = systemClock.setTimeout(resolve, CLOSE_PATIENCE_MS);
        });
        await Promise.race([Promise.allSettled([...this.running]), patience]);
        systemClock.clearTimeout(timer);
    }

    private perform(run: Run): Promise<Performed> {
        const performing = this.performOnce(run);
        this.running.add(performing);
        const settled = () => this.running.delete(performing);
        performing.then(settled, settled);
        return performing;
    }

    private async performOnce(run: Run): Promise<Performed> {
        const { key, journal } = run;
        const context = this.context(run);
        const startedAt = systemClock.now();
        if (key) this.underWay.add(key);
        this.lamp.show('busy', statusText(this.RED, context.dryRun ? 'dryRun' : 'running'));
        let outcome: JobOutcome;
        let failure: unknown;
        try {
            outcome = await (context.dryRun ? this.rehearsed(context) : this.work(run, context));
        } catch (error) {
            failure = error instanceof JobFailure ? error.cause : error;
            outcome = error instanceof JobFailure ? error.outcome : { summary: this.described(context) };
        }
        if (key) this.underWay.delete(key);
        const failedText =
            failure === undefined ? undefined : errorText(this.RED, asUpsError(failure, 'command-failed'));
        const job: JobResult = {
            type: this.spec.type,
            name: this.node.name || this.spec.type,
            ok: failedText === undefined,
            dryRun: context.dryRun,
            attempts: outcome.attempts ?? 1,
            startedAt,
            endedAt: systemClock.now(),
            ...(failedText === undefined ? {} : { error: failedText }),
            detail: outcome.detail,
        };
        // A job cut short by a deploy or a stop is left open in the journal: its successor goes on with it, and tells of it.
        if (this.abort.signal.aborted && failure !== undefined && key) return { summary: outcome.summary };
        journal.transaction(() => {
            if (key) journal.finishJob(this.node.id, key, job.endedAt);
            this.report.outcome(run, job, outcome);
        });
        if (!this.abort.signal.aborted) this.report.show(job);
        return {
            result: { job },
            summary: outcome.summary,
            error: failedText === undefined ? undefined : new Error(failedText),
        };
    }

    private work({ overtaken }: Run, context: JobContext): Promise<JobOutcome> {
        return overtaken && this.spec.abandon ? this.spec.abandon(context) : this.spec.run(context);
    }

    private async rehearsed(context: JobContext): Promise<JobOutcome> {
        return this.spec.rehearse ? this.spec.rehearse(context) : { summary: this.spec.describe(context) };
    }

    /** What a failed job was about; settings so wrong that they cannot be described must not hide the failure itself. */
    private described(context: JobContext): string {
        try {
            return this.spec.describe(context);
        } catch (error) {
            return errorText(this.RED, error);
        }
    }

    private context(run: Run): JobContext {
        const { message, key, journal, progress } = run;
        const site = hub.siteOf(message, this.config.site);
        run.site = site;
        return {
            message,
            site,
            dryRun: run.rehearse === true || hub.isDryRun(message, this.config.site),
            clock: systemClock,
            ...fillFor(message, site),
            progress,
            saveProgress: (value) => {
                if (key) journal.saveJobProgress(this.node.id, key, value);
            },
            signal: this.abort.signal,
            status: (text) => this.lamp.show('busy', text),
        };
    }

    /** The Test button: runs the job once, for real unless the site is in dry run, with a made-up event. */
    private async test(): Promise<TestOutcome> {
        const now = systemClock.now();
        const text = statusText(this.RED, 'testEvent');
        const message = asEventMessage({ topic: `${text}/test`, payload: this.edge !== 'off' }, now);
        message.event.text = text;
        const source = hub.allSources().find((candidate) => candidate.status() !== undefined);
        if (source) message.status = source.status();
        const journal = hub.journalOf(message, this.config.site);
        // Whose site is not said is not tried for real where any is being rehearsed.
        const rehearse = !this.config.site && [...hub.sites.values()].some(({ dryRun }) => dryRun);
        const run = { message, key: '', journal, progress: undefined, resumed: false, rehearse };
        const { result, summary } = await this.perform(run);
        if (!result) return { ok: false, dryRun: false, text: summary };
        const { ok, dryRun, error, detail } = result.job;
        return { ok, dryRun, text: summary, error, detail };
    }
}

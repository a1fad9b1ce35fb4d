import { UpsError } from '../../core/errors';
import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage, JobResult } from '../../core/messages';
import { endCode, endOf } from '../../core/commands/end-code';
import { PendingWork } from '../../core/pending-work';
import { JOB_CLOSE_MS } from '../close-order';
import { whenConfirmed } from '../delivery/event-confirmation';
import { Outbox } from '../delivery/outbox';
import type { Flow } from '../flow';
import { readEventMessage, type IncomingMessage } from '../messages/coerce';
import type { RegisteredJob } from '../members';
import type { Site } from '../site';
import { DryRunRecord } from './dry-run-record';
import { EdgeWatch } from './edge-watch';
import { jobContext } from './job-context';
import { cutShort, classifyFailure } from './job-failure';
import type { JobNode } from './job-node';
import { JobReport } from './job-report';
import type { Performed, Run } from './job-run';
import { JobFailure, type JobContext, type JobOutcome, type JobSettings, type JobSpec } from './job-spec';
import { PastRuns, type JobView } from './job-view';
import { stopOlderRuns, countAction, OwedJobs, type OwedJob } from './owed-jobs';
import { resultSender } from './result-sender';
import { syntheticRun, type TestOutcome, type TestPreview } from './job-test-run';

/**
 * Runs one job: it chooses the edge, recognises deliveries that it already had, continues interrupted runs, stops with the event, obeys the
 * dry run, and logs the outcome.
 */
export class JobRunner<S extends Site = Site> implements RegisteredJob {
    private readonly report: JobReport;
    private readonly abort = new AbortController();
    private readonly owed: OwedJobs;
    private readonly unfinishedKeys = new Set<string>();
    private readonly runs = new Set<Run>();
    private readonly waits = new Set<() => void>();
    private readonly work: PendingWork;
    private readonly edge: 'on' | 'off' | 'both';
    private readonly runsOn: 'on' | 'off' | 'both';
    private readonly dryRuns: DryRunRecord;
    /** Somebody has deleted or disabled the node: no successor continues its work. */
    private removed = false;
    /** Sends the results, which must not be lost either: another job may be wired behind this one. */
    private readonly results: Outbox;
    private readonly settle = resultSender((error) => this.node.warn(error.message));
    private readonly pastRuns = new PastRuns();
    private readonly unregister: (() => void)[];

    constructor(
        private readonly flow: Flow<S>,
        private readonly node: JobNode,
        private readonly config: JobSettings,
        private readonly spec: JobSpec<S>,
    ) {
        this.work = new PendingWork(flow.clock);
        this.report = new JobReport(flow, node, config, spec);
        this.edge = config.edge === 'off' || config.edge === 'both' ? config.edge : 'on';
        this.runsOn = spec.follows ? 'both' : this.edge;
        this.dryRuns = new DryRunRecord(flow, node, spec.toHosts ?? false, config.site, (message, journal) =>
            this.runAfterDryRun(message, journal),
        );
        this.results = new Outbox(flow, node, (message) => flow.registry.journalOf(message, config.site));
        this.owed = new OwedJobs(flow, node.id, !spec.abandon, (job, holds) => this.continueJob(job, holds));
        const takenOver = () => {
            this.resume();
            node.indicator.clear();
        };
        this.unregister = [flow.registry.addJob(this), flow.registry.onTakenOver(takenOver)];
    }

    get id(): string {
        return this.node.id;
    }

    get type(): string {
        return this.spec.type;
    }

    get name(): string {
        return this.node.label(this.flow.texts.words);
    }

    get subflowOrigin(): JobNode['subflowOrigin'] {
        return this.node.subflowOrigin;
    }

    view(): JobView {
        const { acts = false, shutsDown = false } = this.spec;
        const dryRun = this.flow.registry.isDryRun(undefined, this.config.site);
        const runs = this.pastRuns.and(this.runs, this.owed.jobs());
        return { edge: this.runsOn, acts, shutsDown, dryRun, runs };
    }

    /** Called when all nodes of the deploy exist. */
    start(): void {
        this.results.resume();
        this.flow.absent.putBack(this.id, this.spec.shutsDown);
        this.resume();
        if (this.watching(undefined)) this.node.indicator.show('disabled', this.flow.texts.status('watching'));
    }

    /** Handles a message. Calls `done` exactly once, and before that `send`, if there is a result to pass on. */
    take(message: IncomingMessage, send: (result: { job: JobResult }) => void, done: (error?: Error) => void): void {
        this.settle(this.accept(message), send, done);
    }

    /** Resolves when the unfinished work is written. @param removed somebody has deleted or disabled the node */
    async close(removed: boolean): Promise<void> {
        for (const leave of this.unregister) leave();
        this.flow.absent.leave(this.node, this.config, this.spec, this.runsOn);
        this.dryRuns.destroy();
        this.abort.abort(new UpsError('interrupted'));
        this.owed.destroy();
        this.results.destroy(removed);
        this.removed = removed;
        for (const cancel of this.waits) cancel();
        for (const { watch } of this.runs) watch?.destroy();
        await this.flow.closing.beforeSites(
            Promise.all([this.spec.close?.(removed), this.work.waitUntilSettled(JOB_CLOSE_MS)]),
        );
    }

    /** Whether another process does the work of this site. */
    private watching(message: EventMessage | undefined): boolean {
        return this.flow.registry.isWatching(this.flow.registry.journalOf(message, this.config.site));
    }

    private wants({ event }: EventMessage): boolean {
        return this.runsOn === 'both' || event.active === (this.runsOn === 'on');
    }

    /** @throws Error with a text about the accepted messages */
    private read(incoming: IncomingMessage): EventMessage {
        try {
            return readEventMessage(incoming, this.flow.clock.now());
        } catch (error) {
            throw new Error(this.flow.texts.error(error), { cause: error });
        }
    }

    private async accept(incoming: IncomingMessage): Promise<Partial<Performed>> {
        const message = this.read(incoming);
        for (const { watch } of [...this.runs]) watch?.onMessage(message);
        if (!this.wants(message)) return {};
        if (this.watching(message)) {
            this.node.indicator.show('disabled', this.flow.texts.status('watching'));
            return {};
        }
        const journal = this.flow.registry.journalOf(message, this.config.site);
        const key = message.event.episode ? deliveryKey(message) : '';
        if (key) {
            if (this.unfinishedKeys.has(key)) return {};
            const begin = journal.beginJob({ nodeId: this.node.id, key, message, at: this.flow.clock.now() });
            // An interrupted run is continued by resume().
            if (begin !== 'new') return {};
            if (this.spec.acts && this.isServed(message, key, journal)) return {};
            if (this.spec.acts && message.event.active) stopOlderRuns(this.runs, message);
        }
        return this.perform(this.newRun({ message, key, journal, progress: undefined, again: false }));
    }

    /** An off edge replaces earlier ones. @returns whether one of them has already served this return of the event */
    private isServed(message: EventMessage, key: string, journal: Journal): boolean {
        const served = this.owed.covers(message);
        if (served) this.owed.finish(key, journal);
        else this.owed.supersede(message, key, journal, [...this.runs]);
        return served;
    }

    private newRun(job: OwedJob, more: Partial<Run> = {}): Run {
        return { ...job, resumed: false, stop: new AbortController(), ...more };
    }

    private resume(): void {
        for (const journal of this.flow.registry.journals()) {
            for (const { key, message, progress } of journal.interruptedJobs(this.node.id)) {
                if (this.unfinishedKeys.has(key)) continue;
                this.unfinishedKeys.add(key);
                const job = { message, key, journal, progress, again: false };
                if (this.endsWithEdge(message)) this.owed.wait(job, true);
                else this.ask(job);
            }
        }
    }

    /** A job that only informs continues as soon as it is known whether its message is still true. */
    private ask(job: OwedJob): void {
        const cancel = whenConfirmed(this.flow, job.message, (holds) => {
            this.waits.delete(cancel);
            this.continueJob(job, holds);
        });
        this.waits.add(cancel);
    }

    private continueJob(job: OwedJob, holds: boolean): void {
        const { message, key, journal } = job;
        const overtaken = !holds || !this.wants(message);
        const told = this.owed.isTold(job);
        if (overtaken && !this.spec.abandon) {
            this.unfinishedKeys.delete(key);
            this.owed.finish(key, journal);
            if (!told) this.report.notContinued(message, holds ? 'edgeChanged' : 'overtaken');
            return;
        }
        // Hosts that it has already served may have been shut down again.
        const stale = holds && this.spec.acts === true && this.owed.isStale(job);
        const progress = stale ? undefined : job.progress;
        if (this.spec.acts && holds) this.owed.serve(message);
        if (told && !stale)
            return this.continueWithRest(this.newRun({ ...job, progress }, { resumed: true, overtaken }));
        this.runAlone(this.newRun({ ...job, progress }, { resumed: true, overtaken }));
    }

    /** Continues a run whose outcome was reported before the interruption. */
    private continueWithRest(run: Run): void {
        this.follow(run);
        this.unfinishedKeys.add(run.key);
        const context = this.context(run);
        const rest = async () => (context.dryRun ? undefined : (await this.carryOut(run, context)).rest?.());
        void this.work.track(this.doRest(run, rest));
    }

    /** Runs the job once for real: the dry run is over, and the event is still active. */
    private runAfterDryRun(message: EventMessage, journal: Journal): void {
        if (!this.wants(message)) return;
        const key = `${deliveryKey(message)}|real`;
        if (journal.beginJob({ nodeId: this.node.id, key, message, at: this.flow.clock.now() }) !== 'new') return;
        this.runAlone(this.newRun({ message, key, journal, progress: undefined, again: false }));
    }

    /** Runs the job without an input message that waits for its end. */
    private runAlone(run: Run): void {
        const { message } = run;
        this.settle(
            this.perform(run),
            (result) => this.node.send({ ...message, ...result }),
            (error) => error && this.node.error(error, message),
        );
    }

    private perform(run: Run): Promise<Performed> {
        return this.work.track(this.performOnce(run));
    }

    private async performOnce(run: Run): Promise<Performed> {
        const { key, journal } = run;
        this.follow(run);
        const context = this.context(run);
        const startedAt = this.flow.clock.now();
        if (key) this.unfinishedKeys.add(key);
        this.node.indicator.show(
            this.spec.busyState ?? 'busy',
            this.flow.texts.status(context.dryRun ? 'dryRun' : 'running'),
        );
        let outcome: JobOutcome;
        let failure: UpsError | undefined;
        let isOutcome = false;
        try {
            outcome = await (context.dryRun ? this.rehearsed(context) : this.carryOut(run, context));
        } catch (error) {
            ({ failure, isOutcome } = classifyFailure(error, run.stop.signal, () => this.spec.total?.(context)));
            outcome = error instanceof JobFailure ? error.outcome : { summary: this.described(context) };
        }
        const ended = endCode(failure);
        const closed = this.abort.signal.aborted;
        if (closed && key === '' && failure?.code === 'interrupted') failure = cutShort(this.flow.clock.now());
        const texts = this.flow.texts.of(context.site);
        const told = { dryRun: context.dryRun, startedAt, error: failure && texts.error(failure, this.type), ended };
        const job = this.report.result(outcome, told, texts);
        // A job that a deploy or a stop has interrupted stays open in the journal: its successor continues and reports it.
        if (closed && failure && key && !ended && !isOutcome) {
            this.endRun(run, false);
            if (this.removed) this.report.leftOpen(run);
            return { summary: outcome.summary };
        }
        const rest = ended || closed ? undefined : outcome.rest;
        const owed = key !== '' && this.staysOwed(run, ended);
        let standing: string[] = [];
        const note = () => {
            if (key && !owed && !rest) this.owed.finish(key, journal);
            if (key && rest) this.owed.tell(key, journal, true);
            this.report.outcome(run, job, outcome);
            if (key) standing = this.dryRuns.note(run.message, journal, job.dryRun);
            if (standing.length > 0) this.report.notUndone(run, standing);
        };
        const kept = key !== '' && this.node.isWired;
        if (kept) this.results.send({ ...run.message, job } as EventMessage, note);
        else journal.transaction(note);
        if (rest) void this.work.track(this.doRest(run, rest));
        else this.endRun(run, owed && !closed);
        if (!run.test) this.pastRuns.note(run.message, job);
        if (!closed) this.report.show(job, standing.length > 0);
        return {
            ...(kept ? {} : { result: { job } }),
            summary: outcome.summary,
            // The end of an event is not a failure.
            error: !failure || ended ? undefined : new Error(told.error),
        };
    }

    /** Watches the edge, if the job ends with its edge. */
    private follow(run: Run): void {
        this.runs.add(run);
        if (run.test || run.overtaken || !this.endsWithEdge(run.message)) return;
        const watch = new EdgeWatch(this.flow, run.message, () => this.look(run));
        run.watch = watch;
        this.look(run);
    }

    private look({ watch, stop }: Run): void {
        if (watch?.state === 'over') stop.abort(new UpsError(watch.endCode));
    }

    /** The run has ended. @param owed it stays owed */
    private endRun(run: Run, owed: boolean): void {
        run.watch?.destroy();
        this.runs.delete(run);
        this.unfinishedKeys.delete(run.key);
        if (owed) this.owe(run);
    }

    /** Does the rest of the work after the outcome was reported. A failure is not reported: the outcome remains valid. */
    private async doRest(run: Run, rest: () => Promise<unknown>): Promise<void> {
        let failure: unknown;
        try {
            await rest();
        } catch (error) {
            failure = error;
        }
        const closed = this.abort.signal.aborted;
        const owed = run.key !== '' && failure !== undefined && this.staysOwed(run, endOf(run.stop.signal));
        if (owed) this.owed.tell(run.key, run.journal, false);
        else if (run.key && !(closed && failure !== undefined)) this.owed.finish(run.key, run.journal);
        this.endRun(run, owed && !closed);
    }

    /** Whether the run stops with its edge: a job that acts always does; of a job that only informs, only repeats do. */
    private endsWithEdge({ event }: EventMessage): boolean {
        return this.spec.acts === true || (event.active && /#(?!1(?!\d))\d+/.test(event.firing ?? ''));
    }

    private staysOwed({ message, superseded }: Run, ended: ReturnType<typeof endCode>): boolean {
        const counter = this.spec.acts === true && !message.event.active;
        return ended !== undefined && !superseded && (counter || ended === 'mains-failed-again');
    }

    private owe({ message, key, journal, progress }: Run): void {
        this.unfinishedKeys.add(key);
        this.owed.wait({ message, key, journal, progress, again: true }, false);
    }

    private carryOut(run: Run, context: JobContext<S>): Promise<JobOutcome> {
        const { overtaken, key, journal, message, stop } = run;
        if (overtaken && this.spec.abandon) return this.spec.abandon(context);
        if (stop.signal.aborted) throw stop.signal.reason;
        const ups = this.spec.shutsDown && !run.test ? run.watch?.levelOnMains : undefined;
        if (ups !== undefined) throw new UpsError('on-mains', { ups });
        if (this.spec.acts && !run.test) {
            if (message.event.active) countAction(journal);
            else if (key) this.owed.begin(key, journal);
        }
        return this.spec.run(context);
    }

    private async rehearsed(context: JobContext<S>): Promise<JobOutcome> {
        return this.spec.rehearse ? this.spec.rehearse(context) : { summary: this.spec.describe(context) };
    }

    /** What the failed job would do. Settings that are too wrong for a description must not hide the original failure. */
    private described(context: JobContext<S>): string {
        try {
            return this.spec.describe(context);
        } catch (error) {
            return this.flow.texts.of(context.site).error(error, this.type);
        }
    }

    private context(run: Run): JobContext<S> {
        const { node, spec, config, abort } = this;
        const parts = { node, siteId: config.site, look: spec.busyState ?? 'busy', closing: abort.signal } as const;
        return jobContext(this.flow, parts, run);
    }

    /** Handles the Test button: runs the job once with a synthetic event, for real unless the site is in dry run. */
    async test(by: string | undefined): Promise<TestOutcome> {
        const { result, summary } = await this.perform(this.trial(by));
        if (!result) return { ok: false, dryRun: false, text: summary };
        return { ...result.job, text: summary };
    }

    preview(): TestPreview {
        const context = this.context(this.trial());
        return { dryRun: context.dryRun, text: this.described(context) };
    }

    private trial(by?: string): Run {
        const { rehearse, ...job } = syntheticRun(this.flow, this.node, this.config.site, this.edge !== 'off');
        return this.newRun(job, { test: { rehearse, by } });
    }
}

import type { EventMessage } from '../../core/messages';
import { endCode, endOf } from '../../core/commands/end-code';
import { UpsError } from '../../core/errors';
import { PendingWork } from '../../core/pending-work';
import { JOB_CLOSE_MS } from '../close-order';
import { Outbox } from '../delivery/outbox';
import type { Flow } from '../flow';
import type { Site } from '../site';
import type { DryRunRecord } from './dry-run-record';
import { EdgeWatch } from './edge-watch';
import { FinishedRuns } from './finished-runs';
import { jobContext } from './job-context';
import { classifyFailure, cutShort } from './job-failure';
import type { JobNode } from './job-node';
import type { JobReport } from './job-report';
import type { Performed, Run } from './job-run';
import { JobFailure, shutsDownNow, type JobContext, type JobOutcome, type JobSettings, type JobSpec } from './job-spec';
import { runViews, type RunView } from './job-view';
import { countAction, type OwedJob, type OwedJobs } from './owed-jobs';
import { resultSender } from './result-sender';
import { RunTimes } from './run-times';

/** A job, as its runs need it. */
export interface PerformedJob<S extends Site> {
    node: JobNode;
    config: JobSettings;
    spec: JobSpec<S>;
    report: JobReport;
    owed: OwedJobs;
    dryRuns: DryRunRecord;
    /** A run has ended. */
    ended(run: Run): void;
}

/** Carries out the runs of one job: follows their edges, obeys the dry run, reports and passes on the outcome. */
export class JobPerformer<S extends Site = Site> {
    readonly runs = new Set<Run>();
    /** Delivery keys of all runs that are not done: running, waiting or owed. */
    readonly unfinishedKeys = new Set<string>();
    readonly settle = resultSender((error) => this.job.node.warn(error.message));
    private readonly abort = new AbortController();
    private readonly work: PendingWork;
    /** Somebody has deleted or disabled the node: no successor continues its work. */
    private removed = false;
    /** Sends the results, which must not be lost either: another job may be wired behind this one. */
    private readonly results: Outbox;
    readonly finished: FinishedRuns;
    private readonly times: RunTimes;

    constructor(
        private readonly flow: Flow<S>,
        private readonly job: PerformedJob<S>,
    ) {
        const { node, config } = job;
        this.work = new PendingWork(flow.clock);
        this.results = new Outbox(flow, node, (message) => flow.registry.journalOf(message, config.site));
        this.times = new RunTimes(flow.registry, node.id);
        this.finished = new FinishedRuns(flow.registry, node.id);
    }

    get isClosed(): boolean {
        return this.abort.signal.aborted;
    }

    /** Running, owed and finished runs. */
    views(): RunView[] {
        const isHeld = (job: OwedJob) => this.job.owed.isHeld(job);
        return runViews(this.finished.views(), this.runs, this.job.owed.jobs(), this.whom(), isHeld);
    }

    whom(): readonly string[] {
        return this.job.node.whom?.() ?? [];
    }

    /** See `PlanStep.takesSeconds`. */
    takesSeconds(): number | undefined {
        return this.times.seconds(this.job.node.takes?.());
    }

    /** Sends the results again that may not have arrived before a restart. */
    resume(): void {
        this.results.resume();
    }

    /** Interrupts the runs. @param removed somebody has deleted or disabled the node */
    interrupt(removed: boolean): void {
        this.abort.abort(new UpsError('interrupted'));
        this.removed = removed;
        this.job.owed.destroy();
        this.results.destroy(removed);
        for (const { watch } of this.runs) watch?.destroy();
    }

    /** Resolves when the interrupted runs have written what is left of them. */
    waitUntilSettled(): Promise<unknown> {
        return this.work.waitUntilSettled(JOB_CLOSE_MS);
    }

    /** Continues a run whose outcome was reported before the interruption. */
    continueWithRest(run: Run): void {
        this.follow(run);
        this.unfinishedKeys.add(run.key);
        const context = this.context(run);
        const rest = async () => (context.dryRun ? undefined : (await this.carryOut(run, context)).rest?.());
        void this.work.track(this.doRest(run, rest));
    }

    /** Runs the job without an input message that waits for its end. */
    runAlone(run: Run): void {
        const { message } = run;
        this.settle(
            this.perform(run),
            (result) => this.job.node.send({ ...message, ...result }),
            (error) => error && this.job.node.error(error, message),
        );
    }

    perform(run: Run): Promise<Performed> {
        return this.work.track(this.performOnce(run));
    }

    private async performOnce(run: Run): Promise<Performed> {
        const { key, journal } = run;
        this.follow(run);
        const context = this.context(run);
        const startedAt = this.flow.clock.now();
        if (key) this.unfinishedKeys.add(key);
        this.job.node.indicator.show(
            this.job.spec.busyState ?? 'busy',
            this.flow.texts.status(context.dryRun ? 'dryRun' : 'running'),
        );
        let outcome: JobOutcome;
        let failure: UpsError | undefined;
        let isOutcome = false;
        try {
            const rehearses = context.dryRun && !run.withdraws;
            outcome = await (rehearses ? this.rehearsed(context) : this.carryOut(run, context));
        } catch (error) {
            ({ failure, isOutcome } = classifyFailure(error, run.stop.signal, () => this.job.spec.total?.(context)));
            outcome = error instanceof JobFailure ? error.outcome : { summary: this.described(context) };
        }
        const ended = endCode(failure);
        const closed = this.abort.signal.aborted;
        if (closed && key === '' && failure?.code === 'interrupted') failure = cutShort(this.flow.clock.now());
        const texts = this.flow.texts.of(context.site);
        const told = {
            dryRun: context.dryRun,
            startedAt,
            error: failure && texts.error(failure, this.job.spec.type),
            ended,
        };
        const job = this.job.report.result(outcome, told, texts);
        // A job that a deploy or a stop has interrupted stays open in the journal: its successor continues and reports it.
        if (closed && failure && (key || run.withdraws) && !ended && !isOutcome) {
            this.endRun(run, false);
            if (this.removed) this.job.report.leftOpen(run);
            return { summary: outcome.summary };
        }
        const rest = ended || closed ? undefined : outcome.rest;
        const owed = key !== '' && this.staysOwed(run, ended);
        const acts = this.job.spec.acts === true;
        const isAside = run.test !== undefined || run.withdraws === true;
        let standing: string[] = [];
        const note = () => {
            if (key && !owed && !rest) this.job.owed.finish(key, journal);
            if (key && rest) this.job.owed.tell(key, journal, true);
            this.job.report.outcome(run, job, outcome);
            if (!isAside) this.finished.note(run, job, { whom: this.whom(), acts });
            if (key) standing = this.job.dryRuns.note(run.message, journal, job.dryRun);
            if (standing.length > 0) this.job.report.notUndone(run, standing);
        };
        const kept = key !== '' && this.job.node.isWired;
        if (kept) this.results.send({ ...run.message, job } as EventMessage, note);
        else journal.transaction(note);
        if (!isAside) {
            this.times.note(run, job, acts);
            this.flow.jobEnds.tell({ id: this.job.node.id, job });
        }
        if (rest) void this.work.track(this.doRest(run, rest));
        else this.endRun(run, owed && !closed);
        if (!closed) this.job.report.show(job, standing.length > 0);
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
        this.flow.planChanges.tell();
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
        this.job.ended(run);
        this.flow.planChanges.tell();
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
        if (owed) this.job.owed.tell(run.key, run.journal, false);
        else if (run.key && !(closed && failure !== undefined)) this.job.owed.finish(run.key, run.journal);
        this.endRun(run, owed && !closed);
    }

    /** Whether the run stops with its edge: a job that acts always does; of a job that only informs, only repeats do. */
    endsWithEdge({ event }: EventMessage): boolean {
        return this.job.spec.acts === true || (event.active && /#(?!1(?!\d))\d+/.test(event.firing ?? ''));
    }

    private staysOwed({ message, superseded }: Run, ended: ReturnType<typeof endCode>): boolean {
        const counter = this.job.spec.acts === true && !message.event.active;
        return ended !== undefined && !superseded && (counter || ended === 'mains-failed-again');
    }

    private owe({ message, key, journal, progress }: Run): void {
        this.unfinishedKeys.add(key);
        this.job.owed.wait({ message, key, journal, progress, again: true }, false);
    }

    private carryOut(run: Run, context: JobContext<S>): Promise<JobOutcome> {
        const { overtaken, key, journal, message, stop } = run;
        if (run.withdraws) return this.job.spec.withdraw!(context);
        if (overtaken && this.job.spec.abandon) return this.job.spec.abandon(context);
        if (stop.signal.aborted) throw stop.signal.reason;
        const ups = context.levelOnMains;
        if (ups !== undefined && shutsDownNow(this.job.spec, context)) throw new UpsError('on-mains', { ups });
        if (this.job.spec.acts && !run.test) {
            if (message.event.active) countAction(journal);
            else if (key) this.job.owed.begin(key, journal);
        }
        return this.job.spec.run(context);
    }

    private async rehearsed(context: JobContext<S>): Promise<JobOutcome> {
        return this.job.spec.rehearse ? this.job.spec.rehearse(context) : { summary: this.job.spec.describe(context) };
    }

    /** What the failed job would do. Settings that are too wrong for a description must not hide the original failure. */
    described(context: JobContext<S>): string {
        try {
            return this.job.spec.describe(context);
        } catch (error) {
            return this.flow.texts.of(context.site).error(error, this.job.spec.type);
        }
    }

    context(run: Run): JobContext<S> {
        const { abort } = this;
        const { node, spec, config } = this.job;
        const parts = { node, siteId: config.site, look: spec.busyState ?? 'busy', closing: abort.signal } as const;
        return jobContext(this.flow, parts, run);
    }
}

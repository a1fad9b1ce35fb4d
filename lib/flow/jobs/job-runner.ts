import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage, JobResult } from '../../core/messages';
import { whenConfirmed } from '../delivery/event-confirmation';
import type { Flow } from '../flow';
import { readEventMessage, type IncomingMessage } from '../messages/coerce';
import type { RegisteredJob } from '../members';
import type { Site } from '../site';
import { DryRunRecord } from './dry-run-record';
import type { JobNode } from './job-node';
import { JobReport } from './job-report';
import { JobOrders } from './job-orders';
import { JobPerformer } from './job-performer';
import type { Performed, Run } from './job-run';
import { shutsDownNow, type JobSettings, type JobSpec } from './job-spec';
import type { JobView, RunView } from './job-view';
import { stopOlderRuns, OwedJobs, type OwedJob } from './owed-jobs';
import { syntheticRun, type TestOutcome, type TestPreview } from './job-test-run';

interface InterruptedJob extends OwedJob {
    /** The site that it runs for: during a deploy it may be gone when the node of the job closes. */
    site?: Site;
}

/**
 * Runs one job: it chooses the edge, recognises deliveries that it already had, continues interrupted runs, stops with the event, obeys the
 * dry run, and logs the outcome.
 */
export class JobRunner<S extends Site = Site> implements RegisteredJob {
    private readonly report: JobReport;
    private readonly performer: JobPerformer<S>;
    private readonly owed: OwedJobs;
    private readonly orders: JobOrders;
    /** Interrupted runs that only inform, and wait for what their source reports, each with what cancels the wait. */
    private readonly waits = new Map<InterruptedJob, () => void>();
    private readonly edge: 'on' | 'off' | 'both';
    private readonly runsOn: 'on' | 'off' | 'both';
    private readonly dryRuns: DryRunRecord;
    private readonly unregister: (() => void)[];

    constructor(
        private readonly flow: Flow<S>,
        private readonly node: JobNode,
        private readonly config: JobSettings,
        private readonly spec: JobSpec<S>,
    ) {
        this.report = new JobReport(flow, node, config, spec);
        this.edge = config.edge === 'off' || config.edge === 'both' ? config.edge : 'on';
        this.runsOn = spec.follows ? 'both' : this.edge;
        this.dryRuns = new DryRunRecord(flow, node, spec.toHosts ?? false, config.site, (message, journal) =>
            this.runAfterDryRun(message, journal),
        );
        const { id } = node;
        const ordered = { id, acts: spec.acts === true, site: config.site };
        this.orders = new JobOrders(flow, ordered, this.report, () => this.obey());
        const blocked = (job: OwedJob) => this.orders.isBlocked(job) || flow.isOneInFront(this, job.message);
        this.owed = new OwedJobs(flow, id, !spec.abandon, blocked, (job, holds) => this.continueJob(job, holds));
        const { report, owed, dryRuns } = this;
        const ended = ({ withdraws }: Run) => {
            if (!withdraws) this.withdraw();
        };
        this.performer = new JobPerformer(flow, { node, config, spec, report, owed, dryRuns, ended });
        const takenOver = () => {
            this.resume();
            this.obey();
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
        const { acts = false, withdrawsFor } = this.spec;
        const shutsDown = shutsDownNow(this.spec);
        const { site } = this.config;
        const dryRun = this.flow.registry.isDryRun(undefined, site);
        const { performer } = this;
        const [whom, takesSeconds, runs] = [performer.whom(), performer.takesSeconds(), performer.views()];
        return { edge: this.runsOn, acts, shutsDown, dryRun, whom, takesSeconds, withdrawsFor, site, runs };
    }

    /** Called when all nodes of the deploy exist. */
    start(): void {
        this.performer.resume();
        this.flow.absent.putBack(this.id, shutsDownNow(this.spec));
        this.resume();
        this.obey();
        if (this.watching(undefined)) this.node.indicator.show('disabled', this.flow.texts.status('watching'));
    }

    /** Handles a message. Calls `done` exactly once, and before that `send`, if there is a result to pass on. */
    take(message: IncomingMessage, send: (result: { job: JobResult }) => void, done: (error?: Error) => void): void {
        this.performer.settle(this.accept(message), send, done);
    }

    /** Resolves when the unfinished work is written. @param removed somebody has deleted or disabled the node */
    async close(removed: boolean): Promise<void> {
        for (const leave of this.unregister) leave();
        this.orders.destroy();
        const { acts } = this.spec;
        const left = { acts, shutsDown: shutsDownNow(this.spec) };
        this.flow.absent.leave(this.node, this.config, left, this.runsOn);
        this.dryRuns.destroy();
        if (removed) for (const job of this.notContinued()) this.report.leftOpen(job);
        this.performer.interrupt(removed);
        for (const cancel of this.waits.values()) cancel();
        await this.flow.closing.beforeSites(
            Promise.all([this.spec.close?.(removed), this.performer.waitUntilSettled()]),
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
        for (const { watch } of [...this.performer.runs]) watch?.onMessage(message);
        if (!this.wants(message)) return {};
        if (this.watching(message)) {
            this.node.indicator.show('disabled', this.flow.texts.status('watching'));
            return {};
        }
        const journal = this.flow.registry.journalOf(message, this.config.site);
        const key = message.event.episode ? deliveryKey(message) : '';
        if (key) {
            if (this.performer.unfinishedKeys.has(key) || !this.admit(message, key, journal)) return {};
        } else this.assertFree(message);
        return this.performer.perform(this.newRun({ message, key, journal, progress: undefined, again: false }));
    }

    /** Notes a delivery. @returns whether it runs now */
    private admit(message: EventMessage, key: string, journal: Journal): boolean {
        const admission = this.orders.admit(message, key, journal, this.owed);
        if (admission === 'had') return false;
        if (this.spec.acts && this.isServed(message, key, journal)) return false;
        if (this.spec.acts && message.event.active) stopOlderRuns(this.performer.runs, message);
        if (admission === 'new') return true;
        this.performer.unfinishedKeys.add(key);
        this.owed.hold({ message, key, journal, progress: undefined, again: false });
        this.node.indicator.show('warning', this.flow.texts.status('stepHeld'));
        this.flow.planChanges.tell();
        return false;
    }

    /** @throws Error with a text: the site is in maintenance */
    private assertFree(message: EventMessage): void {
        try {
            this.orders.assertFree(message);
        } catch (error) {
            throw new Error(this.flow.texts.error(error), { cause: error });
        }
    }

    fire(message: EventMessage, note: () => void, failed?: RunView): void {
        const journal = this.flow.registry.journalOf(message, this.config.site);
        const key = this.freeKey(message, journal);
        let progress: unknown;
        const begin = journal.transaction(() => {
            note();
            const begun = journal.beginJob({ nodeId: this.node.id, key, message, at: this.flow.clock.now() });
            if (begun !== 'new' || !failed) return begun;
            progress = this.performer.finished.take(failed);
            if (progress !== undefined) journal.saveJobProgress(this.node.id, key, progress);
            return begun;
        });
        // A delivery that was held continues when it looks at the order.
        if (begin !== 'new') return;
        if (this.spec.acts) stopOlderRuns(this.performer.runs, message);
        this.performer.runAlone(this.newRun({ message, key, journal, progress, again: false }));
    }

    edgeOf(failed: RunView): Omit<EventMessage, 'status'> | undefined {
        return this.performer.finished.messageOf(failed);
    }

    /** An off edge has one delivery; each time that a person runs it again it needs another name. */
    private freeKey(message: EventMessage, journal: Journal): string {
        const key = deliveryKey(message);
        if (message.event.active) return key;
        for (let n = 1; ; n++) {
            const again = `${key}|again#${n}`;
            if (!journal.jobState(this.node.id, again)) return again;
        }
    }

    private obey(): void {
        this.orders.obey(this.performer.runs, this.owed);
        this.withdraw();
    }

    /** Takes back what aborted runs have begun, and that the device would still carry out. */
    private withdraw(): void {
        if (!this.spec.withdraw || this.performer.isClosed) return;
        for (const order of this.orders.toWithdraw(this.performer.runs)) {
            const { withdraw: message } = order;
            const journal = this.flow.registry.journalOf(message, this.config.site);
            const job = { message, key: '', journal, progress: undefined, again: false };
            const run = this.newRun(job, { withdraws: true, overtaken: true });
            void this.performer.perform(run).then(() => {
                if (!this.performer.isClosed) this.flow.orders.noteWithdrawn(order);
            });
        }
    }

    /** An off edge replaces earlier ones. @returns whether one of them has already served this return of the event */
    private isServed(message: EventMessage, key: string, journal: Journal): boolean {
        const served = this.owed.covers(message);
        if (served) this.owed.finish(key, journal);
        else this.owed.supersede(message, key, journal, [...this.performer.runs]);
        return served;
    }

    private newRun(job: OwedJob, more: Partial<Run> = {}): Run {
        return { ...job, resumed: false, stop: new AbortController(), ...more };
    }

    private resume(): void {
        this.performer.finished.readAgain();
        for (const journal of this.flow.registry.journals()) {
            for (const { key, message, progress } of journal.interruptedJobs(this.node.id)) {
                if (this.performer.unfinishedKeys.has(key)) continue;
                this.performer.unfinishedKeys.add(key);
                const site = this.flow.registry.siteOf(message, this.config.site);
                const job: InterruptedJob = { message, key, journal, progress, again: false, site };
                if (this.performer.endsWithEdge(message) || this.orders.isBlocked(job)) this.owed.wait(job, true);
                else this.ask(job);
            }
        }
    }

    /** A job that only informs continues as soon as it is known whether its message is still true. */
    private ask(job: InterruptedJob): void {
        const cancel = whenConfirmed(this.flow, job.message, (holds) => {
            this.waits.delete(job);
            this.continueJob(job, holds);
        });
        this.waits.set(job, cancel);
    }

    /** Runs that a restart or a deploy has interrupted, that did not go on yet, and of which nothing is reported. */
    private notContinued(): InterruptedJob[] {
        const waiting = this.owed.jobs().filter((job) => job.message.event.active && !this.owed.isHeld(job));
        return [...waiting, ...this.waits.keys()].filter((job) => !this.owed.isTold(job));
    }

    private continueJob(job: OwedJob, holds: boolean): void {
        const { message, key, journal } = job;
        const overtaken = !holds || !this.wants(message);
        const told = this.owed.isTold(job);
        const held = this.owed.isHeld(job);
        if (overtaken && (held || !this.spec.abandon)) {
            this.performer.unfinishedKeys.delete(key);
            this.owed.finish(key, journal);
            const why = holds ? 'edgeChanged' : held ? 'heldToTheEnd' : 'overtaken';
            if (!told) this.report.notContinued(message, why);
            this.flow.planChanges.tell();
            return;
        }
        if (held) this.owed.noteHeld(key, journal, false);
        // Hosts that it has already served may have been shut down again.
        const stale = holds && this.spec.acts === true && this.owed.isStale(job);
        const progress = stale ? undefined : job.progress;
        if (this.spec.acts && holds) this.owed.serve(message);
        if (told && !stale)
            return this.performer.continueWithRest(this.newRun({ ...job, progress }, { resumed: true, overtaken }));
        this.performer.runAlone(this.newRun({ ...job, progress }, { resumed: !held, overtaken }));
    }

    /** Runs the job once for real: the dry run is over, and the event is still active. */
    private runAfterDryRun(message: EventMessage, journal: Journal): void {
        if (!this.wants(message)) return;
        const key = `${deliveryKey(message)}|real`;
        if (!this.admit(message, key, journal)) return;
        this.performer.runAlone(this.newRun({ message, key, journal, progress: undefined, again: false }));
    }

    /** Handles the Test button: runs the job once with a synthetic event, for real unless the site is in dry run. */
    async test(by: string | undefined): Promise<TestOutcome> {
        const { result, summary } = await this.performer.perform(this.trial(by));
        if (!result) return { ok: false, dryRun: false, text: summary };
        return { ...result.job, text: summary };
    }

    preview(): TestPreview {
        const context = this.performer.context(this.trial());
        return { dryRun: context.dryRun, text: this.performer.described(context) };
    }

    private trial(by?: string): Run {
        const { rehearse, ...job } = syntheticRun(this.flow, this.node, this.config.site, this.edge !== 'off');
        return this.newRun(job, { test: { rehearse, by } });
    }
}

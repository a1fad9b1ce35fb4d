import type { NewLogEntry } from '../../core/journal/event-log';
import type { SentenceData } from '../../core/language/sentence';
import type { EventMessage, JobResult } from '../../core/messages';
import type { Flow } from '../flow';
import type { Texts } from '../ports';
import type { Site } from '../site';
import type { JobNode } from './job-node';
import type { JobOutcome, JobSettings, JobSpec } from './job-spec';
import { testLogPrefix, testLogs } from './job-test-run';

/** The data of a run that its report needs. */
export interface ReportedRun {
    message: EventMessage;
    resumed: boolean;
    /** It takes back what an aborted run has begun. */
    withdraws?: boolean;
    /** The Test button has started the run, without a real event. */
    test?: { rehearse: boolean; by?: string };
    /** The site at the start of the run: during a deploy the site may be gone when the run ends. */
    site?: Site;
}

/** The data of a run that the log needs. */
type RunOfLog = Pick<ReportedRun, 'message' | 'site' | 'test'>;

/** Reports the outcome of a job: in the event log, as its settings say, and on the canvas. */
export class JobReport {
    constructor(
        private readonly flow: Flow,
        private readonly node: JobNode,
        private readonly config: JobSettings,
        private readonly spec: Pick<JobSpec, 'type' | 'remark'>,
    ) {}

    /** The value of `msg.job`. @param startedAt epoch ms; @param error for people */
    result(
        { attempts = 1, detail, real }: JobOutcome,
        { dryRun, startedAt, error, ended }: Pick<JobResult, 'dryRun' | 'startedAt' | 'error' | 'ended'>,
        texts: Texts,
    ): JobResult {
        return {
            type: this.spec.type,
            name: this.node.label(texts.words),
            ok: error === undefined,
            dryRun: dryRun && real !== true,
            attempts,
            startedAt,
            endedAt: this.flow.clock.now(),
            ...(error === undefined ? {} : { error }),
            ...(ended ? { ended } : {}),
            detail: texts.detail(detail),
        };
    }

    outcome(run: ReportedRun, job: JobResult, { summary, entry }: JobOutcome): void {
        const { test } = run;
        if (entry) {
            this.log(summary, run, job, entry);
            return;
        }
        const choice = this.config.log ?? 'always';
        if (
            !test &&
            !job.dryRun &&
            (choice === 'never' || (choice === 'errors' && (job.ok || job.ended !== undefined)))
        )
            return;
        const texts = this.texts(run);
        const parts = [
            test ? testLogPrefix(texts, test.by) : '',
            job.dryRun ? texts.status('dryRunLog') : '',
            run.resumed ? texts.status('resumed') : '',
            run.withdraws ? texts.status('stepWithdrawn') : '',
            summary,
            job.error === summary ? '' : (job.error ?? ''),
        ];
        const text = parts.filter((part) => part !== '').join(': ');
        const level = job.ok || job.ended ? 'info' : 'error';
        this.log(text, run, job, { kind: 'job', level, source: this.node.label(texts.words) });
    }

    /**
     * A job does not run, or an interrupted one does not continue: its event has ended, a deploy has changed the edge that it runs on, or a
     * person does not want it to.
     */
    notContinued(
        message: EventMessage,
        why: 'overtaken' | 'edgeChanged' | 'heldToTheEnd' | 'stepSkipped' | 'stepAborted',
    ): void {
        this.note('info', { message }, why);
    }

    /** The job is interrupted, and its node no longer exists, so nothing continues it. */
    leftOpen(run: RunOfLog): void {
        this.note('warning', run, 'leftOpen');
    }

    /** The counter job of a real shutdown was only a dry run: a person has to withdraw by hand what these jobs have done. */
    notUndone(run: ReportedRun, names: readonly string[]): void {
        this.note('error', run, 'realActsStand', { jobs: names.join(', ') });
    }

    /** @param standing a real action has not been withdrawn */
    show(job: JobResult, standing = false): void {
        if (standing) {
            this.node.indicator.show('error', this.flow.texts.status('notTakenBack'));
            return;
        }
        const remark = this.spec.remark?.();
        const time = `${new Date(job.endedAt).toTimeString().slice(0, 8)}${remark ? ` (${remark})` : ''}`;
        if (job.ended) this.node.indicator.show('warning', `${this.flow.texts.status(job.ended)} ${time}`);
        else if (!job.ok) this.node.indicator.show('error', `${this.flow.texts.status('failed')} ${time}`);
        else if (job.dryRun) this.node.indicator.show('warning', `${this.flow.texts.status('dryRun')} ${time}`);
        else this.node.indicator.show('ok', `${this.flow.texts.status('done')} ${time}`);
    }

    private note(level: NewLogEntry['level'], run: RunOfLog, key: string, data?: SentenceData): void {
        const texts = this.texts(run);
        const entry = { kind: 'job', level, source: this.node.label(texts.words) } as const;
        this.log(texts.status(key, data), run, undefined, entry);
    }

    /** The texts of the site that the run belongs to. */
    private texts({ message, site }: RunOfLog): Texts {
        return this.flow.texts.of(this.flow.registry.siteOf(message, this.config.site) ?? site);
    }

    private log(
        text: string,
        { message, site: begunAt, test }: RunOfLog,
        job: JobResult | undefined,
        entry: Pick<NewLogEntry, 'kind' | 'level' | 'source' | 'inPlaceOfEvent'>,
    ): void {
        const site = this.flow.registry.siteOf(message, this.config.site) ?? begunAt;
        const logs = test ? testLogs(this.flow, site) : site ? [site.store] : [];
        const told: NewLogEntry = {
            ...entry,
            at: this.flow.clock.now(),
            text,
            eventId: message.event.id,
            episode: message.event.episode || undefined,
            active: message.event.active,
            nodeId: this.node.id,
            dryRun: job?.dryRun,
            detail: job && {
                ...job,
                ...(test ? { test: true } : {}),
                ...(entry.inPlaceOfEvent ? { evidence: message.event.evidence } : {}),
            },
        };
        for (const log of logs) log.append(told);
    }
}

import type { Node, NodeAPI } from 'node-red';
import type { SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import { hub, systemClock, type SiteRuntime } from './hub';
import { jobLabel } from './job-label';
import type { JobConfig, JobOutcome, JobSpec } from './job-spec';
import { testedBy, testLogs } from './job-test';
import type { StatusLamp } from './node-status';
import { wordsOf } from './site-words';
import { detailInWords, statusText } from './texts';

/** A run as far as its report goes. */
export interface ReportedRun {
    message: EventMessage;
    resumed: boolean;
    /** By the Test button: nothing stands behind it. */
    test?: { rehearse: boolean; by?: string };
    /** Where it began: at a deploy the site may be gone by the time there is something to tell. */
    site?: SiteRuntime;
}

/** A run as far as the log needs it. */
type RunOfLog = Pick<ReportedRun, 'message' | 'site' | 'test'>;

/** Tells what became of a job: in the event log, as its dialog wants it, and on the canvas. */
export class JobReport {
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly config: JobConfig,
        private readonly spec: Pick<JobSpec, 'type' | 'remark'>,
        private readonly lamp: StatusLamp,
    ) {}

    /** What travels on as `msg.job`. @param startedAt epoch ms; @param error for people */
    result(
        { attempts = 1, detail, real }: JobOutcome,
        { dryRun, startedAt, error, ended }: Pick<JobResult, 'dryRun' | 'startedAt' | 'error' | 'ended'>,
        words: Words,
    ): JobResult {
        return {
            type: this.spec.type,
            name: this.source(words),
            ok: error === undefined,
            dryRun: dryRun && real !== true,
            attempts,
            startedAt,
            endedAt: systemClock.now(),
            ...(error === undefined ? {} : { error }),
            ...(ended ? { ended } : {}),
            detail: detailInWords(words, detail),
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
        const words = this.words(run);
        const parts = [
            test ? testedBy(words, test.by) : '',
            job.dryRun ? statusText(words, 'dryRunLog') : '',
            run.resumed ? statusText(words, 'resumed') : '',
            summary,
            job.error ?? '',
        ];
        const text = parts.filter((part) => part !== '').join(': ');
        const level = job.ok || job.ended ? 'info' : 'error';
        this.log(text, run, job, { kind: 'job', level, source: this.source(words) });
    }

    /** An interrupted job is not gone on with: its event has ended, or a deploy has given it the other edge. */
    notGoneOn(message: EventMessage, why: 'overtaken' | 'edgeChanged'): void {
        this.note('info', { message }, why);
    }

    /** It is interrupted, and its node is not there any more to go on with it. */
    leftOpen(run: ReportedRun): void {
        this.note('warning', run, 'leftOpen');
    }

    /** A dry run came between a shutdown and its counter job: people have to take back by hand what these jobs have done. */
    standing(run: ReportedRun, names: readonly string[]): void {
        this.note('error', run, 'realActsStand', { jobs: names.join(', ') });
    }

    /** @param standing what was done for real has not been taken back */
    show(job: JobResult, standing = false): void {
        if (standing) {
            this.lamp.show('error', statusText(this.RED, 'notTakenBack'));
            return;
        }
        const remark = this.spec.remark?.();
        const time = `${new Date(job.endedAt).toTimeString().slice(0, 8)}${remark ? ` (${remark})` : ''}`;
        if (job.ended) this.lamp.show('warning', `${statusText(this.RED, job.ended)} ${time}`);
        else if (!job.ok) this.lamp.show('error', `${statusText(this.RED, 'failed')} ${time}`);
        else if (job.dryRun) this.lamp.show('warning', `${statusText(this.RED, 'dryRun')} ${time}`);
        else this.lamp.show('ok', `${statusText(this.RED, 'done')} ${time}`);
    }

    private note(level: NewLogEntry['level'], run: RunOfLog, key: string, data?: SentenceData): void {
        const words = this.words(run);
        this.log(statusText(words, key, data), run, undefined, { kind: 'job', level, source: this.source(words) });
    }

    private source(words: Words): string {
        return jobLabel(this.RED, words, this.config, this.spec.type);
    }

    private words({ message, site }: RunOfLog): Words {
        return wordsOf(this.RED, hub.siteOf(message, this.config.site) ?? site);
    }

    private log(
        text: string,
        { message, site: begunAt, test }: RunOfLog,
        job: JobResult | undefined,
        entry: Pick<NewLogEntry, 'kind' | 'level' | 'source' | 'inPlaceOfEvent'>,
    ): void {
        const site = hub.siteOf(message, this.config.site) ?? begunAt;
        const logs = test ? testLogs(site) : site ? [site.store] : [];
        const told: NewLogEntry = {
            ...entry,
            at: systemClock.now(),
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

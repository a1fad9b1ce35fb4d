import type { JobResult } from '../../core/messages';
import type { EdgeWatch } from './edge-watch';
import type { ReportedRun } from './job-report';
import type { OwedJob } from './owed-jobs';

/** A running job. */
export interface Run extends ReportedRun, OwedJob {
    /** Aborted when the edge that it acts on no longer holds, or when a person aborts it. */
    stop: AbortController;
    /** Only for jobs that end with their edge. */
    watch?: EdgeWatch;
    /** Its event ended while it was interrupted, or the settings have the other edge now. */
    overtaken?: boolean;
    /** A newer off edge has replaced it. */
    superseded?: boolean;
    /** It takes back what an aborted run has begun. */
    withdraws?: boolean;
}

export interface Performed {
    summary: string;
    /** The result to send. Absent if the job was interrupted and continues elsewhere, or if the result is already sent. */
    result?: { job: JobResult };
    error?: Error;
}

import type { JobResult } from '../../core/messages';
import type { EdgeWatch } from './edge-watch';
import type { ReportedRun } from './job-report';
import type { OwedJob } from './owed-jobs';

/** A job under way. */
export interface Run extends ReportedRun, OwedJob {
    /** Given when the edge it acts on no longer stands. */
    stop: AbortController;
    /** Of jobs that end with their edge. */
    watch?: EdgeWatch;
    /** Its event ended while it was interrupted, or the dialog has given it the other edge since. */
    overtaken?: boolean;
    /** A newer off edge has taken its place. */
    superseded?: boolean;
}

export interface Performed {
    summary: string;
    /** To be sent. Absent when the job was cut short and goes on elsewhere, or when it is sent already. */
    result?: { job: JobResult };
    error?: Error;
}

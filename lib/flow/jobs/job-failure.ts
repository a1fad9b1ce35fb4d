import { UpsError, asUpsError } from '../../core/errors';
import { endOf } from '../../core/commands/end-code';
import { JobFailure } from './job-spec';

export interface ClassifiedFailure {
    /** The failure for people. */
    failure: UpsError;
    /** The job has finished, and this is its result: a successor must not run it again. */
    isOutcome: boolean;
}

/**
 * Finds out why a job failed. A job that reports only an interruption may have been stopped because its event ended.
 * @param stop aborted when the edge that the job acts on no longer holds
 * @param total number of hosts, outlets, … of the job; default 1
 */
export function classifyFailure(error: unknown, stop: AbortSignal, total: () => number | undefined): ClassifiedFailure {
    const cause = asUpsError(error instanceof JobFailure ? error.cause : error, 'command-failed');
    const interrupted = cause.code === 'interrupted' || cause === stop.reason;
    const end = endOf(stop);
    if (end && interrupted) return { failure: new UpsError(end, { done: 0, total: total() ?? 1 }), isOutcome: true };
    return { failure: cause, isOutcome: error instanceof JobFailure && !interrupted };
}

/** The failure of an interrupted job whose message has no episode: nothing continues it. */
/** @param now epoch ms */
export function cutShort(now: number): UpsError {
    return new UpsError('cut-short', { time: { time: now } });
}

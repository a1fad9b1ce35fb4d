import { UpsError, asUpsError } from '../../core/errors';
import { endOf } from '../../core/commands/end-code';
import { JobFailure } from './job-spec';

export interface ClassifiedFailure {
    /** What people read. */
    failure: UpsError;
    /** The job came to its end and has this to tell: a successor must not begin it again. */
    isOutcome: boolean;
}

/**
 * Why a job failed. One that knows only that it was interrupted may have been ended by its event.
 * @param stop given when the edge that the job acts on no longer stands
 * @param total hosts, outlets, … that it was about; default 1
 */
export function classifyFailure(error: unknown, stop: AbortSignal, total: () => number | undefined): ClassifiedFailure {
    const cause = asUpsError(error instanceof JobFailure ? error.cause : error, 'command-failed');
    const interrupted = cause.code === 'interrupted' || cause === stop.reason;
    const end = endOf(stop);
    if (end && interrupted) return { failure: new UpsError(end, { done: 0, total: total() ?? 1 }), isOutcome: true };
    return { failure: cause, isOutcome: error instanceof JobFailure && !interrupted };
}

/** Nobody goes on with a job whose message names no occurrence of an event. */
/** @param now epoch ms */
export function cutShort(now: number): UpsError {
    return new UpsError('cut-short', { time: { time: now } });
}

import { UpsError } from '../../../lib/core/errors';
import type { Part, Told } from '../../../lib/core/language/sentence';
import { isEnded } from '../../../lib/protocols/shared/fan-out';
import { endOf } from '../../../lib/core/commands/end-code';
import { JobFailure, type JobContext, type JobOutcome } from '../../../lib/flow/jobs/job-spec';

/** What one of many hosts came to, as far as the report of the job goes. */
export interface HostResult {
    ok: boolean;
    error?: Told;
}

/**
 * The outcome of a job for many hosts, or its failure: `event-over` or `mains-failed-again` when the end of what it acted on has left hosts
 * untold, else the failure of those that were not reached.
 * @param first how the first that failed is named
 * @throws JobFailure
 */
export function hostsReport<H extends HostResult>(
    outcome: JobOutcome,
    hosts: readonly H[],
    { signal }: Pick<JobContext, 'signal'>,
    first: (host: H) => Part,
): JobOutcome {
    const failed = hosts.filter(({ ok }) => !ok);
    const end = endOf(signal);
    if (end && failed.some(({ error }) => isEnded(error))) {
        throw new JobFailure(new UpsError(end, { done: hosts.length - failed.length, total: hosts.length }), outcome);
    }
    if (!failed[0]) return outcome;
    const data = { failed: failed.length, total: hosts.length, first: first(failed[0]) };
    throw new JobFailure(new UpsError('hosts-failed', data), outcome);
}

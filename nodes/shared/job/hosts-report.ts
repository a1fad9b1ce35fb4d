import { UpsError } from '../../../lib/core/errors';
import type { Part, Told } from '../../../lib/core/language/sentence';
import { isEnded } from '../../../lib/protocols/shared/fan-out';
import { endOf } from '../../../lib/core/commands/end-code';
import { JobFailure, type JobContext, type JobOutcome } from '../../../lib/flow/jobs/job-spec';

/** The outcome of one host, for the report of the job. */
export interface HostResult {
    ok: boolean;
    error?: Told;
}

/**
 * The outcome of a job for many hosts, or its failure: `event-over` or `mains-failed-again` if the end of its edge has left hosts without a
 * message, or else the failure of the unreached hosts.
 * @param first the name of the first host that failed
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

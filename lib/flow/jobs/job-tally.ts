import type { JobResult } from '../../core/messages';
import type { JobEnd } from '../flow';
import type { Listeners } from '../listeners';

/** How a run has ended. `ended`: it was stopped because its event was over, or by a person; `rehearsed`: it was a dry run. */
export type RunOutcome = 'done' | 'failed' | 'ended' | 'rehearsed';

export interface JobRuns {
    runs: Record<RunOutcome, number>;
    /** The last one: epoch ms of its end, and whether it went well. */
    last?: { at: number; ok: boolean };
}

/** Counts the runs of jobs by outcome, from the first use on and as long as this process lives. */
export class JobTally {
    private readonly byJob = new Map<string, JobRuns>();

    constructor(ends: Pick<Listeners<JobEnd>, 'add'>) {
        ends.add(({ id, job }) => this.note(id, job));
    }

    of(id: string): JobRuns {
        return this.byJob.get(id) ?? { runs: none() };
    }

    private note(id: string, job: JobResult): void {
        const { runs } = this.of(id);
        runs[outcomeOf(job)]++;
        this.byJob.set(id, { runs, last: { at: job.endedAt, ok: job.ok } });
    }
}

function outcomeOf({ ok, ended, dryRun }: JobResult): RunOutcome {
    if (ended) return 'ended';
    if (!ok) return 'failed';
    return dryRun ? 'rehearsed' : 'done';
}

const none = (): Record<RunOutcome, number> => ({ done: 0, failed: 0, ended: 0, rehearsed: 0 });

import { UpsError } from '../../core/errors';
import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { standing, type OrderedJob, type Standing } from '../plan/standing';
import type { StepOrder } from '../plan/step-orders';
import type { JobReport } from './job-report';
import type { Run } from './job-run';
import type { OwedJob, OwedJobs } from './owed-jobs';

/** Whether a delivery may run. `had`: it has run, or never will. `held`: it waits. */
export type Admission = 'new' | 'had' | 'held';

/** What people and maintenance order for the deliveries of one job. */
export class JobOrders {
    private readonly unfollow: () => void;

    /** @param changed called when they may have changed */
    constructor(
        private readonly flow: Flow,
        private readonly job: OrderedJob,
        private readonly report: Pick<JobReport, 'notContinued'>,
        changed: () => void,
    ) {
        this.unfollow = flow.orders.onChange(changed);
    }

    destroy(): void {
        this.unfollow();
    }

    standing(message: EventMessage): Standing {
        return standing(this.flow, this.job, message);
    }

    isBlocked({ message }: OwedJob): boolean {
        return this.standing(message).kind === 'held';
    }

    /** Notes a delivery in the journal. */
    admit(message: EventMessage, key: string, journal: Journal, owed: OwedJobs): Admission {
        const at = this.flow.clock.now();
        return journal.transaction(() => {
            // An interrupted run is continued when the node starts.
            if (journal.beginJob({ nodeId: this.job.id, key, message, at }) !== 'new') return 'had';
            const { kind } = this.standing(message);
            if (kind === 'free') return 'new';
            if (kind === 'held') {
                owed.noteHeld(key, journal, true);
                return 'held';
            }
            owed.finish(key, journal);
            this.report.notContinued(message, kind === 'skipped' ? 'stepSkipped' : 'stepAborted');
            return 'had';
        });
    }

    /** A job without an episode cannot wait. @throws UpsError in-maintenance */
    assertFree(message: EventMessage): void {
        const stand = this.standing(message);
        if (stand.kind === 'held')
            throw new UpsError('in-maintenance', {
                who: stand.by.who,
                time: { date: stand.by.until ?? stand.by.since },
            });
    }

    /** Stops the runs that a person has aborted, and gives up what is skipped; what is not held any more may run. */
    obey(runs: Iterable<Run>, owed: OwedJobs): void {
        for (const run of [...runs]) {
            if (!run.test && !run.withdraws && this.standing(run.message).kind === 'aborted')
                run.stop.abort(new UpsError('aborted'));
        }
        for (const job of owed.jobs()) {
            const { kind } = this.standing(job.message);
            if (kind !== 'skipped' && kind !== 'aborted') continue;
            owed.drop(job);
            this.report.notContinued(job.message, kind === 'skipped' ? 'stepSkipped' : 'stepAborted');
        }
        owed.lookAgain();
    }

    /** Aborts whose effect has to be taken back, and whose runs have ended. */
    toWithdraw(runs: Iterable<Run>): (StepOrder & { withdraw: EventMessage })[] {
        const busy = new Set([...runs].map(({ message }) => deliveryKey(message)));
        return this.flow.orders
            .all()
            .flatMap((order) =>
                order.jobId === this.job.id && order.withdraw && !busy.has(deliveryKey(order.withdraw))
                    ? [{ ...order, withdraw: order.withdraw }]
                    : [],
            );
    }
}

import type { EventSource } from '../../core/events/source';
import type { JobView } from '../jobs/job-view';
import type { RegisteredJob, RegisteredTiming } from '../members';
import type { Registry } from '../registry';
import type { TimedView } from '../timing/timed-view';

/** The jobs, timings and stand-ins of a flow, as one plan needs them: each is asked once, however many events run it. */
export class PlannedMembers {
    private readonly jobs = new Map<string, RegisteredJob>();
    /** By the id in the template of a subflow: the job of each instance. */
    private readonly instances = new Map<string, RegisteredJob[]>();
    private readonly timings = new Map<string, RegisteredTiming>();
    private readonly timingInstances = new Map<string, RegisteredTiming[]>();
    private readonly standIns = new Map<string, EventSource[]>();
    private readonly jobViews = new Map<RegisteredJob, JobView>();
    private readonly timedViews = new Map<RegisteredTiming, TimedView[]>();

    constructor(registry: Registry) {
        for (const job of registry.jobs()) {
            this.jobs.set(job.id, job);
            add(this.instances, job.subflowOrigin?.id, job);
        }
        for (const timing of registry.timings()) {
            this.timings.set(timing.id, timing);
            add(this.timingInstances, timing.subflowOrigin?.id, timing);
        }
        for (const source of registry.sources()) add(this.standIns, source.standsFor, source);
    }

    /** The running job of a node; for a node in a subflow, the one of each instance. Undefined: it does not run. */
    jobsOf(nodeId: string): (RegisteredJob | undefined)[] {
        const own = this.jobs.get(nodeId);
        return own ? [own] : (this.instances.get(nodeId) ?? [undefined]);
    }

    /** @param inside the instance of a subflow that contains the job behind it */
    timing(nodeId: string, inside: string | undefined): RegisteredTiming | undefined {
        return (
            this.timings.get(nodeId) ??
            this.timingInstances.get(nodeId)?.find(({ subflowOrigin }) => !inside || subflowOrigin?.inside === inside)
        );
    }

    /** Sources with the same events as this one under another rule. */
    standInsFor(sourceId: string): readonly EventSource[] {
        return this.standIns.get(sourceId) ?? [];
    }

    view(job: RegisteredJob): JobView {
        return kept(this.jobViews, job, () => job.view());
    }

    /** The episodes that a timing follows. */
    timed(timing: RegisteredTiming): TimedView[] {
        return kept(this.timedViews, timing, () => timing.views());
    }
}

function add<T>(all: Map<string, T[]>, id: string | undefined, member: T): void {
    if (id !== undefined) all.set(id, [...(all.get(id) ?? []), member]);
}

function kept<K, V>(all: Map<K, V>, key: K, make: () => V): V {
    const known = all.get(key) ?? make();
    all.set(key, known);
    return known;
}

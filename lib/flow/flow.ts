import type { Clock } from '../core/clock';
import { UpsError } from '../core/errors';
import type { EventMessage, JobResult } from '../core/messages';
import { CloseOrder } from './close-order';
import { Deploys } from './deploys';
import { AbsentJobs } from './jobs/absent-jobs';
import { isOneInFront } from './jobs/jobs-in-front';
import { ClaimJournal } from './jobs/output-claims';
import { Listeners } from './listeners';
import type { RegisteredJob } from './members';
import { OutletPulses } from './outlets/outlet-pulses';
import { Alarms } from './plan/alarms';
import { Maintenance } from './plan/maintenance';
import { Onsets } from './plan/onsets';
import type { Plan } from './plan/plan';
import type { PlanAction, PlanView } from './plan/plan-view';
import { PlanWatch } from './plan/plan-watch';
import { PlanViewer, stopOf } from './plan/plan-viewer';
import { planOf } from './plan/planner';
import { actOn } from './plan/step-actions';
import { StepOrders } from './plan/step-orders';
import type { Wires } from './plan/wires';
import type { FlowTexts } from './ports';
import { Registry } from './registry';
import type { Site } from './site';

export interface FlowOptions {
    clock: Clock;
    texts: FlowTexts;
    /** The present wires of the running flow. */
    wires?: () => Wires;
    /** During a deploy, the wires of the flow that ran before it. */
    wiresBefore?: () => Wires;
}

/** A run of a job has ended, and its outcome is written down; runs of the Test button are none. */
export interface JobEnd {
    /** Of the job's node. */
    id: string;
    job: JobResult;
}

const NO_WIRES: Wires = { events: [], unreached: [], complete: true, node: () => undefined };

/**
 * The engine of one runtime. All parts that deliver events, time them or run jobs use it for time, for access to other nodes, and for
 * texts. Two engines in one process are independent of each other. A test simulates a kill by dropping one and creating another with the
 * same journals.
 */
export class Flow<S extends Site = Site> {
    readonly clock: Clock;
    readonly texts: FlowTexts;
    readonly registry: Registry<S>;
    readonly deploys = new Deploys();
    readonly closing: CloseOrder;
    readonly claims: ClaimJournal;
    readonly outletPulses: OutletPulses;
    readonly orders: StepOrders;
    readonly maintenance: Maintenance;
    readonly alarms: Alarms;
    /** The plan at the onset of each outage. */
    readonly onsets: Onsets;
    /** Told when anything that the plan shows has changed. */
    readonly planChanges: PlanWatch;
    readonly absent: AbsentJobs;
    readonly jobEnds = new Listeners<JobEnd>();

    private readonly wires: () => Wires;

    constructor({ clock, texts, wires = () => NO_WIRES, wiresBefore = () => NO_WIRES }: FlowOptions) {
        this.clock = clock;
        this.texts = texts;
        this.registry = new Registry(clock);
        this.closing = new CloseOrder(clock);
        this.claims = new ClaimJournal(this.registry);
        this.outletPulses = new OutletPulses(this);
        this.orders = new StepOrders(this.registry, clock);
        this.planChanges = new PlanWatch(clock, this.registry);
        this.orders.onChange(() => this.planChanges.tell());
        this.maintenance = new Maintenance(this.registry, clock, texts, () => this.orders.tell());
        this.alarms = new Alarms(this.registry, clock, texts);
        this.onsets = new Onsets(this.registry, clock, (sourceIds) => this.viewer(sourceIds).sourceViews());
        this.wires = wires;
        this.absent = new AbsentJobs(this, wires, wiresBefore);
    }

    /** The plan: what is active now, what comes next, and what would happen if an event began now. */
    plan(): Plan {
        return planOf(this, this.wires());
    }

    /** Whether a job that is wired in front of this one, and acts, is still at work for the same end of an event. */
    isOneInFront(job: Pick<RegisteredJob, 'id' | 'subflowOrigin'>, message: EventMessage): boolean {
        return isOneInFront(job, message, this.wires(), this.registry);
    }

    /** The plan for people: its steps in the order of their time, and what may be done to them. */
    planView(): PlanView {
        return this.viewer().view();
    }

    /**
     * Holds, releases, skips, fires or aborts a step.
     * @param key of the step, see `PlanStep`
     * @param who the person, for the log
     * @throws UpsError see `actOn`
     */
    act(key: string, action: PlanAction, who: string): void {
        const step = this.viewer().find(key);
        if (!step) throw new UpsError('no-step');
        actOn(this, step, action, who);
    }

    /**
     * Stops all that acts for the events of a source that are on: what runs is aborted, what has not begun is left out. Events that begin later
     * run their jobs.
     * @param who the person, for the log
     * @returns how many steps
     * @throws UpsError no-step: there is nothing to stop; see `actOn`
     */
    abortSource(sourceId: string, who: string): number {
        const viewer = this.viewer(new Set([sourceId]));
        const keys = viewer.sourceViews().find((view) => view.sourceId === sourceId)?.stops ?? [];
        if (keys.length === 0) throw new UpsError('no-step');
        const steps = keys.map((key) => viewer.find(key)!);
        for (const step of steps) actOn(this, step, stopOf(step.step)!, who);
        return steps.length;
    }

    /** @param only ids of sources */
    private viewer(only?: ReadonlySet<string>): PlanViewer {
        const wires = this.wires();
        return new PlanViewer(this, planOf(this, wires, only), wires);
    }
}

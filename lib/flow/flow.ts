import type { Clock } from '../core/clock';
import { CloseOrder } from './close-order';
import { Deploys } from './deploys';
import { AbsentJobs } from './jobs/absent-jobs';
import { ClaimJournal } from './jobs/output-claims';
import type { Plan } from './plan/plan';
import { planOf } from './plan/planner';
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
    readonly absent: AbsentJobs;

    private readonly wires: () => Wires;

    constructor({ clock, texts, wires = () => NO_WIRES, wiresBefore = () => NO_WIRES }: FlowOptions) {
        this.clock = clock;
        this.texts = texts;
        this.registry = new Registry(clock);
        this.closing = new CloseOrder(clock);
        this.claims = new ClaimJournal(this.registry);
        this.wires = wires;
        this.absent = new AbsentJobs(this, wires, wiresBefore);
    }

    /** The plan: what is active now, what comes next, and what would happen if an event began now. */
    plan(): Plan {
        return planOf(this, this.wires());
    }
}

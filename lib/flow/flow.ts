import type { Clock } from '../core/clock';
import { CloseOrder } from './close-order';
import { Deploys } from './deploys';
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
    /** The wires of the flow that runs, as they are now; for the plan alone. */
    wires?: () => Wires;
}

const NO_WIRES: Wires = { events: [], unreached: [], complete: true, node: () => undefined };

/**
 * The engine of one runtime: whatever delivers, times or runs jobs gets it, and has its time, its neighbours and its words from it. Two of
 * them in one process know nothing of each other; one that is dropped and followed by another over the same journals is what a kill is.
 */
export class Flow<S extends Site = Site> {
    readonly clock: Clock;
    readonly texts: FlowTexts;
    readonly registry: Registry<S>;
    readonly deploys = new Deploys();
    readonly closing: CloseOrder;
    readonly claims: ClaimJournal;

    private readonly wires: () => Wires;

    constructor({ clock, texts, wires = () => NO_WIRES }: FlowOptions) {
        this.clock = clock;
        this.texts = texts;
        this.registry = new Registry(clock);
        this.closing = new CloseOrder(clock);
        this.claims = new ClaimJournal(this.registry);
        this.wires = wires;
    }

    /** What is going on, what comes next, and what would happen if an event began now. */
    plan(): Plan {
        return planOf(this, this.wires());
    }
}

import type { NodeAPI } from 'node-red';
import type { Plan } from '../../../lib/flow/plan/plan';
import type { FailureView, ViewFacts } from '../../../lib/views';
import { flowOf, onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import { otherViews } from './others';
import { targetsOf } from './targets';

/** So long a plan serves several askers, ms: three pages that ask at once need one plan. */
const PLAN_FOR_MS = 500;

class PlanMemory {
    private kept: { plan: Plan; at: number } | undefined;

    constructor(private readonly flow: RuntimeFlow) {}

    get plan(): Plan {
        const now = this.flow.clock.monotonic();
        if (!this.kept || now - this.kept.at >= PLAN_FOR_MS) this.kept = { plan: this.flow.plan(), at: now };
        return this.kept.plan;
    }
}

const planMemoryOf = onePerFlow((flow) => new PlanMemory(flow));

/** What the views of this Node-RED are made of. */
export function viewFacts(RED: NodeAPI): ViewFacts {
    return {
        version: packageVersion(),
        failures: failureViews(RED),
        plan: () => planMemoryOf(RED).plan,
        targetsOf: (jobId) => targetsOf(RED, jobId),
        hasHistory: (unit) => unit.hasHistory,
        get others() {
            return otherViews(RED);
        },
    };
}

/** The failures that nobody has acknowledged, the latest first. Sites may share a store: each failure is told once. */
export function failureViews(RED: NodeAPI): FailureView[] {
    const sites = flowOf(RED).registry.sites();
    const stores = new Map([...sites].reverse().map(({ id, store }) => [store.file, { id, store }]));
    return [...stores.values()]
        .flatMap(({ id: siteId, store }) => store.failures.all().map((failure) => ({ siteId, ...failure })))
        .sort((a, b) => b.last - a.last);
}

import type { NodeAPI } from 'node-red';
import { failureViews } from '../admin/read-log';
import type { Plan } from '../../../lib/flow/plan/plan';
import type { PlanView } from '../../../lib/flow/plan/plan-view';
import type { ViewFacts } from '../../../lib/views';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import { keptEvidenceOf } from './kept-evidence';
import { otherViews } from './others';

/** So long a plan serves several askers, ms: three pages that ask at once need one plan. */
const PLAN_FOR_MS = 500;

class PlanMemory {
    private readonly kept = new Map<string, { made: Plan | PlanView; at: number }>();

    constructor(private readonly flow: RuntimeFlow) {}

    get plan(): Plan {
        return this.once('plan', () => this.flow.plan());
    }

    get view(): PlanView {
        return this.once('view', () => this.flow.planView());
    }

    private once<T extends Plan | PlanView>(name: string, make: () => T): T {
        const now = this.flow.clock.monotonic();
        const known = this.kept.get(name);
        if (known && now - known.at < PLAN_FOR_MS) return known.made as T;
        const made = make();
        this.kept.set(name, { made, at: now });
        return made;
    }
}

const planMemoryOf = onePerFlow((flow) => new PlanMemory(flow));

/** What the views of this Node-RED are made of. */
export function viewFacts(RED: NodeAPI): ViewFacts {
    return {
        version: packageVersion(),
        failures: failureViews(RED),
        plan: () => planMemoryOf(RED).plan,
        planView: () => planMemoryOf(RED).view,
        keptEvidence: (sourceId, eventId, episode) => keptEvidenceOf(RED).of(sourceId, eventId, episode),
        hasHistory: (unit) => unit.hasHistory,
        get others() {
            return otherViews(RED);
        },
    };
}

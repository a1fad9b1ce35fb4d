import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../lib/flow/graph/job-graph';
import { stateView, unitView, type ViewedFlow, type ViewFacts } from '../../../lib/views';
import { FlowBench, type BenchOptions } from '../../support/flow-bench';
import { ROLES } from '../../support/roles';

const FLOW: FlowNode[] = [
    { id: 'ups1', type: 'ups-unit' },
    { id: 'event', type: 'ups-event', ups: 'ups1', events: ['power-fail'], wires: [['timing']] },
    { id: 'timing', type: 'ups-timing', mode: 'after', seconds: 60, wires: [['job', 'counter']] },
    { id: 'job', type: 'ups-rccmd', name: 'Down', action: 'shutdown', hosts: 'a', wires: [] },
    { id: 'counter', type: 'ups-wol', name: 'Up', edge: 'off', wires: [] },
];

/** A flow of one UPS whose outage shuts down three hosts after 60 s, and its views. */
export class ViewBench extends FlowBench {
    facts: Partial<ViewFacts> = {};

    constructor(options: BenchOptions = {}) {
        const wires = () => ({
            ...jobGraph(FLOW, { roles: ROLES }),
            node: (id: string) => FLOW.find((node) => node.id === id),
        });
        super({ jobs: { job: {}, counter: { edge: 'off' } }, wires, whom: { job: ['a', 'b', 'c'] }, ...options });
    }

    get viewed(): ViewedFlow {
        return this.flow as unknown as ViewedFlow;
    }

    get allFacts(): ViewFacts {
        return {
            version: '1.2.3',
            failures: [],
            plan: () => this.flow.plan(),
            planView: () => this.flow.planView(),
            ...this.facts,
        };
    }

    get state() {
        return stateView(this.viewed, this.allFacts);
    }

    get tile() {
        return this.state.units[0]!;
    }

    get unitNow() {
        return unitView(this.viewed, 'ups1', this.allFacts)!;
    }
}

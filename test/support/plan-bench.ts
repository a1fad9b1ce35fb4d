import type { FlowNode } from '../../lib/flow/graph/flow-node';
import { jobGraph } from '../../lib/flow/graph/job-graph';
import type { PlanAction, PlanSourceView, PlanStep } from '../../lib/flow/plan/plan-view';
import type { Wires } from '../../lib/flow/plan/wires';
import { FlowBench, type BenchOptions } from './flow-bench';
import { ROLES } from './roles';

export const EVENT: FlowNode = {
    id: 'event',
    type: 'ups-event',
    ups: 'ups1',
    events: ['power-fail'],
    wires: [['timing']],
};
export const TIMING: FlowNode = {
    id: 'timing',
    type: 'ups-timing',
    mode: 'after',
    seconds: 60,
    wires: [['job', 'counter']],
};
export const JOB: FlowNode = { id: 'job', type: 'ups-rccmd', action: 'shutdown', hosts: 'a', wires: [] };
export const COUNTER: FlowNode = { id: 'counter', type: 'ups-wol', edge: 'off', wires: [] };
export const UNIT: FlowNode = { id: 'ups1', type: 'ups-unit' };

/** A UPS, a timing of 60 s, a job behind it, and its counter job. */
export const STAGED = [UNIT, EVENT, TIMING, JOB, COUNTER];

export function wiresOf(nodes: readonly FlowNode[]): () => Wires {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const wires = { ...jobGraph(nodes, { roles: ROLES }), node: (id: string) => byId.get(id) };
    return () => wires;
}

/** A flow with its plan, and a person who gives orders. */
export class PlanBench extends FlowBench {
    constructor(options: BenchOptions = {}, nodes: readonly FlowNode[] = STAGED) {
        super({ jobs: { job: {}, counter: { edge: 'off' } }, wires: wiresOf(nodes), ...options });
    }

    source(): PlanSourceView {
        return this.flow.planView().sources.find(({ sourceId }) => sourceId === 'ups1')!;
    }

    step(jobId = 'job'): PlanStep {
        return this.source().steps.find((step) => step.jobId === jobId)!;
    }

    order(action: PlanAction, jobId = 'job', who = 'Ada'): void {
        this.flow.act(this.step(jobId).key, action, who);
    }

    /** Seconds from now. */
    dueIn(jobId = 'job'): number | undefined {
        const { due } = this.step(jobId);
        return due && Math.round((due.at - this.flow.clock.now()) / 1000);
    }

    /** Texts of the log about orders and jobs. */
    get told(): string[] {
        return this.log.filter(({ kind }) => kind !== 'event').map(({ text }) => text);
    }
}

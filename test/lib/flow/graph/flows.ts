import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { jobGraph, type JobGraphOptions } from '../../../../lib/flow/graph/job-graph';
import { jobWarnings } from '../../../../lib/flow/graph/job-warnings';
import { ROLES } from '../../../support/roles';

/** The graph of a flow of this package's nodes. */
export const graphOf = (nodes: FlowNode[], options: Partial<JobGraphOptions> = {}) =>
    jobGraph(nodes, { roles: ROLES, ...options });
export const warningsOf = (nodes: FlowNode[]) => jobWarnings(graphOf(nodes), nodes);
export const told = (nodes: FlowNode[]) =>
    warningsOf(nodes).map(({ kind, event, nodeId }) => `${kind} ${event} ${nodeId}`);

const UNIT = { id: 'ups1', type: 'ups-unit', holdMinutes: '60', shutdownSeconds: '120' };
export const unit = (over = {}) => ({ ...UNIT, ...over });
export const event = (wires: string[], events = ['power-fail'], id = 'event1') => ({
    id,
    type: 'ups-event',
    ups: 'ups1',
    events,
    wires: [wires],
});
export const node = (id: string, type: string, over: object = {}, ...wires: string[]): FlowNode => ({
    id,
    type,
    wires: [wires],
    ...over,
});
export const timing = (id: string, over: object, ...wires: string[]) => node(id, 'ups-timing', over, ...wires);
export const rccmd = (id: string, action: string, hosts: string, over: object = {}) =>
    node(id, 'ups-rccmd', { action, hosts, ...over });
export const logJob = (id: string, over: object = {}) => node(id, 'ups-log', over);

/** `event job` with how it is reached, for every job found. */
export function found(nodes: FlowNode[]): string[] {
    return graphOf(nodes).events.flatMap(({ event: id, jobs }) =>
        jobs.map((job) => {
            const parts = [id, job.nodeId];
            if (job.edge !== 'on') parts.push(job.edge);
            if (job.after) parts.push(`after ${job.after}`);
            if (job.onBattery) parts.push(`battery ${job.onBattery}`);
            if (job.remaining !== undefined) parts.push(`left ${job.remaining}`);
            if (job.repeat) parts.push(`every ${job.repeat}`);
            if (!job.sure) parts.push('perhaps');
            if (job.disabled) parts.push('disabled');
            return parts.join(' ');
        }),
    );
}

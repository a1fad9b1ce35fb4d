import type { Effect, JobKind } from '../../core/settings/role';
import type { FlowNode } from './flow-node';

export type { ActionJob, JobAction as Deed, Effect, InformationJob, JobKind } from '../../core/settings/role';

/** What withdraws an action that does not end by itself. Waking somebody up is the counter of a shutdown, and has none of its own. */
export const UNDONE_BY: Readonly<Partial<Record<Effect, readonly Effect[]>>> = {
    down: ['up'],
    off: ['on'],
    on: ['off'],
    run: ['run', 'up', 'off'],
};

export const OPPOSITE: Readonly<Partial<Record<Effect, Effect>>> = { down: 'up', up: 'down', on: 'off', off: 'on' };

/** What begins at a node. */
export interface EventSource {
    /** Id of the node whose events they are: the node itself, or its UPS. */
    source: string;
    /** Ids of events; `*` is every event of a UPS. */
    events: readonly string[];
    /** The events of this node pass only while their UPS is on battery. */
    onlyOnBattery?: boolean;
}

/** What the nodes of one type are to the graph. */
export interface NodeRole {
    job?: JobKind | ((node: FlowNode) => JobKind);
    source?: (node: FlowNode) => EventSource;
    /** Where the catalogue of events keeps the names of its events, before their ids. */
    eventPrefix?: string;
}

/** By node type. A type without a role only hands on what it gets. */
export type NodeRoles = Readonly<Record<string, NodeRole>>;

/** What a job does to whom; undefined if the node is no job. */
export function jobKindOf(node: FlowNode, roles: NodeRoles): JobKind | undefined {
    const job = roleOf(node, roles)?.job;
    return typeof job === 'function' ? job(node) : job;
}

/** The events that begin at a node; undefined if none do. */
export function eventSourceOf(node: FlowNode, roles: NodeRoles): EventSource | undefined {
    return roleOf(node, roles)?.source?.(node);
}

function roleOf({ type }: FlowNode, roles: NodeRoles): NodeRole | undefined {
    // A type may be called "constructor".
    return Object.hasOwn(roles, type) ? roles[type] : undefined;
}

import type { Effect, JobKind } from '../../core/settings/role';
import type { FlowNode } from './flow-node';

export type { ActionJob, JobAction, Effect, InformationJob, JobKind } from '../../core/settings/role';

/**
 * The effects that withdraw an action which does not end by itself. A wake-up is the counter job of a shutdown, and needs no counter job of
 * its own.
 */
export const UNDONE_BY: Readonly<Partial<Record<Effect, readonly Effect[]>>> = {
    down: ['up'],
    off: ['on'],
    on: ['off'],
    run: ['run', 'up', 'off'],
};

export const OPPOSITE: Readonly<Partial<Record<Effect, Effect>>> = { down: 'up', up: 'down', on: 'off', off: 'on' };

/** The events that begin at a node. */
export interface EventSource {
    /** Id of the source of the events: the node itself, or its UPS. */
    source: string;
    /** Ids of events; `*` means every event of a UPS. */
    events: readonly string[];
    /** The events of this node pass only while their UPS is on battery. */
    onlyOnBattery?: boolean;
}

/** The role of the nodes of one type. */
export interface NodeRole {
    job?: JobKind | ((node: FlowNode) => JobKind);
    source?: (node: FlowNode) => EventSource;
    /** Prefix of its event ids in the catalogue of events. */
    eventPrefix?: string;
}

/** The roles by node type. A type without a role passes messages on; see `steps.ts` for those that do so unchanged. */
export type NodeRoles = Readonly<Record<string, NodeRole>>;

/** The effect of a job and its targets; undefined if the node is not a job. */
export function jobKindOf(node: FlowNode, roles: NodeRoles): JobKind | undefined {
    const job = roleOf(node, roles)?.job;
    return typeof job === 'function' ? job(node) : job;
}

/** The events that begin at a node; undefined if there are none. */
export function eventSourceOf(node: FlowNode, roles: NodeRoles): EventSource | undefined {
    return roleOf(node, roles)?.source?.(node);
}

function roleOf({ type }: FlowNode, roles: NodeRoles): NodeRole | undefined {
    // A node type may have the name "constructor".
    return Object.hasOwn(roles, type) ? roles[type] : undefined;
}

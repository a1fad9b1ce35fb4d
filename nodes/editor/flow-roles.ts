import type { NodeRole, NodeRoles } from '../../lib/flow/graph/node-role';
import { declaredRoles } from '../../lib/flow/graph/declared-roles';
import { allDeclarations } from './form/declarations';

/**
 * The roles of the nodes of a flow. A node of another package can take part with its definition for registerType: `job: (node) => ({ kind:
 * 'info' })`, `eventSource: (node) => ({ source: node.id, events: ['on'] })`.
 */
export function rolesOf(nodes: readonly { type: string }[]): NodeRoles {
    const roles: Record<string, NodeRole> = { ...declaredRoles(allDeclarations()) };
    for (const type of new Set(nodes.map((node) => node.type))) {
        const { job, eventSource } = (RED.nodes.getType(type) ?? {}) as {
            job?: NodeRole['job'];
            eventSource?: NodeRole['source'];
        };
        if (job) roles[type] = { ...roles[type], job };
        if (eventSource) roles[type] = { ...roles[type], source: eventSource };
    }
    return roles;
}

import type { FlowNode } from './flow-node';
import type { EventSource, NodeRoles } from './node-role';

function thresholdEvents(node: FlowNode): string[] {
    return ['warning', 'alarm'].filter((level) => (node[level] as { enabled?: unknown } | null | undefined)?.enabled);
}

/** A source whose events are its own. */
function own(events: readonly string[] | ((node: FlowNode) => readonly string[])) {
    return (node: FlowNode): EventSource => ({
        source: node.id,
        events: typeof events === 'function' ? events(node) : events,
    });
}

/** What each type of this package is to the graph that does not yet declare it. */
export const NODE_ROLES: NodeRoles = {
    'ups-threshold': { source: own(thresholdEvents), eventPrefix: 'threshold-' },
    'ups-schedule': { source: own(['schedule']) },
};

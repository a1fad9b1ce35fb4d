import type { NodeAPI } from 'node-red';
import type { TimerHandle } from '../../../lib/core/clock';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { declaredRoles } from '../../../lib/flow/graph/declared-roles';
import { jobGraph } from '../../../lib/flow/graph/job-graph';
import type { NodeRoles } from '../../../lib/flow/graph/node-role';
import type { Flow } from '../../../lib/flow/flow';
import type { Wires } from '../../../lib/flow/plan/wires';
import { declaredNodes } from '../../declared-nodes';

let roles: NodeRoles | undefined;

/** The roles of the nodes of this package. */
export function ownRoles(): NodeRoles {
    roles ??= declaredRoles(declaredNodes());
    return roles;
}

/** The wires of the running flow, as last deployed. */
export function runningWires(RED: NodeAPI): Wires {
    return wiresOf(deployedNodes(RED));
}

/** The nodes of the flow, as last deployed. */
export function deployedNodes(RED: NodeAPI): FlowNode[] {
    const nodes: FlowNode[] = [];
    RED.nodes.eachNode((node) => void nodes.push(node as unknown as FlowNode));
    return nodes;
}

export function wiresOf(nodes: readonly FlowNode[]): Wires {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    return { ...jobGraph(nodes, { roles: ownRoles() }), node: (id) => byId.get(id) };
}

/** So long after a start the flow is followed: when its UPSs are read, and before most outages. */
const CALM_MS = 5000;

/**
 * The wires of the running flow, followed once for each deploy: a plan that a page shows asks for them each second. A large flow takes long to
 * follow, so an outage finds it done.
 */
export function wiresOncePerDeploy(RED: NodeAPI, { deploys, registry, clock }: Flow): () => Wires {
    let known: Wires | undefined;
    let timer: TimerHandle;
    const wires = () => {
        if (deploys.inProgress) return runningWires(RED);
        known ??= runningWires(RED);
        return known;
    };
    deploys.atEachStop(() => clock.clearTimeout(timer));
    deploys.atEachStart(() => {
        known = undefined;
        clock.clearTimeout(timer);
        timer = clock.setTimeout(() => registry.sources().length > 0 && wires(), CALM_MS);
    });
    return wires;
}

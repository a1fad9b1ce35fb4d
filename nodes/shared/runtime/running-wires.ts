import type { NodeAPI } from 'node-red';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../lib/flow/graph/job-graph';
import type { Wires } from '../../../lib/flow/plan/wires';

/** The wires of the flow that runs, as it was deployed last. */
export function runningWires(RED: NodeAPI): Wires {
    const nodes = new Map<string, FlowNode>();
    RED.nodes.eachNode((node) => void nodes.set(node.id, node as unknown as FlowNode));
    return { ...jobGraph([...nodes.values()]), node: (id) => nodes.get(id) };
}

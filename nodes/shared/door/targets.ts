import type { NodeAPI } from 'node-red';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { jobKindOf } from '../../../lib/flow/graph/node-role';
import { flowOf } from '../runtime/flow-of';
import { ownRoles } from '../runtime/running-wires';

/** The number of hosts, outlets or others that a job changes; 0: not known, or it only informs. */
export function targetsOf(RED: NodeAPI, jobId: string): number {
    const member = flowOf(RED).registry.byId(jobId);
    const id = (member?.kind === 'job' && member.job.subflowOrigin?.id) || jobId;
    let found: FlowNode | undefined;
    RED.nodes.eachNode((node) => {
        if (node.id === id) found = node as unknown as FlowNode;
    });
    const kind = found && jobKindOf(found, ownRoles());
    return kind?.kind === 'action' ? kind.to.filter((each) => each !== '*').length : 0;
}

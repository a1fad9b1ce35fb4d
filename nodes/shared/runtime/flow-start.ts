import type { Node, NodeAPI } from 'node-red';
import { flowOf } from './flow-of';
import { errorText } from '../words/texts';

/**
 * Runs `begin` once all nodes of the deploy exist, so that nothing is sent to a node that is not there yet. Never runs it for a
 * node that was closed before. What `begin` throws is told as an error of the node.
 */
export function whenFlowsStarted(RED: NodeAPI, node: Node, begin: () => void): void {
    const cancel = flowOf(RED).deploys.whenFlowsStarted(() => {
        try {
            begin();
        } catch (error) {
            // One that cannot start must not keep the others of the deploy from starting.
            node.error(errorText(RED, error));
        }
    });
    node.on('close', cancel);
}

import type { Node, NodeAPI } from 'node-red';
import { flowOf } from './flow-of';
import { errorText } from '../words/texts';

/**
 * Runs `begin` when all nodes of the deploy exist, so that no message is sent to a missing node. It does not run if the node is closed
 * before. An error of `begin` is reported as an error of the node.
 */
export function whenFlowsStarted(RED: NodeAPI, node: Node, begin: () => void): void {
    const cancel = flowOf(RED).deploys.whenFlowsStarted(() => {
        try {
            begin();
        } catch (error) {
            // A node that cannot start must not keep the other nodes of the deploy from starting.
            node.error(errorText(RED, error));
        }
    });
    node.on('close', cancel);
}

import type { Node, NodeAPI } from 'node-red';

/**
 * Runs `begin` once all nodes of the deploy exist, so that nothing is sent to a node that is not there yet. Never runs it for a
 * node that was closed before.
 */
export function whenStarted(RED: NodeAPI, node: Node, begin: () => void): void {
    const events = RED.events as NodeJS.EventEmitter;
    const start = () => {
        events.off('flows:started', start);
        begin();
    };
    events.on('flows:started', start);
    node.on('close', () => events.off('flows:started', start));
}

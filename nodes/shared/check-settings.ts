import type { Node, NodeAPI } from 'node-red';
import { StatusLamp } from './node-status';
import { errorText, statusText } from './texts';

/**
 * Tells at the deploy, once, what is wrong with the settings of a node, and shows it. The node goes on: whatever it is asked to do fails with the
 * same words.
 * @param read throws UpsError config-missing or config-invalid
 */
export function checkSettings(RED: NodeAPI, node: Node, read: () => unknown): void {
    try {
        read();
    } catch (error) {
        new StatusLamp(node).show('error', statusText(RED, 'notConfigured'));
        node.error(errorText(RED, error));
    }
}

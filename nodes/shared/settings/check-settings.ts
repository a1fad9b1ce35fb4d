import type { Node, NodeAPI } from 'node-red';
import { StatusIndicator } from '../words/node-status';
import { errorText, statusText } from '../words/texts';

/**
 * Tells at the deploy, once, what is wrong with the settings of a node, and shows it. The node goes on: whatever it is asked to do fails with the
 * same words.
 * @param read throws UpsError config-missing or config-invalid
 * @returns what was read; undefined where it is wrong
 */
export function checkSettings<T>(RED: NodeAPI, node: Node, read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        new StatusIndicator(node).show('error', statusText(RED, 'notConfigured'));
        node.error(errorText(RED, error));
        return undefined;
    }
}

import type { Node, NodeAPI } from 'node-red';
import { StatusIndicator } from '../words/node-status';
import { errorText, statusText } from '../words/texts';

/**
 * Reports a fault in the settings of a node at the deploy, once, and shows it. The node stays, and everything that it is asked to do fails
 * with the same text.
 * @param read throws UpsError config-missing or config-invalid
 * @returns the settings; undefined if they are invalid
 */
export function checkSettings<T>(RED: NodeAPI, node: Node, read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        reportFault(RED, node, error);
        return undefined;
    }
}

/** Shows a fault in the settings of a node, and reports it. */
export function reportFault(RED: NodeAPI, node: Node, error: unknown): void {
    new StatusIndicator(node).show('error', statusText(RED, 'notConfigured'));
    node.error(errorText(RED, error, node.type));
}

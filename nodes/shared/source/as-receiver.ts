import type { Node } from 'node-red';
import type { Receiver } from '../../../lib/flow/delivery/own-input';

/** A node as a receiver of events without a wire. */
export function asReceiver(node: Node): Receiver {
    return { id: node.id, receive: (message) => node.receive(message as never) };
}

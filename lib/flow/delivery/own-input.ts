import type { Sender } from '../ports';

/** A node that can be handed a message as if it had come by a wire. */
export interface Receiver {
    readonly id: string;
    receive(message: unknown): void;
}

/** For what sends to wires: sends to the node's own input instead, with a place of its own in the journal. */
export function ownInput(node: Receiver, part: string): Sender {
    return { id: `${node.id}/${part}`, send: (message) => node.receive(message) };
}

import type { Sender } from '../ports';

/** A node that can receive a message without a wire. */
export interface Receiver {
    readonly id: string;
    receive(message: unknown): void;
}

/** A sender that sends to the node's own input instead of its wires, with separate records in the journal. */
export function ownInput(node: Receiver, part: string): Sender {
    return { id: `${node.id}/${part}`, send: (message) => node.receive(message) };
}

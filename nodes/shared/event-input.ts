import type { Node, NodeAPI } from 'node-red';
import type { IncomingMessage } from './coerce';
import { errorText } from './texts';

/** Hands each message to `take`; what that throws is told once, through done(), in the language of the site. */
export function onInput(RED: NodeAPI, node: Node, take: (message: IncomingMessage) => void): void {
    node.on('input', (message, _send, done) => {
        try {
            take(message as IncomingMessage);
            done();
        } catch (error) {
            done(new Error(errorText(RED, error)));
        }
    });
}

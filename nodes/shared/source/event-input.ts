import type { Node, NodeAPI } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import { readEventMessage, type IncomingMessage } from '../../../lib/flow/messages/coerce';
import { asSentence, errorText } from '../words/texts';

/** Hands each message to `take`; what that throws is told once, through done(), in the language of the site. */
export function onInput(RED: NodeAPI, node: Node, take: (message: IncomingMessage) => void): void {
    node.on('input', (message, _send, done) => {
        try {
            take(message as IncomingMessage);
            done();
        } catch (error) {
            done(asSentence(errorText(RED, error)));
        }
    });
}

/** @param now epoch ms; @throws Error that says what is understood, for done() */
export function readInput(RED: NodeAPI, incoming: IncomingMessage, now: number): EventMessage {
    try {
        return readEventMessage(incoming, now);
    } catch (error) {
        throw new Error(errorText(RED, error), { cause: error });
    }
}

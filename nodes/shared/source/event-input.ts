import type { Node, NodeAPI } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import { readEventMessage, type IncomingMessage } from '../../../lib/flow/messages/coerce';
import { asSentence, errorText } from '../words/texts';

/** Passes each message to `take`; an error of `take` is reported once, through done(), in the language of the site. */
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

/** Reads an input message. @param now epoch ms; @throws Error with a text about the accepted values, for done() */
export function readInput(RED: NodeAPI, incoming: IncomingMessage, now: number): EventMessage {
    try {
        return readEventMessage(incoming, now);
    } catch (error) {
        throw new Error(errorText(RED, error), { cause: error });
    }
}

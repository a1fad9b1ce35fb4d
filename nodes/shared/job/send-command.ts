import type { Node, NodeAPI } from 'node-red';
import type { UpsError } from '../../../lib/core/errors';
import type { Sentence } from '../../../lib/core/language/sentence';
import { isFinal, keepTrying } from '../../../lib/core/commands/keep-trying';
import type { JobContext } from './job';
import { flowOf } from '../runtime/flow-of';
import { errorText, statusText } from '../words/texts';

/**
 * A plain message or the Test button has no event whose end would stop the tries: somebody stands before the device and waits, and must not be
 * surprised by it much later.
 */
const PLAIN_PATIENCE_MS = 20_000;

export interface SendOptions {
    /** What is being asked, for the event log. */
    what: Sentence;
    /** A plain message holds until the opposite one comes, too. */
    patient?: boolean;
    final?(error: UpsError): boolean;
    /** Instead of the edge of the message: what must be put right whatever became of its event. */
    signal?: AbortSignal;
}

/**
 * Gives an order to a device on behalf of a job, until it is taken or its edge no longer holds. The first failure is told in the event log: the
 * outcome itself may be long in coming.
 * @throws UpsError see `keepTrying`
 */
export async function sendCommand<T>(
    RED: NodeAPI,
    node: Node,
    settings: { log?: string },
    context: JobContext,
    options: SendOptions,
    attempt: (number: number) => Promise<T>,
): Promise<{ value: T; attempts: number }> {
    const { message, clock, site, words } = context;
    const { final = isFinal, what } = options;
    const plain = !message.event.episode && !options.patient;
    const { retries, patienceMs } = context.persistence;
    const failed = (error: UpsError, attempts: number) => {
        context.status(statusText(RED, 'retrying'));
        if (attempts > 1 || settings.log === 'never') return;
        site?.store.append({
            at: clock.now(),
            kind: 'job',
            level: 'warning',
            source: node.name || node.type,
            text: [words.sentence(what), statusText(words, 'orderRetried'), errorText(words, error)].join(': '),
            eventId: message.event.id,
            episode: message.event.episode || undefined,
            active: message.event.active,
            nodeId: node.id,
        });
    };
    return keepTrying(attempt, {
        clock,
        signal: options.signal ?? context.signal,
        tries: retries + 1,
        patienceMs: message.event.episode || options.signal ? Infinity : plain ? PLAIN_PATIENCE_MS : patienceMs,
        // A deploy takes nodes away and puts them back: what is missing meanwhile is not missing for good.
        final: (error) => final(error) && !flowOf(RED).deploys.inProgress,
        failed,
    });
}

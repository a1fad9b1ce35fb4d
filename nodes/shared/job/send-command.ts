import type { Node, NodeAPI } from 'node-red';
import type { UpsError } from '../../../lib/core/errors';
import type { Sentence } from '../../../lib/core/language/sentence';
import { isFinal, keepTrying } from '../../../lib/core/commands/keep-trying';
import type { JobContext } from './job';
import { flowOf } from '../runtime/flow-of';
import { errorText, statusText } from '../words/texts';

/**
 * Time limit after a plain message or the Test button, ms: there is no event whose end would stop the tries, and a person waits at the
 * device, whom a much later effect would surprise.
 */
const PLAIN_PATIENCE_MS = 20_000;

export interface SendOptions {
    /** The command, for the event log. */
    what: Sentence;
    /** Plain messages, too, hold until the opposite message comes. */
    patient?: boolean;
    final?(error: UpsError): boolean;
    /** Replaces the signal of the job, for a command that is necessary even after the event has ended. */
    signal?: AbortSignal;
}

/** Logs the first failure of a command that is tried again. */
export function noteRetries(
    RED: NodeAPI,
    node: Node,
    settings: { log?: string },
    context: JobContext,
    what: Sentence,
): (error: UpsError, attempts: number) => void {
    const { message, clock, site, words } = context;
    return (error, attempts) => {
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
}

/**
 * Sends a command to a device for a job, until the device accepts it or the edge no longer holds. The first failure is logged at once,
 * because the outcome may take long.
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
    const { message, clock } = context;
    const { final = isFinal, what } = options;
    const plain = !message.event.episode && !options.patient;
    const { retries, patienceMs } = context.persistence;
    const failed = noteRetries(RED, node, settings, context, what);
    return keepTrying(attempt, {
        clock,
        signal: options.signal ?? context.signal,
        tries: retries + 1,
        patienceMs: message.event.episode || options.signal ? Infinity : plain ? PLAIN_PATIENCE_MS : patienceMs,
        // A deploy removes nodes and adds them again: a node that is missing during a deploy is not a final failure.
        final: (error) => final(error) && !flowOf(RED).deploys.inProgress,
        failed,
    });
}

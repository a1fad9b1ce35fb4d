import type { EventInfo, EventMessage } from '../../lib/core/messages';

/** A message as it arrives: perhaps one of ours, perhaps from any core node. */
export interface IncomingMessage extends Partial<Omit<EventMessage, 'payload' | 'topic'>> {
    payload?: unknown;
    topic?: unknown;
    [key: string]: unknown;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/**
 * Any message as an event message. Ours stay as they are. Others become an event of their topic: `payload` false is the off
 * edge, everything else the on edge; without an episode, so that each of them counts. An `event` that somebody has built or cut
 * down on the way is completed in the same manner.
 */
export function asEventMessage(message: IncomingMessage, now: number): EventMessage {
    const topic = isText(message.topic) ? message.topic : '';
    const [source, ...rest] = topic.split('/');
    const given: Partial<EventInfo> = typeof message.event === 'object' && message.event !== null ? message.event : {};
    const id = isText(given.id) ? given.id : rest.join('/') || topic || 'message';
    const active = typeof given.active === 'boolean' ? given.active : message.payload !== false;
    return {
        ...message,
        topic,
        payload: active,
        event: {
            ...given,
            id,
            source: isText(given.source) ? given.source : rest.length > 0 ? source : '',
            sourceId: isText(given.sourceId) ? given.sourceId : '',
            level: given.level ?? 'info',
            active,
            since: isNumber(given.since) ? given.since : now,
            at: isNumber(given.at) ? given.at : now,
            episode: isText(given.episode) ? given.episode : '',
            text: isText(given.text) ? given.text : topic || id,
        },
    };
}

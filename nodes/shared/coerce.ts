import type { EventMessage } from '../../lib/core/messages';

/** A message as it arrives: perhaps one of ours, perhaps from any core node. */
export type IncomingMessage = Partial<EventMessage> & { payload?: unknown; topic?: unknown; [key: string]: unknown };

/**
 * Any message as an event message. Ours stay as they are. Others become an event of their topic: `payload` false is the off
 * edge, everything else the on edge; without an episode, so that each of them counts.
 */
export function asEventMessage(message: IncomingMessage, now: number): EventMessage {
    if (message.event && typeof message.event === 'object' && typeof message.event.id === 'string') {
        return message as EventMessage;
    }
    const topic = typeof message.topic === 'string' ? message.topic : '';
    const active = message.payload !== false;
    const [source, ...rest] = topic.split('/');
    return {
        ...message,
        topic,
        payload: active,
        event: {
            id: rest.join('/') || topic || 'message',
            source: rest.length > 0 ? source : '',
            sourceId: '',
            level: 'info',
            active,
            since: now,
            at: now,
            episode: '',
            text: topic || 'message',
        },
    };
}

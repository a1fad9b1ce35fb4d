import type { EventLevel } from '../../lib/core/events/ids';
import type { EventInfo, EventMessage } from '../../lib/core/messages';

/** A message as it arrives: perhaps one of ours, perhaps from any core node. */
export interface IncomingMessage extends Partial<Omit<EventMessage, 'payload' | 'topic'>> {
    payload?: unknown;
    topic?: unknown;
    [key: string]: unknown;
}

const LEVELS: EventLevel[] = ['info', 'warning', 'alarm'];

const isText = (value: unknown): value is string => typeof value === 'string';
/** Epoch ms that a Date can hold. */
const isStamp = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 8.64e15;

/** What an event may carry beside what it always has; of another kind it would spoil texts and keys. */
const OPTIONAL: [keyof EventInfo, fits: (value: unknown) => boolean][] = [
    ['value', (value) => isText(value) || Number.isFinite(value)],
    ['unit', isText],
    ['firing', isText],
    ['firedMs', Number.isFinite],
    ['replaces', isText],
    ['evidence', (value) => typeof value === 'object' && value !== null],
];

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
    const event: EventInfo = {
        ...given,
        id,
        source: isText(given.source) ? given.source : rest.length > 0 ? source : '',
        sourceId: isText(given.sourceId) ? given.sourceId : '',
        level: LEVELS.find((level) => level === given.level) ?? 'info',
        active,
        since: isStamp(given.since) ? given.since : now,
        at: isStamp(given.at) ? given.at : now,
        episode: isText(given.episode) ? given.episode : '',
        text: isText(given.text) ? given.text : topic || id,
    };
    for (const [name, fits] of OPTIONAL) if (!fits(event[name])) delete event[name];
    return { ...message, topic, payload: active, event };
}

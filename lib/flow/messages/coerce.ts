import { UpsError } from '../../core/errors';
import type { EventLevel } from '../../core/events/ids';
import type { EventInfo, EventMessage } from '../../core/messages';
import { quoted } from '../../core/quote';
import { asSwitch, SWITCH_WORDS } from '../../core/plain-values';

/** An incoming message: one of ours, or one of any core node. */
export interface IncomingMessage extends Partial<Omit<EventMessage, 'payload' | 'topic'>> {
    payload?: unknown;
    topic?: unknown;
    [key: string]: unknown;
}

const LEVELS: EventLevel[] = ['info', 'warning', 'alarm'];

const isText = (value: unknown): value is string => typeof value === 'string';
/** Epoch ms that a Date can hold. */
const isStamp = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 8.64e15;

/** The optional properties of an event, with their types; a wrong type would break texts and keys, so it is dropped. */
const OPTIONAL: [keyof EventInfo, fits: (value: unknown) => boolean][] = [
    ['value', (value) => isText(value) || Number.isFinite(value)],
    ['unit', isText],
    ['firing', isText],
    ['firedMs', Number.isFinite],
    ['replaces', isText],
    ['evidence', (value) => typeof value === 'object' && value !== null],
];

/**
 * Converts any message to an event message. Our own messages stay as they are. Any other message becomes an event with the name of its
 * topic: `payload` gives the edge (see `asSwitch`), an unknown word counts as off. It has no episode, so that each message counts. An
 * incomplete `event`, which another node has made or changed, is completed in the same way. For messages from outside use
 * `readEventMessage`.
 */
export function asEventMessage(message: IncomingMessage, now: number): EventMessage {
    const topic = isText(message.topic) ? message.topic : '';
    const [source, ...rest] = topic.split('/');
    const given: Partial<EventInfo> = typeof message.event === 'object' && message.event !== null ? message.event : {};
    const id = isText(given.id) ? given.id : rest.join('/') || topic || 'message';
    const active = toldActive(message) ?? false;
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

/**
 * As `asEventMessage`, for the input of a node.
 * @throws UpsError payload-unknown if neither `event.active` nor the payload is on or off
 */
export function readEventMessage(message: IncomingMessage, now: number): EventMessage {
    if (toldActive(message) === undefined) {
        throw new UpsError('payload-unknown', { value: shortText(message.payload), expected: SWITCH_WORDS });
    }
    return asEventMessage(message, now);
}

function toldActive({ event, payload }: IncomingMessage): boolean | undefined {
    const { active } = (event ?? {}) as Partial<EventInfo>;
    if (typeof active === 'boolean') return active;
    // MQTT and TCP nodes send a buffer if they are set to keep bytes.
    return asSwitch(Buffer.isBuffer(payload) ? payload.subarray(0, 32).toString('utf8') : payload);
}

/** A payload in a few characters, for an error. */
export function shortText(value: unknown): string {
    if (value === undefined) return 'nothing';
    if (typeof value === 'string') return quoted(value, 40);
    if (typeof value !== 'object' || value === null) return String(value);
    return Array.isArray(value) ? 'a list' : Buffer.isBuffer(value) ? 'bytes' : 'an object';
}

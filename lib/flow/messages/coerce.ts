import { UpsError } from '../../core/errors';
import type { EventLevel } from '../../core/events/ids';
import type { EventInfo, EventMessage } from '../../core/messages';
import { quoted } from '../../core/quote';
import { asSwitch, SWITCH_WORDS } from '../../core/plain-values';

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
 * Any message as an event message. Ours stay as they are. Others become an event of their topic: `payload` says which edge (see
 * `asSwitch`), and what is no known word begins nothing; without an episode, so that each of them counts. An `event` that somebody
 * has built or cut down on the way is completed in the same manner. For messages from outside use `readEventMessage`.
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
 * As `asEventMessage`, for what arrives at a node.
 * @throws UpsError payload-unknown when neither `event.active` nor the payload says whether something begins or ends
 */
export function readEventMessage(message: IncomingMessage, now: number): EventMessage {
    if (toldActive(message) === undefined) {
        throw new UpsError('payload-unknown', { value: shown(message.payload), expected: SWITCH_WORDS });
    }
    return asEventMessage(message, now);
}

function toldActive({ event, payload }: IncomingMessage): boolean | undefined {
    const { active } = (event ?? {}) as Partial<EventInfo>;
    if (typeof active === 'boolean') return active;
    // As MQTT and TCP nodes hand it on when they are told to keep bytes.
    return asSwitch(Buffer.isBuffer(payload) ? payload.subarray(0, 32).toString('utf8') : payload);
}

/** A payload in a few characters, for an error. */
export function shown(value: unknown): string {
    if (value === undefined) return 'nothing';
    if (typeof value === 'string') return quoted(value, 40);
    if (typeof value !== 'object' || value === null) return String(value);
    return Array.isArray(value) ? 'a list' : Buffer.isBuffer(value) ? 'bytes' : 'an object';
}

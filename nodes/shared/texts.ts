import type { NodeAPI } from 'node-red';
import { durationText } from '../../lib/core/duration';
import { UpsError } from '../../lib/core/errors';
import { quoted } from '../../lib/core/quote';
import type { Evidence } from '../../lib/core/messages';

const UNIT_CATALOGUE = '@ridethrough/node-red-ups/ups-unit:ups-unit';

type Data = Record<string, unknown>;

/**
 * The sentence for an edge, e.g. "Mains failed, running on battery"; with the words of a device that raises an alarm of its own, and with what
 * contradicts a battery that is called low.
 */
export function eventText(RED: NodeAPI, eventId: string, active: boolean, values: Evidence['values'] = {}): string {
    const text = translate(
        RED,
        `events.${eventId}.${active ? 'on' : 'off'}`,
        {},
        `${eventId} ${active ? 'on' : 'off'}`,
    );
    if (!active) return text;
    const { alarm: words, doubt } = values;
    if (eventId === 'device-alarm' && words)
        return translate(RED, 'eventText.words', { text, words }, `${text}: ${words}`);
    return doubt ? translate(RED, 'eventText.doubt', { text, doubt }, `${text} (${doubt})`) : text;
}

/** The name of an event, e.g. "Power failure". */
export function eventName(RED: NodeAPI, eventId: string): string {
    return translate(RED, `events.${eventId}.name`, {}, eventId);
}

/** A failure as a sentence that says what to do. */
export function errorText(RED: NodeAPI, error: unknown): string {
    if (!(error instanceof UpsError)) return quoted(error instanceof Error ? error.message : String(error), 1000);
    return translate(RED, `errors.${error.code}`, inWords(RED, withTime(error.data)), error.message);
}

/** What the system calls a failed connection. */
const SYSTEM_CODES =
    /\b(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT)\b/g;

function inWords(RED: NodeAPI, data: Data): Data {
    const words = (value: unknown) =>
        typeof value === 'string'
            ? value.replace(SYSTEM_CODES, (code) => translate(RED, `codes.${code}`, {}, code))
            : value;
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, words(value)]));
}

/** `seconds` also as people read them, as `time`. */
function withTime(data: Data = {}): Data {
    const { seconds } = data;
    return typeof seconds === 'number' ? { time: durationText(Math.abs(seconds)), ...data } : data;
}

/**
 * A failure for `done()` or `node.error()`: Node-RED's debug pane shows a text as the sentence that it is, and an Error as an object that
 * has to be opened. Catch nodes get either as `msg.error.message`.
 */
export function asSentence(text: string): Error {
    return text as unknown as Error;
}

/** A status text of the shared set. */
export function statusText(RED: NodeAPI, key: string, data: Data = {}): string {
    return translate(RED, `status.${key}`, data, key);
}

function translate(RED: NodeAPI, key: string, data: Data, fallback: string): string {
    const full = `${UNIT_CATALOGUE}.${key}`;
    const text = (RED._ as (key: string, data?: Data) => unknown)(full, data);
    return typeof text !== 'string' || text === '' || text === full || text.endsWith(key) ? fallback : text;
}

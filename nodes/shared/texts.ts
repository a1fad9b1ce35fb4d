import type { NodeAPI } from 'node-red';
import { durationText } from '../../lib/core/duration';
import { UpsError, type UpsErrorCode } from '../../lib/core/errors';
import { quoted } from '../../lib/core/quote';
import { reasonOf, withoutCodes, type Reason } from '../../lib/core/reasons';
import type { Evidence } from '../../lib/core/messages';
import type { FlowTexts } from '../../lib/flow/ports';

const UNIT_CATALOGUE = '@ridethrough/node-red-ups/ups-unit:ups-unit';

type Data = Record<string, unknown>;

/** What the engine of a runtime says to people. */
export function textsOf(RED: NodeAPI): FlowTexts {
    return {
        status: (key, data) => statusText(RED, key, data),
        event: (eventId, active, values) => eventText(RED, eventId, active, values),
        error: (error) => errorText(RED, error),
        detail: (value) => detailInWords(RED, value),
    };
}

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
    if (eventId === 'communication-lost') return whySilent(RED, text, values);
    const { alarm: words, doubt } = values;
    if (eventId === 'device-alarm' && words)
        return translate(RED, 'eventText.words', { text, words }, `${text}: ${words}`);
    return doubt ? translate(RED, 'eventText.doubt', { text, doubt }, `${text} (${doubt})`) : text;
}

/** The name of an event, e.g. "Power failure". */
export function eventName(RED: NodeAPI, eventId: string): string {
    return translate(RED, `events.${eventId}.name`, {}, eventId);
}

/** Failures of which the reason says more than their kind. */
const SAID_BY_REASON: readonly UpsErrorCode[] = ['device-silent', 'device-refused', 'access-denied'];

/** What may hold a code: why something failed. */
const TOLD: ReadonlySet<string> = new Set(['reason', 'error', 'first']);

/** A failure as a sentence that says what to do. */
export function errorText(RED: NodeAPI, error: unknown): string {
    if (!(error instanceof UpsError)) {
        return inWords(RED, quoted(error instanceof Error ? error.message : String(error), 1000));
    }
    const { code, data, message } = error;
    if (code === 'ups-silent' || code === 'module-faulty') {
        const cause = errorText(RED, new UpsError(data.code as UpsErrorCode, data));
        return translate(RED, `errors.${code}`, { ...data, cause }, message);
    }
    const words = Object.fromEntries(
        Object.entries(withTime(data)).map(([key, value]) => [
            key,
            typeof value === 'string' && TOLD.has(key) ? inWords(RED, value) : value,
        ]),
    );
    const general = translate(RED, `errors.${code}`, words, inWords(RED, message));
    const why = whyOf(data);
    return why && SAID_BY_REASON.includes(code) ? translate(RED, `failures.${why}`, words, general) : general;
}

/** A failure in a few words, for a node's status. @param since epoch ms */
export function failureStatus(RED: NodeAPI, { code, data }: Pick<UpsError, 'code' | 'data'>, since?: number): string {
    const general = statusText(RED, code);
    const why = whyOf(data);
    if (!why || !SAID_BY_REASON.includes(code)) return general;
    const time = new Date(since ?? Date.now()).toTimeString().slice(0, 5);
    return translate(RED, `short.${why}`, { ...data, time }, general);
}

/** `text` with the codes of Node.js and the operating system in words. */
export function inWords(RED: NodeAPI, text: string): string {
    return withoutCodes(text, (reason) => translate(RED, `reasons.${reason}`, {}, reason));
}

/** As `inWords`, for the reasons in a job's detail; what a host or a command has put out stays as it is. */
export function detailInWords(RED: NodeAPI, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => detailInWords(RED, each));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, each]) => {
        const isReason = TOLD.has(key) && typeof each === 'string';
        return [key, isReason ? inWords(RED, each) : detailInWords(RED, each)];
    });
    return Object.fromEntries(entries) as unknown;
}

function whyOf({ why, reason }: UpsError['data']): Reason | undefined {
    return (why as Reason | undefined) ?? (typeof reason === 'string' ? reasonOf(reason) : undefined);
}

/** That nobody answers, and why; that nobody is asked is something else. */
function whySilent(RED: NodeAPI, text: string, values: Evidence['values']): string {
    const { reason: code, detail: reason, ...data } = values;
    if (code === undefined) return text;
    if (code === 'no-device') return translate(RED, 'eventText.noDevice', {}, text);
    const known = code === 'ups-behind-agent-lost' ? 'device-silent' : code;
    const error = new UpsError(known as UpsErrorCode, { ...data, ...(reason === undefined ? {} : { reason }) });
    return translate(RED, 'eventText.why', { text, why: errorText(RED, error) }, text);
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

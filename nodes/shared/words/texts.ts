import type { NodeAPI } from 'node-red';
import { UpsError, type UpsErrorCode } from '../../../lib/core/errors';
import { eachText, isSentence, type Part, type SentenceData, type Told } from '../../../lib/core/language/sentence';
import { Words } from '../../../lib/core/language/words';
import { quoted } from '../../../lib/core/quote';
import { reasonOf, withoutCodes, type Reason } from '../../../lib/core/reasons';
import type { Evidence } from '../../../lib/core/messages';
import type { FlowTexts, Texts } from '../../../lib/flow/ports';
import type { Site } from '../../../lib/flow/site';
import { processWords, wordsOf } from './site-words';

const PACKAGE = '@ridethrough/node-red-ups';

/** Who speaks: Node-RED, in the language of its process, to whoever sits at the editor; or the words of a site, to its log, mails and reports. */
export type Translator = Pick<NodeAPI, '_'> | Words;

/** What the engine of a runtime says to people. */
export function textsOf(RED: NodeAPI): FlowTexts {
    return Object.assign(textsIn(RED), {
        of: (site: Site | undefined) => textsIn(wordsOf(RED, site)),
    });
}

function textsIn(translator: Translator): Texts {
    return {
        get words() {
            return wordsFor(translator);
        },
        status: (key, data) => statusText(translator, key, data),
        event: (eventId, active, values) => eventText(translator, eventId, active, values),
        error: (error) => errorText(translator, error),
        detail: (value) => detailInWords(translator, value),
    };
}

/**
 * The sentence for an edge, e.g. "Mains failed, running on battery"; with the words of a device that raises an alarm of its own, and with what
 * contradicts a battery that is called low.
 */
export function eventText(
    translator: Translator,
    eventId: string,
    active: boolean,
    values: Evidence['values'] = {},
): string {
    const text = translate(
        translator,
        `events.${eventId}.${active ? 'on' : 'off'}`,
        {},
        `${eventId} ${active ? 'on' : 'off'}`,
    );
    if (!active) return text;
    if (eventId === 'communication-lost') return whySilent(translator, text, values);
    const { alarm: words, doubt } = values;
    if (eventId === 'device-alarm' && words)
        return translate(translator, 'eventText.words', { text, words }, `${text}: ${words}`);
    return doubt ? translate(translator, 'eventText.doubt', { text, doubt }, `${text} (${doubt})`) : text;
}

/** The name of an event, e.g. "Power failure". */
export function eventName(translator: Translator, eventId: string): string {
    return translate(translator, `events.${eventId}.name`, {}, eventId);
}

/** Failures of which the reason says more than their kind. */
const SAID_BY_REASON: readonly UpsErrorCode[] = ['device-silent', 'device-refused', 'access-denied'];

/** What may hold a code: why something failed. */
const TOLD: ReadonlySet<string> = new Set(['reason', 'error', 'first']);

/** A failure as a sentence that says what to do. */
export function errorText(translator: Translator, error: unknown): string {
    if (!(error instanceof UpsError)) {
        return inWords(translator, quoted(error instanceof Error ? error.message : String(error), 1000));
    }
    const { code, data, message } = error;
    if (code === 'ups-silent' || code === 'module-faulty') {
        const cause = errorText(translator, new UpsError(data.code as UpsErrorCode, data));
        return translate(translator, `errors.${code}`, { ...data, cause }, message);
    }
    // A rule that one node type alone has says it whole.
    if (isSentence(data.sentence)) return told(translator, data.sentence);
    const words = Object.fromEntries(
        Object.entries(withTime(data)).map(([key, value]) => [
            key,
            TOLD.has(key) ? partInWords(translator, value) : value,
        ]),
    );
    const general = translate(translator, `errors.${code}`, words, inWords(translator, message));
    const why = whyOf(data);
    return why && SAID_BY_REASON.includes(code) ? translate(translator, `failures.${why}`, words, general) : general;
}

/** A failure in a few words, for a node's status. @param since epoch ms */
export function failureStatus(
    translator: Translator,
    { code, data }: Pick<UpsError, 'code' | 'data'>,
    since?: number,
): string {
    const general = statusText(translator, code);
    const why = whyOf(data);
    if (!why || !SAID_BY_REASON.includes(code)) return general;
    const time = new Date(since ?? Date.now()).toTimeString().slice(0, 5);
    return translate(translator, `short.${why}`, { ...data, time }, general);
}

/** `text` with the codes of Node.js and the operating system in words. */
export function inWords(translator: Translator, text: string): string {
    return withoutCodes(text, (reason) => translate(translator, `reasons.${reason}`, {}, reason));
}

/** A text of somebody else, with codes in words, or a sentence of ours. */
export function told(translator: Translator, what: Told): string {
    return wordsFor(translator).text(partInWords(translator, what));
}

function partInWords(translator: Translator, part: Part): Part {
    return eachText(part, (text) => inWords(translator, text));
}

/** A job's detail in words: sentences, and the codes in reasons; what a host or a command has put out stays as it is. */
export function detailInWords(translator: Translator, value: unknown): unknown {
    if (isSentence(value)) return told(translator, value);
    if (Array.isArray(value)) return value.map((each) => detailInWords(translator, each));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, each]) => {
        const isReason = TOLD.has(key) && typeof each === 'string';
        return [key, isReason ? inWords(translator, each) : detailInWords(translator, each)];
    });
    return Object.fromEntries(entries) as unknown;
}

function whyOf({ why, reason }: UpsError['data']): Reason | undefined {
    return (why as Reason | undefined) ?? (typeof reason === 'string' ? reasonOf(reason) : undefined);
}

/** That nobody answers, and why; that nobody is asked is something else. */
function whySilent(translator: Translator, text: string, values: Evidence['values']): string {
    const { reason: code, detail: reason, ...data } = values;
    if (code === undefined) return text;
    if (code === 'no-device') return translate(translator, 'eventText.noDevice', {}, text);
    const known = code === 'ups-behind-agent-lost' ? 'device-silent' : code;
    const error = new UpsError(known as UpsErrorCode, { ...data, ...(reason === undefined ? {} : { reason }) });
    return translate(translator, 'eventText.why', { text, why: errorText(translator, error) }, text);
}

/** `seconds` also as people read them, as `time`. */
function withTime(data: SentenceData): SentenceData {
    const { seconds } = data;
    return typeof seconds === 'number' ? { time: { seconds: Math.abs(seconds) }, ...data } : data;
}

/**
 * A failure for `done()` or `node.error()`: Node-RED's debug pane shows a text as the sentence that it is, and an Error as an object that
 * has to be opened. Catch nodes get either as `msg.error.message`.
 */
export function asSentence(text: string): Error {
    return text as unknown as Error;
}

/** A status text of the shared set. */
export function statusText(translator: Translator, key: string, data: SentenceData = {}): string {
    return translate(translator, `status.${key}`, data, key);
}

/** What makes the sentences of lib, for whoever is spoken to. */
export function wordsFor(translator: Translator): Words {
    return translator instanceof Words ? translator : processWords(translator);
}

function translate(translator: Translator, key: string, data: SentenceData, fallback: string): string {
    if (translator instanceof Words) return translator.find(`ups-unit.${key}`, data) ?? fallback;
    const full = `${PACKAGE}/ups-unit:ups-unit.${key}`;
    const text = (translator._ as (key: string, data?: object) => unknown)(full, inParts(translator, data));
    return typeof text !== 'string' || text === '' || text === full || text.endsWith(key) ? fallback : text;
}

/** Node-RED's own translation takes nothing but texts and numbers. */
function inParts(translator: Translator, data: SentenceData): Record<string, unknown> {
    const part = (value: Part) => (typeof value === 'object' ? wordsFor(translator).text(value) : value);
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, part(value)]));
}

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
export type Voice = Pick<NodeAPI, '_'> | Words;

/** What the engine of a runtime says to people. */
export function textsOf(RED: NodeAPI): FlowTexts {
    return Object.assign(textsIn(RED), {
        of: (site: Site | undefined) => textsIn(wordsOf(RED, site)),
    });
}

function textsIn(voice: Voice): Texts {
    return {
        get words() {
            return wordsFor(voice);
        },
        status: (key, data) => statusText(voice, key, data),
        event: (eventId, active, values) => eventText(voice, eventId, active, values),
        error: (error) => errorText(voice, error),
        detail: (value) => detailInWords(voice, value),
    };
}

/**
 * The sentence for an edge, e.g. "Mains failed, running on battery"; with the words of a device that raises an alarm of its own, and with what
 * contradicts a battery that is called low.
 */
export function eventText(voice: Voice, eventId: string, active: boolean, values: Evidence['values'] = {}): string {
    const text = translate(
        voice,
        `events.${eventId}.${active ? 'on' : 'off'}`,
        {},
        `${eventId} ${active ? 'on' : 'off'}`,
    );
    if (!active) return text;
    if (eventId === 'communication-lost') return whySilent(voice, text, values);
    const { alarm: words, doubt } = values;
    if (eventId === 'device-alarm' && words)
        return translate(voice, 'eventText.words', { text, words }, `${text}: ${words}`);
    return doubt ? translate(voice, 'eventText.doubt', { text, doubt }, `${text} (${doubt})`) : text;
}

/** The name of an event, e.g. "Power failure". */
export function eventName(voice: Voice, eventId: string): string {
    return translate(voice, `events.${eventId}.name`, {}, eventId);
}

/** Failures of which the reason says more than their kind. */
const SAID_BY_REASON: readonly UpsErrorCode[] = ['device-silent', 'device-refused', 'access-denied'];

/** What may hold a code: why something failed. */
const TOLD: ReadonlySet<string> = new Set(['reason', 'error', 'first']);

/** A failure as a sentence that says what to do. */
export function errorText(voice: Voice, error: unknown): string {
    if (!(error instanceof UpsError)) {
        return inWords(voice, quoted(error instanceof Error ? error.message : String(error), 1000));
    }
    const { code, data, message } = error;
    if (code === 'ups-silent' || code === 'module-faulty') {
        const cause = errorText(voice, new UpsError(data.code as UpsErrorCode, data));
        return translate(voice, `errors.${code}`, { ...data, cause }, message);
    }
    // A rule that one node type alone has says it whole.
    if (isSentence(data.sentence)) return told(voice, data.sentence);
    const words = Object.fromEntries(
        Object.entries(withTime(data)).map(([key, value]) => [key, TOLD.has(key) ? partInWords(voice, value) : value]),
    );
    const general = translate(voice, `errors.${code}`, words, inWords(voice, message));
    const why = whyOf(data);
    return why && SAID_BY_REASON.includes(code) ? translate(voice, `failures.${why}`, words, general) : general;
}

/** A failure in a few words, for a node's status. @param since epoch ms */
export function failureStatus(voice: Voice, { code, data }: Pick<UpsError, 'code' | 'data'>, since?: number): string {
    const general = statusText(voice, code);
    const why = whyOf(data);
    if (!why || !SAID_BY_REASON.includes(code)) return general;
    const time = new Date(since ?? Date.now()).toTimeString().slice(0, 5);
    return translate(voice, `short.${why}`, { ...data, time }, general);
}

/** `text` with the codes of Node.js and the operating system in words. */
export function inWords(voice: Voice, text: string): string {
    return withoutCodes(text, (reason) => translate(voice, `reasons.${reason}`, {}, reason));
}

/** A text of somebody else, with codes in words, or a sentence of ours. */
export function told(voice: Voice, what: Told): string {
    return wordsFor(voice).text(partInWords(voice, what));
}

function partInWords(voice: Voice, part: Part): Part {
    return eachText(part, (text) => inWords(voice, text));
}

/** A job's detail in words: sentences, and the codes in reasons; what a host or a command has put out stays as it is. */
export function detailInWords(voice: Voice, value: unknown): unknown {
    if (isSentence(value)) return told(voice, value);
    if (Array.isArray(value)) return value.map((each) => detailInWords(voice, each));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, each]) => {
        const isReason = TOLD.has(key) && typeof each === 'string';
        return [key, isReason ? inWords(voice, each) : detailInWords(voice, each)];
    });
    return Object.fromEntries(entries) as unknown;
}

function whyOf({ why, reason }: UpsError['data']): Reason | undefined {
    return (why as Reason | undefined) ?? (typeof reason === 'string' ? reasonOf(reason) : undefined);
}

/** That nobody answers, and why; that nobody is asked is something else. */
function whySilent(voice: Voice, text: string, values: Evidence['values']): string {
    const { reason: code, detail: reason, ...data } = values;
    if (code === undefined) return text;
    if (code === 'no-device') return translate(voice, 'eventText.noDevice', {}, text);
    const known = code === 'ups-behind-agent-lost' ? 'device-silent' : code;
    const error = new UpsError(known as UpsErrorCode, { ...data, ...(reason === undefined ? {} : { reason }) });
    return translate(voice, 'eventText.why', { text, why: errorText(voice, error) }, text);
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
export function statusText(voice: Voice, key: string, data: SentenceData = {}): string {
    return translate(voice, `status.${key}`, data, key);
}

/** What makes the sentences of lib, for whoever is spoken to. */
export function wordsFor(voice: Voice): Words {
    return voice instanceof Words ? voice : processWords(voice);
}

function translate(voice: Voice, key: string, data: SentenceData, fallback: string): string {
    if (voice instanceof Words) return voice.find(`ups-unit.${key}`, data) ?? fallback;
    const plain = Object.keys(data).length === 0;
    const known = plain ? foundTexts(voice._).get(key) : undefined;
    if (known !== undefined) return known;
    const full = `${PACKAGE}/ups-unit:ups-unit.${key}`;
    const text = (voice._ as (key: string, data?: object) => unknown)(full, inParts(voice, data));
    if (typeof text !== 'string' || text === '' || text === full || text.endsWith(key)) return fallback;
    if (plain) foundTexts(voice._).set(key, text);
    return text;
}

/**
 * Texts without data that were found, by the translation of each node type: it speaks the language of the process for as long as that runs,
 * and to look one up takes as long as a tenth of a poll. A text that is not found may still be loading.
 */
const found = new WeakMap<object, Map<string, string>>();

function foundTexts(translation: object): Map<string, string> {
    const texts = found.get(translation) ?? new Map<string, string>();
    found.set(translation, texts);
    return texts;
}

/** Node-RED's own translation takes nothing but texts and numbers. */
function inParts(voice: Voice, data: SentenceData): Record<string, unknown> {
    const part = (value: Part) => (typeof value === 'object' ? wordsFor(voice).text(value) : value);
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, part(value)]));
}

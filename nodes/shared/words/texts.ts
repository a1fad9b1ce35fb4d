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

/**
 * The source of texts: Node-RED, in the language of its process, for the user of the editor; or the texts of a site, for its log, mails and
 * reports.
 */
export type Translator = Pick<NodeAPI, '_'> | Words;

/** The texts for the engine of a runtime. */
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
        error: (error, type) => errorText(translator, error, type),
        detail: (value) => detailInWords(translator, value),
    };
}

/**
 * The sentence for an edge, e.g. "Mains failed, running on battery". For an alarm that only the device knows, with its words; for a low
 * battery, with the value that contradicts it.
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

/** Failures for which the sentence of the reason is used, because it says more. */
const EXPLAINED_BY_REASON: readonly UpsErrorCode[] = ['device-silent', 'device-refused', 'access-denied'];

/** Properties that may contain an error code. */
const KEYS_WITH_CODES: ReadonlySet<string> = new Set(['reason', 'error', 'first']);

/**
 * A failure as a sentence that says what a person can do.
 * @param type the node whose settings it is about, if the failure does not name the label of the setting itself
 */
export function errorText(translator: Translator, error: unknown, type?: string): string {
    if (!(error instanceof UpsError)) {
        return inWords(translator, quoted(error instanceof Error ? error.message : String(error), 1000));
    }
    const { code, data, message } = error;
    if (code === 'ups-silent' || code === 'module-faulty') {
        const cause = errorText(translator, new UpsError(data.code as UpsErrorCode, data), type);
        return translate(translator, `errors.${code}`, { ...data, cause }, message);
    }
    // A rule of one node type has a whole sentence of its own.
    if (isSentence(data.sentence)) return toText(translator, data.sentence);
    const words = Object.fromEntries(
        Object.entries(withLabel(translator, withTime(data), type)).map(([key, value]) => [
            key,
            KEYS_WITH_CODES.has(key) ? partInWords(translator, value) : value,
        ]),
    );
    const general = translate(translator, `errors.${code}`, words, inWords(translator, message));
    const why = whyOf(data);
    return why && EXPLAINED_BY_REASON.includes(code)
        ? translate(translator, `failures.${why}`, words, general)
        : general;
}

/** A failure in a few words, for the node status. @param since epoch ms */
export function failureStatus(
    translator: Translator,
    { code, data }: Pick<UpsError, 'code' | 'data'>,
    since?: number,
): string {
    const general = statusText(translator, code);
    const why = whyOf(data);
    if (!why || !EXPLAINED_BY_REASON.includes(code)) return general;
    const time = new Date(since ?? Date.now()).toTimeString().slice(0, 5);
    return translate(translator, `short.${why}`, { ...data, time }, general);
}

/** `text` with the error codes of Node.js and the operating system replaced by words. */
export function inWords(translator: Translator, text: string): string {
    return withoutCodes(text, (reason) => translate(translator, `reasons.${reason}`, {}, reason));
}

/** A foreign text, with codes replaced by words, or a sentence of ours. */
export function toText(translator: Translator, what: Told): string {
    return wordsFor(translator).text(partInWords(translator, what));
}

function partInWords(translator: Translator, part: Part): Part {
    return eachText(part, (text) => inWords(translator, text));
}

/** A job's detail with sentences and error codes in words; the output of a host or a command stays unchanged. */
export function detailInWords(translator: Translator, value: unknown): unknown {
    if (isSentence(value)) return toText(translator, value);
    if (Array.isArray(value)) return value.map((each) => detailInWords(translator, each));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, each]) => {
        const isReason = KEYS_WITH_CODES.has(key) && typeof each === 'string';
        return [key, isReason ? inWords(translator, each) : detailInWords(translator, each)];
    });
    return Object.fromEntries(entries) as unknown;
}

function whyOf({ why, reason }: UpsError['data']): Reason | undefined {
    return (why as Reason | undefined) ?? (typeof reason === 'string' ? reasonOf(reason) : undefined);
}

/** The sentence for lost communication with its reason; a UPS without a device node has a sentence of its own. */
function whySilent(translator: Translator, text: string, values: Evidence['values']): string {
    const { reason: code, detail: reason, ...data } = values;
    if (code === undefined) return text;
    if (code === 'no-device') return translate(translator, 'eventText.noDevice', {}, text);
    const known = code === 'ups-behind-agent-lost' ? 'device-silent' : code;
    const error = new UpsError(known as UpsErrorCode, { ...data, ...(reason === undefined ? {} : { reason }) });
    return translate(translator, 'eventText.why', { text, why: errorText(translator, error) }, text);
}

/** The catalogue of the editor has the labels of the settings that all jobs share. */
const SHARED_LABELS = 'ridethrough-editor.job.label';

/** `property` as the label that the dialog shows for it, in the language of the text; unchanged where there is none. */
function withLabel(translator: Translator, data: SentenceData, type: string | undefined): SentenceData {
    const { property, field } = data;
    if (typeof property !== 'string') return data;
    const keys = isSentence(field)
        ? [field.key]
        : type === undefined
          ? []
          : [`${type}.label.${property}`, `${SHARED_LABELS}.${property}`];
    const words = wordsFor(translator);
    const label = keys.map((key) => words.find(key)).find((text) => text !== undefined);
    return label === undefined ? data : { ...data, property: label };
}

/** Adds `time`, the value of `seconds` in readable form. */
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

/** The `Words` that write the sentences of lib for this translator. */
export function wordsFor(translator: Translator): Words {
    return translator instanceof Words ? translator : processWords(translator);
}

function translate(translator: Translator, key: string, data: SentenceData, fallback: string): string {
    if (translator instanceof Words) return translator.find(`ups-unit.${key}`, data) ?? fallback;
    const plain = Object.keys(data).length === 0;
    const texts = plain ? foundTexts(translator._) : undefined;
    const known = texts?.get(key);
    if (known !== undefined) return known;
    const full = `${PACKAGE}/ups-unit:ups-unit.${key}`;
    const parts = plain ? {} : inParts(translator, data);
    const text = (translator._ as (key: string, data?: object) => unknown)(full, parts);
    if (typeof text !== 'string' || text === '' || text === full || text.endsWith(key)) return fallback;
    texts?.set(key, text);
    return text;
}

/**
 * Texts without data, by the translation function of each node type. The language of the process does not change while it runs, and a
 * look-up takes a tenth of the time of a poll. A missing text is looked up again: its catalogue may still be loading.
 */
const found = new WeakMap<object, Map<string, string>>();

function foundTexts(translation: object): Map<string, string> {
    const texts = found.get(translation) ?? new Map<string, string>();
    found.set(translation, texts);
    return texts;
}

/** Node-RED's own translation accepts only texts and numbers. */
function inParts(translator: Translator, data: SentenceData): Record<string, unknown> {
    const part = (value: Part) => (typeof value === 'object' ? wordsFor(translator).text(value) : value);
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, part(value)]));
}

/** A sentence before translation: a key of the catalogues (`<catalogue>.<path>`), and the values for its placeholders. It is JSON. */
export interface Sentence {
    readonly key: string;
    readonly data?: SentenceData;
}

export type SentenceData = Readonly<Record<string, Part>>;

/** A value in a sentence. Each language writes numbers, dates, durations and lists in its own way. */
export type Part =
    | string
    | number
    | boolean
    | null
    | undefined
    | Sentence
    /** A day and a time of day, epoch ms. */
    | { readonly date: number }
    /** A time of day, epoch ms. */
    | { readonly time: number }
    /** A duration, s. */
    | { readonly seconds: number }
    /** The parts with `by` between them; without `by`, in the style of the language: "a, b and c". */
    | { readonly list: readonly Part[]; readonly by?: string };

/** A text that is not translated, e.g. the answer of a host, or a sentence of the catalogues. */
export type Told = string | Sentence;

/** Translates a part into one language. */
export type Translate = (part: Part) => string;

/** The catalogue section with the sentences of lib. */
const LIB = 'ups-unit.said';

/** A sentence of lib. @param key below `said` of the catalogue ups-unit */
export function said(key: string, data?: SentenceData): Sentence {
    return { key: `${LIB}.${key}`, ...(data ? { data } : {}) };
}

const KEY = /^[a-z][a-z\d-]*(\.[\w-]+)+$/;

export function isSentence(value: unknown): value is Sentence {
    if (typeof value !== 'object' || value === null) return false;
    const { key, data, ...rest } = value as Record<string, unknown>;
    if (typeof key !== 'string' || !KEY.test(key) || Object.keys(rest).length > 0) return false;
    return data === undefined || (typeof data === 'object' && data !== null);
}

/** Whether `value` is allowed in a sentence. A value from a flow or a journal may have any type. */
export function isPart(value: unknown): value is Part {
    if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
    if (isSentence(value)) return true;
    const { list, seconds, date, time, ...rest } = value as Record<string, unknown>;
    if (Array.isArray(list)) return list.every(isPart);
    const times = [seconds, date, time].filter((each) => each !== undefined);
    return times.length === 1 && typeof times[0] === 'number' && Object.keys(rest).length === 0;
}

/** A failure that is described by a sentence of the catalogues; `asUpsError` takes that sentence as the reason. */
export class SentenceError extends Error {
    constructor(
        readonly sentence: Sentence,
        options?: { cause?: unknown },
    ) {
        super(plainText(sentence), options);
        this.name = 'SentenceError';
    }
}

/** The text of a failure, for use within another sentence. */
export function failureText(error: unknown): Told {
    if (error instanceof Error && 'sentence' in error && isSentence(error.sentence)) return error.sentence;
    return error instanceof Error ? error.message : String(error);
}

/** Joins several texts: "accepted (SDA10); the line has 9600 baud from now on". */
export function inRow(parts: readonly Told[], by = '; '): Told {
    return parts.length === 1 ? parts[0]! : said('row', { list: { list: parts, by } });
}

/** Applies `change` to each plain text in `what`, e.g. to hide secrets, or to replace error codes by words. */
export function eachText<P extends Part>(what: P, change: (text: string) => string): P {
    return changed(what, change) as P;
}

function changed(part: Part, change: (text: string) => string): Part {
    if (typeof part === 'string') return change(part);
    if (typeof part !== 'object' || part === null) return part;
    if ('list' in part) return { ...part, list: part.list.map((each) => changed(each, change)) };
    if (!isSentence(part) || !part.data) return part;
    const data = Object.entries(part.data).map(([name, value]) => [name, changed(value, change)]);
    return { ...part, data: Object.fromEntries(data) as SentenceData };
}

/** The sentence for programs and their logs, where there is no catalogue: the key and the data. */
export function plainText(part: Part): string {
    if (isSentence(part)) {
        const data = Object.entries(part.data ?? {}).map(([name, value]) => `${name} ${plainText(value)}`);
        const key = part.key.startsWith(`${LIB}.`) ? part.key.slice(LIB.length + 1) : part.key;
        return data.length ? `${key} (${data.join(', ')})` : key;
    }
    if (typeof part !== 'object' || part === null) return String(part ?? '');
    if ('list' in part) return part.list.map(plainText).join(part.by ?? ', ');
    if ('seconds' in part) return `${part.seconds} s`;
    return new Date('date' in part ? part.date : part.time).toISOString();
}

import { durationText } from '../duration';
import { fillIn, findText, type Catalogue } from './catalogue';
import { isSentence, type Part, type Sentence, type SentenceData } from './sentence';

/** The catalogues of one language. */
export interface Texts {
    /** The name of its folder, e.g. `de`, `en-US`. */
    language: string;
    /** @param name e.g. `ups-unit` */
    catalogue(name: string): Catalogue | undefined;
}

/** Shorter durations are written with their decimals, s. */
const SHORT_S = 10;

/** Catalogues with the plurals of their language. */
class Source {
    private rules: Intl.PluralRules | undefined;
    readonly plural = (count: number) => (this.rules ??= new Intl.PluralRules(this.texts.language)).select(count);

    constructor(readonly texts: Texts) {}
}

/** How a language writes numbers, times and lists. Each is made when it is first used: they are dear, and few sentences need them. */
class Formats {
    private made: {
        numbers?: Intl.NumberFormat;
        dates?: Intl.DateTimeFormat;
        times?: Intl.DateTimeFormat;
        lists?: Intl.ListFormat;
    } = {};

    constructor(private readonly language: string) {}

    get numbers(): Intl.NumberFormat {
        const options = { useGrouping: false, maximumFractionDigits: 20 };
        return (this.made.numbers ??= new Intl.NumberFormat(this.language, options));
    }

    get dates(): Intl.DateTimeFormat {
        const options = { dateStyle: 'short', timeStyle: 'medium' } as const;
        return (this.made.dates ??= new Intl.DateTimeFormat(this.language, options));
    }

    get times(): Intl.DateTimeFormat {
        return (this.made.times ??= new Intl.DateTimeFormat(this.language, { timeStyle: 'medium' }));
    }

    get lists(): Intl.ListFormat {
        return (this.made.lists ??= new Intl.ListFormat(this.language, { type: 'conjunction' }));
    }
}

/** Writes sentences in one language. */
export class Words {
    readonly language: string;
    private readonly sources: readonly Source[];
    private readonly formats: Formats;

    /** @param otherwise the catalogues for keys that `texts` does not have */
    constructor(texts: Texts, otherwise: Texts) {
        const { language } = texts;
        this.language = language;
        this.sources = [texts, otherwise].map((each) => new Source(each));
        this.formats = new Formats(language);
    }

    /** The sentence of a key; a key that no catalogue has is returned as it is. */
    say(key: string, data?: SentenceData): string {
        return this.find(key, data) ?? key;
    }

    find(key: string, data: SentenceData = {}): string | undefined {
        const name = key.split('.', 1)[0]!;
        for (const { texts, plural } of this.sources) {
            const text = findText(texts.catalogue(name), key, data.count, plural);
            if (text !== undefined) return fillIn(text, (each) => this.text(data[each]));
        }
        return undefined;
    }

    sentence({ key, data }: Sentence): string {
        return this.say(key, data);
    }

    /** Short durations keep their decimals: a pulse of 0.5 s must not read "1 s". */
    private duration(seconds: number): string {
        const unit = (sign: string) => this.say(`ups-unit.duration.${sign}`);
        const isShort = seconds > 0 && seconds < SHORT_S && !Number.isInteger(seconds);
        return isShort ? `${this.text(Math.round(seconds * 100) / 100)} ${unit('s')}` : durationText(seconds, unit);
    }

    text(part: Part): string {
        if (part === undefined || part === null) return '';
        if (typeof part === 'number') return this.formats.numbers.format(part);
        if (typeof part !== 'object') return String(part);
        if (isSentence(part)) return this.sentence(part);
        if ('seconds' in part) return this.duration(part.seconds);
        if ('date' in part) return this.formats.dates.format(part.date);
        if ('time' in part) return this.formats.times.format(part.time);
        const parts = part.list.map((each) => this.text(each));
        return part.by === undefined ? this.formats.lists.format(parts) : parts.filter(Boolean).join(part.by);
    }
}

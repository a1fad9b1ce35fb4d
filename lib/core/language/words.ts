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

/** Writes sentences in one language. */
export class Words {
    readonly language: string;
    private readonly sources: readonly { texts: Texts; rules: Intl.PluralRules }[];
    private readonly numbers: Intl.NumberFormat;
    private readonly dates: Intl.DateTimeFormat;
    private readonly times: Intl.DateTimeFormat;
    private readonly lists: Intl.ListFormat;

    /** @param otherwise the catalogues for keys that `texts` does not have */
    constructor(texts: Texts, otherwise: Texts) {
        const { language } = texts;
        this.language = language;
        this.sources = [texts, otherwise].map((each) => ({ texts: each, rules: new Intl.PluralRules(each.language) }));
        this.numbers = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 20 });
        this.dates = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
        this.times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
        this.lists = new Intl.ListFormat(language, { type: 'conjunction' });
    }

    /** The sentence of a key; a key that no catalogue has is returned as it is. */
    say(key: string, data?: SentenceData): string {
        return this.find(key, data) ?? key;
    }

    find(key: string, data: SentenceData = {}): string | undefined {
        const name = key.split('.', 1)[0]!;
        for (const { texts, rules } of this.sources) {
            const text = findText(texts.catalogue(name), key, data.count, rules);
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
        if (typeof part === 'number') return this.numbers.format(part);
        if (typeof part !== 'object') return String(part);
        if (isSentence(part)) return this.sentence(part);
        if ('seconds' in part) return this.duration(part.seconds);
        if ('date' in part) return this.dates.format(part.date);
        if ('time' in part) return this.times.format(part.time);
        const parts = part.list.map((each) => this.text(each));
        return part.by === undefined ? this.lists.format(parts) : parts.filter(Boolean).join(part.by);
    }
}

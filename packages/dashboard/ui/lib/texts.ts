import { shallowRef, type ShallowRef } from 'vue';
import { fillIn, findText, type Catalogue } from '../../../../lib/core/language/catalogue';

/** What a text may be filled with. `count` chooses the form (`key_one`, `key_other`). */
export type TextData = Readonly<Record<string, string | number>> & { count?: number };

/** The texts of the pages in one language: those of the browser, of the languages that there are. */
export class Texts {
    private readonly rules: Intl.PluralRules;
    private readonly numbers: Intl.NumberFormat;
    /** What comes later is shown as soon as it is there. */
    private readonly catalogues: ShallowRef<readonly Catalogue[]>;
    private isAsked = false;

    /**
     * @param language for numbers and forms, e.g. `de-AT`
     * @param catalogues first the language's own, then that which has every text
     * @param rare loads names that few installations need
     */
    constructor(
        readonly language: string,
        catalogues: readonly Catalogue[],
        private readonly rare?: () => Promise<readonly Catalogue[]>,
    ) {
        this.catalogues = shallowRef(catalogues);
        this.rules = new Intl.PluralRules(language);
        this.numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
    }

    /** More texts, which come with a page; as in the constructor. */
    add(catalogues: readonly Catalogue[]): void {
        this.catalogues.value = [...this.catalogues.value, ...catalogues];
    }

    /** A name was not found: it may be one of those that few need. */
    loadRare(): void {
        if (this.isAsked) return;
        this.isAsked = true;
        this.rare?.().then(
            (found) => this.add(found),
            () => (this.isAsked = false),
        );
    }

    /** The text of a key, e.g. `bar.next`; a key that no catalogue has is returned as it is. */
    say(key: string, data: TextData = {}): string {
        return this.find(key, data) ?? key;
    }

    /** As `say`; undefined if no catalogue has the key. */
    find(key: string, data: TextData = {}): string | undefined {
        for (const catalogue of this.catalogues.value) {
            const text = findText(catalogue, key, data.count, (count) => this.rules.select(count));
            if (text !== undefined) return fillIn(text, (name) => this.write(data[name]));
        }
        return undefined;
    }

    private write(value: string | number | undefined): string {
        return typeof value === 'number' ? this.numbers.format(value) : (value ?? '');
    }
}

/**
 * The language to speak and the locale to write numbers and dates in.
 * @param wanted the languages of the browser, the most wanted first
 * @param known languages with a catalogue
 */
export function chooseLanguage(
    wanted: readonly string[],
    known: readonly string[],
): { language: string; locale: string } {
    for (const locale of wanted) {
        const language = locale.split('-', 1)[0]!.toLowerCase();
        if (known.includes(language)) return { language, locale };
    }
    return { language: known[0]!, locale: known[0]! };
}

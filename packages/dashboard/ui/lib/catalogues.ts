import words from 'ridethrough:words';
import type { Catalogue } from '../../../../lib/core/language/catalogue';
import { chooseLanguage, Texts } from './texts';

const files = import.meta.glob<Catalogue>('../texts/*/*.json', { eager: true, import: 'default' });

/** The first is spoken to everybody whose language has no catalogue. */
const LANGUAGES = ['en', 'de'];

function catalogueOf(language: string): Catalogue {
    const parts = Object.entries(files).filter(([path]) => path.startsWith(`../texts/${language}/`));
    return Object.assign({}, words[language], ...parts.map(([, catalogue]) => catalogue)) as Catalogue;
}

/** The texts for the languages of a browser, and the locale for its numbers and dates. */
export function textsFor(wanted: readonly string[]): { texts: Texts; locale: string } {
    const { language, locale } = chooseLanguage(wanted, LANGUAGES);
    const catalogues = [...new Set([language, LANGUAGES[0]!])].map(catalogueOf);
    return { texts: new Texts(locale, catalogues), locale };
}

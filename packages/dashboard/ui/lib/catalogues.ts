import english from 'ridethrough:catalogue/en';
import type { Catalogue } from '../../../../lib/core/language/catalogue';
import { chooseLanguage, Texts } from './texts';

type Loaders = Readonly<Record<string, () => Promise<{ default: Catalogue }>>>;
/** Each is a script of its own, so that nobody waits for the languages of others. */
const OTHERS: Loaders = {
    de: () => import('ridethrough:catalogue/de'),
};
/** Names of the events of batteries: there are many, and few have such a battery. */
const RARE: Loaders = {
    en: () => import('ridethrough:catalogue/names_en'),
    de: () => import('ridethrough:catalogue/names_de'),
};

/** English is spoken to everybody whose language has no catalogue, or whose catalogue does not come. */
async function load(wanted: readonly string[]): Promise<{ texts: Texts; locale: string }> {
    const { language, locale } = chooseLanguage(wanted, ['en', ...Object.keys(OTHERS)]);
    const rare = () => loadFrom(RARE);
    try {
        const own = await OTHERS[language]?.();
        return { texts: new Texts(locale, own ? [own.default, english] : [english], rare), locale };
    } catch (error) {
        console.error(error);
        return { texts: new Texts('en', [english], rare), locale };
    }
}

/** The texts for the languages of this browser, and the locale for its numbers and dates. */
export const { texts, locale } = await load(navigator.languages);

/** The texts of a page that is loaded later. */
export async function addTexts(loaders: Loaders): Promise<void> {
    texts.add(await loadFrom(loaders));
}

/** First those of the language of the browser, then English. */
async function loadFrom(loaders: Loaders): Promise<Catalogue[]> {
    const { language } = chooseLanguage(navigator.languages, ['en', ...Object.keys(OTHERS)]);
    const names = language === 'en' ? ['en'] : [language, 'en'];
    return Promise.all(names.map(async (name) => (await loaders[name]!()).default));
}

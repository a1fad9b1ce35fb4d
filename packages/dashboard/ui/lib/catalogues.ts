import english from 'ridethrough:catalogue/en';
import type { Catalogue } from '../../../../lib/core/language/catalogue';
import { chooseLanguage, Texts } from './texts';

/** Each is a script of its own, so that nobody waits for the languages of others. */
const OTHERS: Readonly<Record<string, () => Promise<{ default: Catalogue }>>> = {
    de: () => import('ridethrough:catalogue/de'),
};

/** English is spoken to everybody whose language has no catalogue, or whose catalogue does not come. */
async function load(wanted: readonly string[]): Promise<{ texts: Texts; locale: string }> {
    const { language, locale } = chooseLanguage(wanted, ['en', ...Object.keys(OTHERS)]);
    try {
        const own = await OTHERS[language]?.();
        return { texts: new Texts(locale, own ? [own.default, english] : [english]), locale };
    } catch (error) {
        console.error(error);
        return { texts: new Texts('en', [english]), locale };
    }
}

/** The texts for the languages of this browser, and the locale for its numbers and dates. */
export const { texts, locale } = await load(navigator.languages);

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Catalogue } from '../../../lib/core/language/catalogue';
import { Words, type Texts } from '../../../lib/core/language/words';

/** This language has every text. */
const FALLBACK = 'en-US';
/** The key for the name of the catalogue in the language of Node-RED. */
const LANGUAGE_KEY = '@ridethrough/node-red-ups/ups-unit:ups-unit.language';

const loaded = new Map<string, Words>();
let folders: readonly string[] | undefined;
/** By the function that translates for a runtime: to ask it takes longer than many texts. */
const spoken = new WeakMap<NodeAPI['_'], Words>();

/** The languages of this package: the folders of `locales`, sorted. */
export function languages(): string[] {
    const found = localeFolders().flatMap((folder) => readdirSync(folder, { withFileTypes: true }));
    return [...new Set(found.filter((entry) => entry.isDirectory()).map(({ name }) => name))].sort();
}

/** @param language one of `languages()`; any other value means English */
export function wordsIn(language: string): Words {
    const known = loaded.get(language);
    if (known) return known;
    const words = languages().includes(language)
        ? new Words(textsOf(language), textsOf(FALLBACK))
        : language === FALLBACK
          ? new Words(textsOf(FALLBACK), textsOf(FALLBACK))
          : wordsIn(FALLBACK);
    loaded.set(language, words);
    return words;
}

/** The texts in the language of Node-RED, if there are catalogues for it. */
export function processWords({ _: translate }: Pick<NodeAPI, '_'>): Words {
    const known = spoken.get(translate);
    if (known) return known;
    const language = (translate as (key: string) => unknown)(LANGUAGE_KEY);
    if (typeof language !== 'string') return wordsIn(FALLBACK);
    const words = wordsIn(language);
    // Until its catalogue is loaded, the answer is the key.
    if (words.language === language) spoken.set(translate, words);
    return words;
}

/** The texts in the language of a site, for its log, its mails and its reports; without a site, in the language of the process. */
export function wordsOf(RED: Pick<NodeAPI, '_'>, site: { readonly words?: Words } | undefined): Words {
    return site?.words ?? processWords(RED);
}

function textsOf(language: string): Texts {
    const catalogues = new Map<string, Catalogue | undefined>();
    const catalogue = (name: string) => {
        if (!catalogues.has(name)) catalogues.set(name, readCatalogue(language, name));
        return catalogues.get(name);
    };
    return { language, catalogue };
}

function readCatalogue(language: string, name: string): Catalogue | undefined {
    const file = localeFolders()
        .map((folder) => join(folder, language, `${name}.json`))
        .find((path) => existsSync(path));
    if (file === undefined) return undefined;
    const read = JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
    // The texts of the editor's plugin have no key around them.
    return name in read ? read : { [name]: read };
}

/**
 * The folders with catalogues: in the sources one for all nodes, in the build one beside the nodes of each family, where Node-RED looks for
 * them.
 */
function localeFolders(): readonly string[] {
    folders ??= findFolders();
    return folders;
}

function findFolders(): string[] {
    let nodes = __dirname;
    while (basename(nodes) !== 'nodes' && dirname(nodes) !== nodes) nodes = dirname(nodes);
    const families = existsSync(nodes) ? readdirSync(nodes).map((family) => join(nodes, family, 'locales')) : [];
    return [join(nodes, '..', 'locales'), ...families].filter((folder) => existsSync(folder));
}

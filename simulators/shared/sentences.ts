import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentenceOf, UpsError } from '../../lib/core/errors';
import type { Catalogue } from '../../lib/core/language/catalogue';
import { Words } from '../../lib/core/language/words';

/** The catalogues in the sources, and where the build lays them. */
const FOLDERS = [join('..', '..', 'locales'), join('..', '..', 'nodes', 'config', 'locales')];
const ENGLISH = 'en-US';

/** A failure of a command line program, as a person reads it: an option by its name on the command line. */
export function failureSentence(error: unknown): string {
    if (!(error instanceof UpsError)) return error instanceof Error ? error.message : String(error);
    const { code, data } = error;
    const words = english();
    const option = typeof data.property === 'string' ? `--${kebab(data.property)}` : '';
    const [value, expected, min, max] = [data.value, data.expected, data.min, data.max].map((part) => words.text(part));
    if (code === 'port-forbidden')
        return `Port ${words.text(data.port)} needs special rights. Choose a port above 1023.`;
    if (code === 'config-missing') return `${option} is missing.`;
    if (code === 'out-of-range') return `${option} is ${value}; it takes a value from ${min} to ${max}.`;
    if (code !== 'config-invalid') return words.sentence(sentenceOf(code, data));
    return data.value === undefined ? `${option} takes ${expected}.` : `${option} is "${value}"; it takes ${expected}.`;
}

/** `authKey` of a setting is `auth-key` on the command line. */
function kebab(property: string): string {
    return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function english(): Words {
    const texts = { language: ENGLISH, catalogue };
    return new Words(texts, texts);
}

function catalogue(name: string): Catalogue | undefined {
    const file = FOLDERS.map((folder) => join(__dirname, folder, ENGLISH, `${name}.json`)).find(existsSync);
    return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Catalogue);
}

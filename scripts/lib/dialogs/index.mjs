/** What the build makes of a node's declaration: its dialog, its help in every language, its schema; its icon, where it has none of its own. */
import { createRequire } from 'node:module';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readHelp } from '../help.mjs';
import { root } from '../run.mjs';
import { definitionScript } from './definition.mjs';
import { helpHtml } from './help.mjs';
import { templateHtml } from './template.mjs';

const require = createRequire(import.meta.url);

/** Whether the node `type` of `family` declares itself. */
export function isDeclared(family, type) {
    return existsSync(join(root, 'nodes', family, `${type}.settings.ts`));
}

/** `{target: content}` of the declared node `type`. `require`s what the compiler has made: run it in a process of its own. */
export function generated(family, type) {
    const target = join('dist', 'nodes', family);
    const { settings } = require(join(root, target, `${type}.settings.js`));
    const { jsonSchema } = require(join(root, 'dist', 'lib', 'core', 'settings', 'index.js'));
    const english = words('en-US', type);
    const files = {
        [join(target, `${type}.html`)]: `${templateHtml(settings, english)}\n${definitionScript(settings)}\n`,
        [join('dist', 'schemas', `${type}.json`)]: `${JSON.stringify(jsonSchema(settings), null, 4)}\n`,
    };
    const icon = join(root, 'icons', `${type}.svg`);
    if (!existsSync(icon)) {
        files[join(target, 'icons', `${type}.svg`)] = readFileSync(
            join(root, 'icons', 'families', `${family}.svg`),
            'utf8',
        );
    }
    for (const language of languages()) {
        const written = join('locales', language, `${type}.html`);
        const page = existsSync(join(root, written)) ? readHelp(written) : undefined;
        const own = words(language, type);
        const html = helpHtml(settings, page, own, own.shared, english);
        files[join(target, 'locales', language, `${type}.html`)] = html;
    }
    return files;
}

export function languages() {
    return readdirSync(join(root, 'locales'), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
}

/** The catalogue of `type`, with that of the editor as `shared`. */
function words(language, type) {
    const read = (name) =>
        JSON.parse(readFileSync(join(root, 'locales', language, `${name}.json`), 'utf8'))[name] ?? {};
    return { ...read(type), shared: sharedWords(language) };
}

function sharedWords(language) {
    const all = JSON.parse(readFileSync(join(root, 'locales', language, 'ridethrough-editor.json'), 'utf8'));
    return all['ridethrough-editor'] ?? all;
}

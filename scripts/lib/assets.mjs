import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { generated, isDeclared } from './dialogs/index.mjs';
import { root } from './run.mjs';

const SHIPPED = 'shipped-';
/** Bundled (editor-bundle.mjs), not copied. */
const EDITOR_HTML = join('dist', 'nodes', 'editor', 'ridethrough-editor.html');

/**
 * Lays templates, icons and locales where Node-RED looks for them, which is beside the built .js of each node, and
 * the shipped flows where the import menu looks for them, which is examples/. Returns what is wrong, as sentences.
 */
export function copyAssets() {
    const { 'node-red': entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // The door has no page in the editor: no html, no words of its own.
    const plugins = Object.entries(entries.plugins).filter(([name]) => name !== 'ridethrough');
    const sets = [...Object.entries(entries.nodes), ...plugins];
    const families = new Map();
    for (const [type, file] of sets) {
        const family = basename(dirname(file));
        families.set(family, [...(families.get(family) ?? []), type]);
    }
    const problems = [];
    const wanted = new Map([[EDITOR_HTML, undefined]]);
    for (const [family, types] of families) collectFamily(family, types, wanted, problems);
    for (const flow of filesIn('flows', '.json')) wanted.set(join('examples', SHIPPED + basename(flow)), flow);
    for (const [target, source] of wanted) if (source) copyIfChanged(source, target);
    const made = generateAll(Object.keys(entries.nodes).map((type) => [basename(dirname(entries.nodes[type])), type]));
    for (const [target, content] of made) writeIfChanged(Buffer.from(content), target);
    removeUnwanted(new Map([...wanted, ...made]));
    return problems;
}

function collectFamily(family, types, wanted, problems) {
    const folder = join('nodes', family);
    const target = join('dist', 'nodes', family);
    for (const html of filesIn(folder, '.html')) wanted.set(join(target, basename(html)), html);
    // Every icon in every family: a node may use any of them, and a missing one fails silently.
    for (const icon of filesIn('icons', '.svg')) wanted.set(join(target, 'icons', basename(icon)), icon);
    for (const type of types) {
        const script = existsSync(join(root, folder, `${type}.ts`));
        const template = existsSync(join(root, folder, `${type}.html`));
        if (!template && family !== 'editor' && !isDeclared(family, type)) {
            problems.push(`${type} has no ${folder}/${type}.settings.ts`);
        }
        if (!script) problems.push(`${type} has no ${folder}/${type}.ts`);
    }
    for (const language of foldersIn('locales')) {
        for (const type of types) {
            for (const extension of ['.json', '.html']) {
                const source = join('locales', language, type + extension);
                const made = extension === '.html' && isDeclared(family, type);
                if (existsSync(join(root, source)) && !made) {
                    wanted.set(join(target, 'locales', language, type + extension), source);
                } else if (family !== 'editor' && !made) {
                    problems.push(`${type} has no ${source}`);
                }
            }
        }
    }
}

/** What the declarations of nodes make. */
function generateAll(types) {
    const declared = types.filter(([family, type]) => isDeclared(family, type));
    return new Map(declared.flatMap(([family, type]) => Object.entries(generated(family, type))));
}

function copyIfChanged(source, target) {
    const isCatalogue = /^locales[\\/].*\.json$/.test(source);
    writeIfChanged(isCatalogue ? catalogueWithoutHelp(source) : readFileSync(join(root, source)), target);
}

/** What a catalogue says for the help pages is in them by now; the editor, which loads all catalogues, has no use for it. */
function catalogueWithoutHelp(source) {
    const texts = JSON.parse(readFileSync(join(root, source), 'utf8'));
    delete (texts[basename(source, '.json')] ?? texts).help;
    return Buffer.from(`${JSON.stringify(texts, null, 4)}\n`);
}

function writeIfChanged(content, target) {
    const path = join(root, target);
    if (existsSync(path) && readFileSync(path).equals(content)) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
}

/** What an earlier build copied and this one would not. */
function removeUnwanted(wanted) {
    const copied = /\.html$|[\\/](icons|locales)[\\/]/;
    const old = [
        ...filesBelow(join('dist', 'nodes')).filter((file) => copied.test(file)),
        ...filesIn('examples', '.json').filter((file) => basename(file).startsWith(SHIPPED)),
    ];
    for (const file of old) if (!wanted.has(file)) rmSync(join(root, file));
}

function filesIn(folder, extension) {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
        .filter((file) => extname(file) === extension)
        .map((file) => join(folder, file));
}

function foldersIn(folder) {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
}

function filesBelow(folder) {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

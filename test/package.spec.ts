import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';

const PROJECT = resolve(__dirname, '..');
const LANGUAGES = ['en-US', 'de'];

interface PackageJson {
    dependencies: Record<string, string>;
    files: string[];
    keywords: string[];
    'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
    scripts: Record<string, string>;
}

const { 'node-red': entries, scripts, dependencies, files, keywords } = JSON.parse(read('package.json')) as PackageJson;
const types = Object.keys(entries.nodes);

describe('package.json', () => {
    it('names every node that there is', () => {
        const families = readdirSync(join(PROJECT, 'nodes'), { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && !['shared', 'editor'].includes(entry.name))
            .map(({ name }) => name);
        const found = families
            .flatMap((family) => readdirSync(join(PROJECT, 'nodes', family)))
            .filter((file) => /^ups-[\w-]+\.ts$/.test(file))
            .map((file) => basename(file, '.ts'));
        deepStrictEqual(found.sort(), [...types].sort());
    });

    it('brings every package that the shipped code imports, and no other', () => {
        const withheld = files.filter((path) => path.startsWith('!')).map((path) => path.slice('!dist/'.length));
        const imported = new Set(
            ['lib', 'nodes', 'simulators']
                .flatMap((folder) => scriptsBelow(folder))
                .filter((path) => !withheld.some((prefix) => path.startsWith(`${prefix}/`)))
                .flatMap((path) => importedPackages(read(path))),
        );
        // Made by the bundler.
        imported.delete('ridethrough:declarations');
        deepStrictEqual([...imported].sort(), Object.keys(dependencies).sort());
    });

    it('runs nothing on the machine of somebody who installs the package', () => {
        // Nothing but what was built from these sources is released.
        strictEqual(scripts.prepack, 'node scripts/dev.mjs build');
        for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) strictEqual(scripts[name], undefined);
    });

    it('is found under the words that people look for', () => {
        for (const word of ['ups', 'usv', 'snmp', 'nut', 'modbus', 'rccmd', 'cs141', 'shutdown', 'wake-on-lan']) {
            ok(keywords.includes(word), word);
        }
        strictEqual(new Set(keywords).size, keywords.length, 'each once');
    });

    it('has a lockfile without registry hosts', () => {
        const lock = JSON.parse(read('package-lock.json')) as {
            packages: Record<string, { resolved?: string; link?: true }>;
        };
        deepStrictEqual(
            // A link leads to a package of this project.
            Object.entries(lock.packages).filter(([, { resolved, link }]) => resolved !== undefined && !link),
            [],
        );
    });
});

describe('SECURITY.md', () => {
    const named = [...read('SECURITY.md').matchAll(/`((?:packages\/[\w-]+\/)?test\/[^`]+)`: "([^"]+)"/g)];

    it('has a test for each attack', () => {
        const rows = read('SECURITY.md').match(/^\| \d+ .*$/gm) ?? [];
        ok(rows.length >= 18, `${rows.length} attacks`);
        for (const row of rows) match(row, /`(?:packages\/[\w-]+\/)?test\/[^`]+`: "[^"]+"/);
    });

    for (const [, file, title] of named) {
        it(`names a test that there is: ${title}`, () => ok(read(file!).includes(title!), `not in ${file}`));
    }
});

for (const type of types) {
    describe(`the files of ${type}`, () => {
        const source = sourceOf(entries.nodes[type] ?? '');
        const html = () => read(`dist/${source}.html`);

        it('have its name', () => {
            strictEqual(basename(source), type);
            match(read(`${source}.settings.ts`), new RegExp(`type: '${type}',`));
            match(html(), new RegExp(`data-template-name="${type}"`));
        });

        it('register it literally, with an icon that exists', () => {
            // The registry's scanner and the palette see only what stands there in so many words.
            strictEqual(html().match(new RegExp(`RED\\.nodes\\.registerType\\('${type}', \\{`, 'g'))?.length, 1);
            doesNotMatch(html(), /registerType\([^)]*\.\.\./);
            const icon = /\bicon:\s*'([^']+)'/.exec(html())?.[1] ?? '';
            ok(
                icon.startsWith('font-awesome/') || existsSync(join(PROJECT, 'dist', dirname(source), 'icons', icon)),
                `no icon "${icon}"`,
            );
        });

        it('include an example of its own', () => {
            const flow = JSON.parse(read(`examples/${type}.json`)) as { type: string }[];
            ok(
                flow.some((node) => node.type === type),
                `examples/${type}.json has no ${type}`,
            );
        });

        for (const language of LANGUAGES) {
            it(`have texts and help in ${language}`, () => {
                const texts = JSON.parse(read(`locales/${language}/${type}.json`)) as Record<string, unknown>;
                // Beside its own texts only the name of its palette category, which Node-RED looks for in just this place.
                deepStrictEqual(
                    Object.keys(texts).filter((key) => key !== 'palette'),
                    [type],
                );
                const help = read(`dist/${dirname(source)}/locales/${language}/${type}.html`);
                match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">`));
                strictEqual(help.match(/<script/g)?.length, 1);
            });
        }
    });
}

describe('the locales', () => {
    const catalogues = readdirSync(join(PROJECT, 'locales', 'en-US')).filter((file) => file.endsWith('.json'));
    for (const file of catalogues) {
        it(`have every key of ${file} in every language, with its placeholders`, () => {
            const wanted = leaves(JSON.parse(read(`locales/en-US/${file}`)));
            for (const language of LANGUAGES) {
                const found = leaves(JSON.parse(read(`locales/${language}/${file}`)));
                deepStrictEqual([...found.keys()].sort(), [...wanted.keys()].sort(), language);
                for (const [key, text] of wanted) {
                    deepStrictEqual(placeholders(found.get(key)), placeholders(text), `${language} ${key}`);
                }
            }
        });
    }

    it('have no markup where a dialog shows plain text', () => {
        const marked = LANGUAGES.flatMap((language) =>
            catalogues.flatMap((file) =>
                [...leaves(JSON.parse(read(`locales/${language}/${file}`)))]
                    .filter(([key]) => /^ups-[\w-]+\.(label|tip|check|unit|option|placeholder)\./.test(key))
                    .filter(([, text]) => /<[a-z]/i.test(text))
                    .map(([key]) => `${language} ${key}`),
            ),
        );
        deepStrictEqual(marked, []);
    });

    it('have every key that a dialog asks for', () => {
        for (const file of Object.values(entries.nodes)) {
            const html = read(`dist/${sourceOf(file)}.html`);
            const keys = [
                ...html.matchAll(/data-i18n="(?:\[[a-z]+\])?(?:@ridethrough\/node-red-ups\/([a-z-]+):)?([\w.-]+)"/g),
            ];
            for (const [, foreign, key = ''] of keys) {
                const catalogue = foreign ?? basename(sourceOf(file));
                const known = leaves(JSON.parse(read(`locales/en-US/${catalogue}.json`)));
                ok(known.has(key), `${sourceOf(file)}.html asks for ${key} of ${catalogue}`);
            }
        }
    });
});

function read(path: string): string {
    return readFileSync(join(PROJECT, path), 'utf8');
}

function scriptsBelow(folder: string): string[] {
    return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => join(folder, path).replaceAll(sep, '/'));
}

/** Names of the npm packages that a script needs when it runs; types are gone by then. */
function importedPackages(script: string): string[] {
    const imports = script.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from '([^.'][^']*)'/gm);
    const required = script.matchAll(/\brequire\('([^.'][^']*)'\)/g);
    return [...imports, ...required]
        .map(([, specifier = '']) => specifier)
        .filter((specifier) => !isBuiltin(specifier))
        .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}

/** `nodes/jobs/ups-log` of `dist/nodes/jobs/ups-log.js`. */
function sourceOf(built: string): string {
    return join(dirname(built), basename(built).replace(/\.(js|html)$/, '')).replace(/^dist[\\/]/, '');
}

/** All texts of a catalogue by their dotted key, without the example of the help, which is a message. */
function leaves(value: unknown, prefix = ''): Map<string, string> {
    if (prefix.endsWith('help.example') && typeof value === 'object') return new Map();
    if (typeof value === 'string') return new Map([[prefix, value]]);
    return new Map(
        Object.entries(value as object).flatMap(([key, inner]) => [
            ...leaves(inner, prefix ? `${prefix}.${key}` : key),
        ]),
    );
}

function placeholders(text: string | undefined): string[] {
    return (text?.match(/__\w+__|\{\{[^}]+\}\}/g) ?? []).sort();
}

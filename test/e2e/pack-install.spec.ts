import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Library from '../../lib/index';
import { NodeRedProcess } from './support/node-red-process';
import { installedMain, type Tarball } from './support/packed';
import manifest from '../../package.json';

const MODULE = '@ridethrough/node-red-ups';
/** What package.json promises. */
const TYPES = Object.keys(manifest['node-red'].nodes).sort();
const LANGUAGES = ['en-US', 'de'];

interface NodeSet {
    id: string;
    name: string;
    module: string;
    types: string[];
    enabled: boolean;
    err?: string;
}
type Catalogue = Record<string, unknown>;

describe('the packed package', function () {
    this.timeout(900_000);
    let userDir: string;
    let installed: string;
    let tarball: Tarball;

    before(async () => {
        ({ tarball, userDir, installed } = await installedMain());
    });

    after(() => NodeRedProcess.killAll());

    it('holds what runs and what explains it, and nothing else', () => {
        const unwanted = tarball.contents.filter(
            (path) =>
                /(^|\/)(test|bench|scripts|node_modules)\//.test(path) ||
                /(?<!\.d)\.ts$|\.map$|\.tsbuildinfo$/.test(path),
        );
        deepStrictEqual(unwanted, []);
        for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'dist/lib/index.js']) {
            ok(tarball.contents.includes(path), `${path} is missing`);
        }
        ok(tarball.bytes < 2_900_000, `${tarball.bytes} bytes`);
    });

    it('brings the staggered shutdown for the import menu', () => {
        ok(tarball.contents.includes('examples/shipped-staggered-shutdown.json'), tarball.contents.join('\n'));
    });

    it('can be required without Node-RED', () => {
        const { UPS_EVENTS, SystemClock } = require(installed) as typeof Library;
        strictEqual(UPS_EVENTS['power-fail'], 'alarm');
        ok(Math.abs(new SystemClock().now() - Date.now()) < 1000);
    });

    for (const version of ['5', '4'] as const) {
        describe(`in a fresh user directory of Node-RED ${version}`, () => {
            let nodeRed: NodeRedProcess;
            let sets: NodeSet[];

            before(async () => {
                nodeRed = await NodeRedProcess.start({ version, userDir, flows: [], package: 'userDir' });
                const all = (await nodeRed.get('nodes')) as NodeSet[];
                sets = all.filter(({ module }) => module === MODULE);
            });

            after(async () => {
                await nodeRed.stop();
            });

            it('is the Node-RED that it says', () => {
                match(nodeRed.output(), new RegExp(`Node-RED version: v${version}\\.`));
            });

            it('loads every node without an error, each under one name', () => {
                deepStrictEqual(
                    sets.map(({ name, types, enabled, err }) => ({ name, types, enabled, err })).sort(byName),
                    TYPES.map((name) => ({ name, types: [name], enabled: true, err: undefined })),
                );
            });

            it('has for every node an icon of its own, served as it was packed', async () => {
                const icons = (await nodeRed.get('icons')) as Record<string, string[]>;
                for (const type of TYPES) {
                    const html = readFileSync(fileBeside(installed, type, '.html'), 'utf8');
                    const icon = /\bicon:\s*['"]([^'"]+)['"]/.exec(html)?.[1];
                    ok(icon, `${type} names no icon`);
                    if (icon.startsWith('font-awesome/')) continue;
                    ok(icons[MODULE]?.includes(icon), `${type}: ${icon} is not among ${icons[MODULE]?.join(', ')}`);
                    const file = join(dirname(fileBeside(installed, type, '.html')), 'icons', icon);
                    strictEqual(await textOf(nodeRed, `icons/${MODULE}/${icon}`), readFileSync(file, 'utf8'));
                }
            });

            for (const language of LANGUAGES) {
                it(`serves the help of every node in ${language}`, async () => {
                    const page = await textOf(nodeRed, 'nodes', language);
                    for (const type of TYPES) {
                        const help = readFileSync(localeFile(installed, type, language, '.html'), 'utf8').trim();
                        ok(page.includes(help), `${type} has no help in ${language}`);
                    }
                });

                it(`serves the texts of every node in ${language}`, async () => {
                    const catalogues = (await nodeRed.get(`nodes/messages?lng=${language}`)) as Record<
                        string,
                        Catalogue
                    >;
                    for (const type of TYPES) {
                        const expected = JSON.parse(
                            readFileSync(localeFile(installed, type, language, '.json'), 'utf8'),
                        ) as Catalogue;
                        deepStrictEqual(catalogues[`${MODULE}/${type}`]?.[type], expected[type], type);
                    }
                });
            }

            it('has the editor plugins, in both languages', async () => {
                const plugins = (await nodeRed.get('plugins')) as (NodeSet & { plugins: object[] })[];
                const ours = plugins.filter(({ module }) => module === MODULE);
                const { 'node-red': entries } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
                    'node-red': { plugins: Record<string, string> };
                };
                deepStrictEqual(
                    ours.map(({ name, err }) => ({ name, err })).sort(byName),
                    Object.keys(entries.plugins)
                        .sort()
                        .map((name) => ({ name, err: undefined })),
                );
                ok(ours.some(({ name }) => name === 'ridethrough-editor'));
                const page = await textOf(nodeRed, 'plugins');
                match(page, /Ridethrough/);
                const texts = await Promise.all(
                    LANGUAGES.map(async (language) => {
                        const all = (await nodeRed.get(`plugins/messages?lng=${language}`)) as Record<
                            string,
                            Catalogue
                        >;
                        return JSON.stringify(all[`${MODULE}/ridethrough-editor`]);
                    }),
                );
                ok(texts[0] && texts[0] !== '{}', 'the editor plugin has no texts');
                notStrictEqual(texts[0], texts[1]);
            });

            it('offers its examples in the import menu, made only of nodes that exist', async () => {
                const listed = (await nodeRed.get(`library/examples/flows/${MODULE}`)) as { fn: string }[];
                const names = listed.map(({ fn }) => fn);
                ok(names.includes('shipped-staggered-shutdown'), `only ${names.join(', ')}`);
                const all = (await nodeRed.get('nodes')) as NodeSet[];
                const known = new Set([...all.flatMap(({ types }) => types), 'tab', 'group', 'junction', 'subflow']);
                for (const name of names) {
                    const flow = (await nodeRed.get(`library/examples/flows/${MODULE}/${name}`)) as {
                        type: string;
                    }[];
                    deepStrictEqual(
                        flow.map(({ type }) => type).filter((type) => !known.has(type)),
                        [],
                        name,
                    );
                }
            });

            it('complains of nothing', () => {
                const complaints = nodeRed.output().match(/^.*\[(warn|error)\].*(ups-|ridethrough).*$/gim) ?? [];
                deepStrictEqual(complaints, []);
            });
        });
    }
});

function byName(a: { name: string }, b: { name: string }): number {
    return a.name < b.name ? -1 : 1;
}

/** File of a node's set beside its script, found through the installed package.json. */
function fileBeside(installed: string, type: string, extension: string): string {
    const { 'node-red': entries } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
        'node-red': { nodes: Record<string, string> };
    };
    const script = entries.nodes[type];
    if (!script) throw new Error(`${type} has no entry in package.json`);
    return join(installed, script.replace(/\.js$/, extension));
}

function localeFile(installed: string, type: string, language: string, extension: string): string {
    return join(dirname(fileBeside(installed, type, '.js')), 'locales', language, type + extension);
}

async function textOf(nodeRed: NodeRedProcess, path: string, language = 'en-US'): Promise<string> {
    const answer = await nodeRed.get(path, { Accept: 'text/html', 'Accept-Language': language });
    if (typeof answer !== 'string') throw new Error(`/${path} answered with JSON`);
    return answer;
}

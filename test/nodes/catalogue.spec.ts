import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UPS_EVENTS } from '../../lib/core/events/ids';
import { WILDCARDS } from '../../lib/core/templates/wildcards';
import { COMPARISONS } from '../../lib/core/thresholds/config';
import { THRESHOLD_VALUES } from '../../lib/core/thresholds/values';
import { TIMING_MODES } from '../../lib/core/timing/episode-timing';
import { RCCMD_ACTIONS } from '../../lib/protocols/rccmd/verbs';
import { eventIds } from '../../nodes/editor/event-list';
import { wildcardGroups } from '../../nodes/editor/wildcard-menu';
import {
    LANGUAGES,
    PLUGIN,
    assertText,
    catalogue,
    familyOf,
    htmlOf,
    isDeclared,
    leaves,
    manifest,
    nodes,
    read,
    root,
} from './editor/contract';
import { editorHtml, editorScript } from './editor/bundle';
import { readDefinition, type Definition } from './editor/definition';

/** Internal properties of a node in Node-RED's editor (5.0, nodes.js). */
const OF_THE_EDITOR =
    /^(changed|dirty|id|inputLabels|moved|outputLabels|selected|type|users|valid|validationErrors|wires|[a-z]|_|_config|_def|_orig)$/;

describe('catalogue of nodes', () => {
    for (const [type, file] of nodes) {
        describe(type, () => {
            const html = read(htmlOf(type));
            let definition: Definition;
            before(() => {
                definition = readDefinition(html);
            });

            it('has one name everywhere', () => {
                assert.equal(basename(file, '.js'), type);
                const templates = [...html.matchAll(/data-template-name="([^"]+)"/g)].map(([, name]) => name);
                assert.deepEqual(templates, [type]);
                assert.equal(html.split('RED.nodes.registerType(').length, 2, 'exactly one registerType');
                assert.match(html, new RegExp(`RED\\.nodes\\.registerType\\('${type}', \\{`));
                assert.equal(definition.type, type);
                for (const language of LANGUAGES) {
                    assert.equal(Object.keys(catalogue(language, type))[0], type, `${language}/${type}.json`);
                    const others = Object.keys(catalogue(language, type)).filter((key) => key !== type);
                    assert.ok(
                        others.every((key) => key === 'palette'),
                        `${language}/${type}.json has ${others.join()}`,
                    );
                }
            });

            it("has no setting under a name that Node-RED's editor keeps for itself, and drops from flows", () => {
                const kept = Object.keys(definition.defaults).filter((name) => OF_THE_EDITOR.test(name));
                assert.deepEqual(kept, []);
            });

            it('has no unit that is an English word for every reader', () => {
                const words = [...html.matchAll(/<span class="ridethrough-unit">([a-z]{4,})<\/span>/g)];
                assert.deepEqual(
                    words.map(([, word]) => word),
                    [],
                );
            });

            it('has a palette name of the same form as all others, so that looking for "UPS" finds them all', () => {
                const forms: Record<string, RegExp> = { 'en-US': /^UPS( |$)/, de: /^USV(-|$)/ };
                for (const language of LANGUAGES) {
                    const name = leaves(catalogue(language, type)).get(`${type}.palette`) ?? '';
                    assert.match(name, forms[language]!, `${language}: ${name}`);
                }
            });

            it('has an icon and a category with a name', () => {
                const folder = familyOf(file);
                const icon = join(root, 'dist', 'nodes', folder, 'icons', definition.icon);
                assert.ok(existsSync(icon), definition.icon);
                if (folder === 'config') {
                    assert.equal(definition.category, 'config');
                    return;
                }
                assert.equal(definition.category, `UPS ${folder}`);
                for (const language of LANGUAGES) {
                    const label = leaves(catalogue(language, type)).get(`palette.label.UPS_${folder}`);
                    assert.ok(label, `${language} has no name for the category`);
                }
            });

            it('has help in every language, with its sections', () => {
                const sections: Record<string, string[]> = {
                    'en-US': ['Inputs', 'Outputs', 'Settings', 'When it fails', 'Details', 'References'],
                    de: ['Eingänge', 'Ausgänge', 'Einstellungen', 'Wenn etwas nicht geht', 'Details', 'Quellen'],
                };
                for (const language of LANGUAGES) {
                    const help = read('dist', 'nodes', familyOf(file), 'locales', language, `${type}.html`);
                    assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">\\s*<p>`));
                    const summary = /<p>([\s\S]*?)<\/p>/.exec(help)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
                    assert.ok(summary.length > 20 && summary.length < 160, `${language}: summary of ${summary.length}`);
                    const [inputs, outputs, settings, fails, details, references] = sections[language] ?? [];
                    const wanted = [
                        ...(definition.inputs ? [inputs] : []),
                        ...(definition.outputs ? [outputs] : []),
                        ...(isDeclared(type) ? [settings] : []),
                        details,
                        fails,
                        references,
                    ];
                    // Which have the latter two is in help.spec.ts.
                    const found = [...help.matchAll(/<h3>([^<]+)<\/h3>/g)]
                        .map(([, title]) => title!)
                        .filter((title) => !['Status', 'Example', 'Beispiel'].includes(title));
                    assert.deepEqual(found, wanted, language);
                }
            });

            it('finds every text that it asks for', () => {
                for (const [, list = ''] of html.matchAll(/data-i18n="([^"]+)"/g)) {
                    for (const reference of list.split(';')) {
                        assertText(reference.replace(/^\[[^\]]+\]/, '').trim(), type, htmlOf(type));
                    }
                }
                for (const [, key = ''] of html.matchAll(/this\._\(\s*'([^']+)'/g)) assertText(key, type, htmlOf(type));
                for (const [, key = ''] of html.matchAll(/RED\._\(\s*'([^']+)'/g)) assertText(key, type, htmlOf(type));
                for (const [, property = ''] of html.matchAll(/Ridethrough\.check\.\w+\('[^']+', '(\w+)'/g)) {
                    assertText(`${type}.label.${property}`, type, htmlOf(type));
                }
            });
        });
    }
});

describe('editor plugin', () => {
    const folder = join(root, 'nodes', 'editor');
    const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'));

    it('is the only one', () => {
        const withEditorHalf = Object.entries(manifest['node-red'].plugins).filter(([, file]) =>
            existsSync(join(root, file.replace(/\.js$/, '.html'))),
        );
        assert.deepEqual(
            withEditorHalf.map(([id]) => id),
            ['ridethrough-editor'],
        );
    });

    it('needs nothing of Node.js in the browser', () => {
        const bundle = editorHtml();
        assert.doesNotMatch(bundle, /\brequire\s*\(|\b__require\b|\bprocess\.|\bBuffer\b/);
        assert.doesNotThrow(() => editorScript());
    });

    it('finds every text that it asks for', () => {
        const asked = sources.flatMap((file) =>
            [...read('nodes', 'editor', file).matchAll(/(?<![\w.$])t\(\s*'([^']+)'/g)].map(([, key = '']) => key),
        );
        assert.ok(asked.length > 100);
        for (const key of asked) assertText(key, PLUGIN, 'editor plugin');
    });

    it('offers every event', () => {
        assert.deepEqual([...eventIds].sort(), Object.keys(UPS_EVENTS).sort());
    });

    it('offers every wildcard, and only those that a text can be filled with', () => {
        const offered = [...wildcardGroups()];
        assert.deepEqual(
            offered.flatMap(([, paths]) => paths),
            WILDCARDS.map(({ path }) => path),
            'in their order, so that groups stand together',
        );
        for (const [group, paths] of offered) {
            assertText(`wildcard.group.${group}`, PLUGIN, 'wildcard menu');
            for (const path of paths) assertText(`wildcard.name.${path.replace('.', '-')}`, PLUGIN, 'wildcard menu');
        }
    });
});

describe('choices in the dialogs', () => {
    const options = (type: string, property: string) => {
        const select = new RegExp(`<select[^>]*id="node-input-${property}"[\\s\\S]*?</select>`).exec(
            read(htmlOf(type)),
        )?.[0];
        return [...(select ?? '').matchAll(/<option\s+value="([^"]*)"/g)].map(([, value]) => value ?? '').sort();
    };

    it('are those of the library', () => {
        const values = [...THRESHOLD_VALUES.map(({ id }) => id), 'channel'];
        assert.deepEqual(options('ups-threshold', 'value'), values.sort());
        assert.deepEqual(options('ups-timing', 'mode'), [...TIMING_MODES].sort());
        assert.deepEqual(options('ups-rccmd', 'action'), [...RCCMD_ACTIONS].sort());
        for (const comparison of COMPARISONS) assertText(`level.comparison.${comparison}`, PLUGIN, 'threshold editor');
    });
});

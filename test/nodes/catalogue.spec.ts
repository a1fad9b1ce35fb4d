import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';
import type { UpsErrorCode } from '../../lib/core/errors';
import { UPS_EVENTS } from '../../lib/core/events/ids';
import { WILDCARDS } from '../../lib/core/templates/wildcards';
import { COMPARISONS } from '../../lib/core/thresholds/config';
import { THRESHOLD_VALUES } from '../../lib/core/thresholds/values';
import { TIMING_MODES } from '../../lib/core/timing/episode-timing';
import { RCCMD_ACTIONS } from '../../lib/protocols/rccmd/verbs';
import { readCatalogue, readDefinition, type Definition } from './editor/definition';

const root = join(__dirname, '..', '..');
const LANGUAGES = ['en-US', 'de'];
const PLUGIN = 'ridethrough-editor';
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const catalogue = (language: string, type: string) => readCatalogue(root, language, type);

const manifest = JSON.parse(read('package.json')) as {
    name: string;
    'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};
const nodes = Object.entries(manifest['node-red'].nodes);
const familyOf = (file: string) => file.split('/')[2] ?? '';
const htmlOf = (type: string) => join('nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.html`);
const pluginFiles = readdirSync(join(root, 'nodes', 'editor')).filter((file) => file.endsWith('.html'));

/** Properties that design.md and the runtime rely on, with the defaults that are fixed. */
const CONTRACT: Record<string, Record<string, unknown>> = {
    'ups-site': { name: '', location: '', contact: '', directory: '', dryRun: false, dataLogSeconds: 180 },
    'ups-unit': {
        name: '',
        site: '',
        ratedVA: '',
        loadVA: '',
        holdMinutes: '',
        rechargeMinutes: '',
        batteryInstalledOn: '',
        batteryMaxAgeMonths: 48,
        confirmSeconds: 0,
        staleSeconds: 30,
        onSilence: 'continue',
        shutdownSeconds: '',
        healthPercent: 10,
        testMaxMinutes: 30,
    },
    'ups-mail-account': { name: '', host: '', port: 587, security: 'starttls', from: '', tls: '' },
    'ups-snmp': {
        name: '',
        ups: '',
        interval: 1,
        host: '',
        port: 161,
        version: '2c',
        trapPort: '',
        timeout: 2,
        retries: 1,
    },
    'ups-simulator': {
        name: '',
        ups: '',
        interval: 1,
        holdMinutes: 60,
        loadVA: 1000,
        ratedVA: 1000,
        rechargeMinutes: 240,
        speed: 1,
        loads: [],
    },
    'ups-event': { name: '', ups: '', events: [] },
    'ups-status': { name: '', ups: '', send: 'readings' },
    'ups-timing': { name: '', mode: 'after', seconds: 300, repeat: 0, runtime: 'smaller' },
    'ups-threshold': { name: '', ups: '', value: 'battery.chargePercent', warning: undefined, alarm: undefined },
    'ups-log': { name: '', text: '{{event.text}}', level: 'info', edge: 'on', log: 'always', site: '' },
    'ups-email': {
        name: '',
        account: '',
        to: '',
        subject: undefined,
        text: undefined,
        html: false,
        attachEventLog: false,
        attachDataLog: false,
        minimumMinutes: 0,
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-rccmd': {
        name: '',
        action: 'shutdown',
        hosts: '',
        broadcast: false,
        port: 6003,
        transport: 'tcp',
        text: undefined,
        verb: '',
        timeout: 3,
        retries: 2,
        parallel: 32,
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-rccmd-receiver': {
        name: '',
        address: '0.0.0.0',
        port: 6003,
        transport: 'both',
        senders: '',
        members: '',
        quorum: '',
        actions: [],
        site: '',
    },
};
const CREDENTIALS: Record<string, string[]> = {
    'ups-mail-account': ['password', 'user'],
    'ups-snmp': ['authKey', 'authProtocol', 'community', 'privKey', 'privProtocol', 'user'],
};
const REFERENCES: Record<string, Record<string, string>> = {
    'ups-unit': { site: 'ups-site' },
    'ups-mail-account': { tls: 'tls-config' },
    'ups-snmp': { ups: 'ups-unit' },
    'ups-simulator': { ups: 'ups-unit' },
    'ups-event': { ups: 'ups-unit' },
    'ups-status': { ups: 'ups-unit' },
    'ups-threshold': { ups: 'ups-unit' },
    'ups-log': { site: 'ups-site' },
    'ups-email': { account: 'ups-mail-account', site: 'ups-site' },
    'ups-rccmd': { site: 'ups-site' },
    'ups-rccmd-receiver': { site: 'ups-site' },
};

const ERROR_CODES: Record<UpsErrorCode, string[]> = {
    'config-missing': ['property'],
    'config-invalid': ['property', 'value', 'expected'],
    'not-supported': ['device', 'command'],
    'device-silent': ['host'],
    'device-refused': ['host', 'reason'],
    'access-denied': ['host'],
    protocol: ['reason'],
    'out-of-range': ['property', 'value', 'min', 'max'],
    'no-device': ['ups'],
    'port-in-use': ['port', 'address'],
    'port-forbidden': ['port'],
    'store-in-use': ['file'],
    'store-damaged': ['file', 'keptAs'],
    'store-failed': ['file', 'reason'],
    'host-unreachable': ['host', 'reason'],
    'hosts-failed': ['failed', 'total', 'first'],
    'mail-refused': ['reason'],
    'mail-unreachable': ['host', 'reason'],
    'command-not-allowed': ['command'],
    'command-failed': ['command', 'reason'],
    interrupted: ['since'],
};

/** Every leaf of a catalogue by its dotted key. */
function leaves(value: unknown, prefix = ''): Map<string, string> {
    if (typeof value === 'string') return new Map([[prefix, value]]);
    const parts = Object.entries(value as Record<string, unknown>);
    return new Map(parts.flatMap(([key, part]) => [...leaves(part, prefix ? `${prefix}.${key}` : key)]));
}

const placeholders = (text: string) => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name ?? '').sort();
const english = (type: string) => leaves(catalogue('en-US', type));

/** The key of a text of `type`, wherever it is asked for: its own catalogue, or `<package>/<type>:key`. */
function assertText(reference: string, type: string, where: string): void {
    const [namespace = '', key] = reference.includes(':')
        ? reference.split(':')
        : [`${manifest.name}/${type}`, reference];
    const set = namespace.replace(`${manifest.name}/`, '');
    assert.ok(english(set).has(key ?? ''), `${where} asks for ${reference}, which en-US/${set}.json lacks`);
}

describe('catalogue of nodes', () => {
    it('knows every node of the contract and no other', () => {
        assert.deepEqual(Object.keys(manifest['node-red'].nodes).sort(), Object.keys(CONTRACT).sort());
    });

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

            it('offers the properties of the contract with their defaults', () => {
                const { defaults, credentials } = definition;
                for (const [property, value] of Object.entries(CONTRACT[type] ?? {})) {
                    assert.ok(property in defaults, `default of ${property} is missing`);
                    if (value !== undefined) assert.deepEqual(defaults[property]?.value, value, property);
                }
                assert.deepEqual(Object.keys(credentials ?? {}).sort(), CREDENTIALS[type] ?? []);
                const references = Object.entries(defaults).filter(([, { type: config }]) => config);
                const found = Object.fromEntries(references.map(([property, { type: config }]) => [property, config]));
                assert.deepEqual(found, REFERENCES[type] ?? {});
            });

            it('has an input field for every property', () => {
                const prefix = definition.category === 'config' ? 'node-config-input' : 'node-input';
                for (const property of [...Object.keys(definition.defaults), ...(CREDENTIALS[type] ?? [])]) {
                    assert.ok(html.includes(`id="${prefix}-${property}`), `no field for ${property}`);
                }
            });

            it('has an icon and a category with a name', () => {
                assert.ok(existsSync(join(root, 'icons', definition.icon)), definition.icon);
                const folder = familyOf(file);
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
                    'en-US': ['Inputs', 'Outputs', 'Details', 'References'],
                    de: ['Eingänge', 'Ausgänge', 'Details', 'Quellen'],
                };
                for (const language of LANGUAGES) {
                    const help = read('locales', language, `${type}.html`);
                    assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">\\s*<p>`));
                    const summary = /<p>([\s\S]*?)<\/p>/.exec(help)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
                    assert.ok(summary.length > 20 && summary.length < 160, `${language}: summary of ${summary.length}`);
                    const [inputs, outputs, ...always] = sections[language] ?? [];
                    const wanted = [
                        ...(definition.inputs ? [inputs] : []),
                        ...(definition.outputs ? [outputs] : []),
                        ...always,
                    ];
                    const found = [...help.matchAll(/<h3>([^<]+)<\/h3>/g)].map(([, title]) => title);
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

describe('editor plugins', () => {
    const sources = pluginFiles.map((file) => read('nodes', 'editor', file));

    it('are all listed, and each registers itself', () => {
        const listed = Object.keys(manifest['node-red'].plugins).sort();
        assert.deepEqual(pluginFiles.map((file) => basename(file, '.html')).sort(), listed);
        pluginFiles.forEach((file, i) => {
            assert.ok(sources[i]?.includes(`RED.plugins.registerPlugin('${basename(file, '.html')}'`), file);
        });
    });

    it('are valid scripts, and define what the nodes use', () => {
        const scripts = sources.map(
            (source) => /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(source)?.[1] ?? '',
        );
        for (const script of scripts) assert.doesNotThrow(() => new Script(script));
        for (const [type] of nodes) {
            for (const [, name = ''] of read(htmlOf(type)).matchAll(/\bRidethrough\.(\w+)/g)) {
                assert.ok(
                    scripts.some((script) => script.includes(`R.${name} = `)),
                    `${type} uses Ridethrough.${name}`,
                );
            }
        }
    });

    it('find every text that they ask for', () => {
        for (const source of sources) {
            for (const [, key = ''] of source.matchAll(/R\.t\(\s*'([^']+)'/g)) assertText(key, PLUGIN, 'editor plugin');
        }
    });

    it('offer every event, with its level', () => {
        const groups = sources
            .map((source) => /R\.eventGroups = (\{[\s\S]*?\n {8}\});/.exec(source)?.[1])
            .find(Boolean);
        const parsed = new Script(`(${groups})`).runInNewContext() as Record<string, Record<string, string>>;
        const offered = Object.values(parsed).flatMap((group) => Object.entries(group));
        assert.deepEqual(Object.fromEntries(offered), { ...UPS_EVENTS });
        assert.equal(offered.length, Object.keys(UPS_EVENTS).length, 'each once');
    });

    it('offer every wildcard, and only those that a text can be filled with', () => {
        const paths = sources
            .map((source) => /R\.wildcardPaths = (\{[\s\S]*?\n {8}\});/.exec(source)?.[1])
            .find(Boolean);
        const parsed = new Script(`(${paths})`).runInNewContext() as Record<string, string>;
        const offered = Object.entries(parsed).flatMap(([group, names]) =>
            names.split(' ').map((name) => (group === 'other' ? name : `${group}.${name}`)),
        );
        assert.deepEqual([...offered].sort(), WILDCARDS.map(({ path }) => path).sort());
        for (const path of offered) assertText(`wildcard.name.${path.replace('.', '-')}`, PLUGIN, 'wildcard menu');
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
        assert.deepEqual(options('ups-threshold', 'value'), THRESHOLD_VALUES.map(({ id }) => id as string).sort());
        assert.deepEqual(options('ups-timing', 'mode'), [...TIMING_MODES].sort());
        assert.deepEqual(options('ups-rccmd', 'action'), [...RCCMD_ACTIONS].sort());
        for (const comparison of COMPARISONS) assertText(`level.comparison.${comparison}`, PLUGIN, 'threshold editor');
    });
});

describe('locales', () => {
    const types = [...nodes.map(([type]) => type), PLUGIN];

    for (const type of types) {
        it(`${type} says everything in every language, with the same placeholders`, () => {
            const reference = english(type);
            for (const language of LANGUAGES) {
                const texts = leaves(catalogue(language, type));
                assert.deepEqual([...texts.keys()].sort(), [...reference.keys()].sort(), language);
                for (const [key, text] of texts) {
                    assert.ok(text.trim(), `${language} ${type} ${key} is empty`);
                    assert.deepEqual(placeholders(text), placeholders(reference.get(key) ?? ''), `${language} ${key}`);
                }
            }
        });
    }

    it('have no file without a node or plugin', () => {
        for (const language of LANGUAGES) {
            for (const file of readdirSync(join(root, 'locales', language))) {
                assert.ok(types.includes(file.replace(/\.(json|html)$/, '')), `${language}/${file}`);
            }
        }
    });

    it('have a name and two sentences for every event', () => {
        const texts = english('ups-unit');
        for (const id of [...Object.keys(UPS_EVENTS), 'threshold-warning', 'threshold-alarm']) {
            for (const part of ['name', 'on', 'off'])
                assert.ok(texts.has(`ups-unit.events.${id}.${part}`), `${id} ${part}`);
        }
    });

    it('have a sentence for every error, using nothing but what the error carries', () => {
        const texts = english('ups-unit');
        const codes = [...texts.keys()].filter((key) => key.startsWith('ups-unit.errors.'));
        assert.deepEqual(
            codes.map((key) => key.replace('ups-unit.errors.', '')).sort(),
            Object.keys(ERROR_CODES).sort(),
        );
        for (const [code, data] of Object.entries(ERROR_CODES)) {
            for (const name of placeholders(texts.get(`ups-unit.errors.${code}`) ?? '')) {
                assert.ok(data.includes(name), `${code} has no ${name}`);
            }
        }
    });

    it('have a status text for every key that the runtime shows', () => {
        const folders = ['shared', ...new Set(nodes.map(([, file]) => familyOf(file)))];
        const texts = english('ups-unit');
        let found = 0;
        for (const folder of folders) {
            for (const file of readdirSync(join(root, 'nodes', folder)).filter((name) => name.endsWith('.ts'))) {
                for (const [, argument = ''] of read('nodes', folder, file).matchAll(/statusText\(([^()]*)/g)) {
                    for (const [, key = ''] of argument.replace(/===? '[^']+'/g, '').matchAll(/'([\w-]+)'/g)) {
                        assert.ok(texts.has(`ups-unit.status.${key}`), `${folder}/${file} shows status.${key}`);
                        found++;
                    }
                }
            }
        }
        assert.ok(found > 20, 'the runtime shows statuses');
        for (const code of Object.keys(ERROR_CODES)) assert.ok(texts.has(`ups-unit.status.${code}`), code);
    });
});

describe('examples', () => {
    interface FlowNode {
        id: string;
        type: string;
        z?: string;
        wires?: string[][];
        info?: string;
        [property: string]: unknown;
    }
    const CORE = ['tab', 'group', 'comment', 'inject', 'debug', 'switch', 'change', 'function', 'catch', 'junction'];
    const files = readdirSync(join(root, 'examples')).filter((file) => file.startsWith('ups-'));

    it('are there for every node', () => {
        assert.deepEqual(files.map((file) => basename(file, '.json')).sort(), Object.keys(CONTRACT).sort());
    });

    for (const file of files) {
        it(`${file} can be imported and shows its node`, () => {
            const flow = JSON.parse(read('examples', file)) as FlowNode[];
            const ids = new Map(flow.map((node) => [node.id, node]));
            assert.equal(ids.size, flow.length, 'ids are unique');
            assert.ok(flow.some(({ type }) => type === basename(file, '.json')));
            const comment = flow.find(({ type }) => type === 'comment');
            assert.ok(comment?.info && comment.info.length > 60, 'a comment explains it');
            for (const node of flow) {
                assert.match(node.id, /^[0-9a-f]{16}$/);
                assert.ok(node.type in CONTRACT || CORE.includes(node.type), `unknown type ${node.type}`);
                for (const target of (node.wires ?? []).flat()) assert.ok(ids.has(target), `wire to ${target}`);
                if (!(node.type in CONTRACT)) continue;
                const { defaults } = readDefinition(read(htmlOf(node.type)));
                const missing = Object.keys(defaults).filter((property) => !(property in node));
                assert.deepEqual(missing, [], `${node.type} lacks properties`);
                for (const [property, config] of Object.entries(REFERENCES[node.type] ?? {})) {
                    const id = node[property];
                    if (id) assert.equal(ids.get(id as string)?.type, config, `${node.type}.${property}`);
                }
            }
        });

        it(`${file} speaks to nobody but this machine`, () => {
            const addresses = read('examples', file).match(/\b\d{1,3}(\.\d{1,3}){3}\b/g) ?? [];
            for (const address of addresses) assert.match(address, /^127\./, address);
        });
    }
});

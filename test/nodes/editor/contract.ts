import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { readCatalogue } from './definition';

export const root = join(__dirname, '..', '..', '..');
export const LANGUAGES = ['en-US', 'de'];
export const PLUGIN = 'ridethrough-editor';
export const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
export const catalogue = (language: string, type: string) => readCatalogue(root, language, type);

export const manifest = JSON.parse(read('package.json')) as {
    name: string;
    'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};
export const nodes = Object.entries(manifest['node-red'].nodes);
export const familyOf = (file: string) => file.split('/')[2] ?? '';
/** Whether a node declares itself: then its dialog and its runtime cannot say two things. */
export const isDeclared = (type: string) =>
    existsSync(join(root, 'nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.settings.ts`));
/** The html of a node: as the build makes it of a declaration, or as it is written. */
export const htmlOf = (type: string) => {
    const file = join('nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.html`);
    return existsSync(join(root, file)) ? file : join('dist', file);
};

/** Every text of a catalogue by its dotted key, without the example of the help: that is a message, see help.spec.ts. */
export function leaves(value: unknown, prefix = ''): Map<string, string> {
    if (prefix.endsWith('help.example') && typeof value === 'object') return new Map();
    if (typeof value === 'string') return new Map([[prefix, value]]);
    const parts = Object.entries(value as Record<string, unknown>);
    return new Map(parts.flatMap(([key, part]) => [...leaves(part, prefix ? `${prefix}.${key}` : key)]));
}

export const placeholders = (text: string) => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name ?? '').sort();
export const english = (type: string) => leaves(catalogue('en-US', type));

/** The key of a text of `type`, wherever it is asked for: its own catalogue, or `<package>/<type>:key`. */
export function assertText(reference: string, type: string, where: string): void {
    const [namespace = '', key] = reference.includes(':')
        ? reference.split(':')
        : [`${manifest.name}/${type}`, reference];
    const set = namespace.replace(`${manifest.name}/`, '');
    assert.ok(english(set).has(key ?? ''), `${where} asks for ${reference}, which en-US/${set}.json lacks`);
}

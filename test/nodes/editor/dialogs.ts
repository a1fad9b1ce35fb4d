import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorScript } from './bundle';
import { htmlOf, nodes as nodeTypes, read, root } from './contract';
import { readDefinition, type Definition, type PropertyDefinition } from './definition';

export type FlowNode = Record<string, unknown> & { id: string; type: string };
type Plugin = Record<string, unknown>;

/** Every node of the examples and of the shipped flows. */
export const shippedNodes: FlowNode[] = ['examples', 'flows'].flatMap((folder) =>
    readdirSync(join(root, folder))
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) => JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as FlowNode[]),
);

/** The dialogs of all nodes with their plugins, as far as they run without a page. `nodes`: what the editor holds. */
export class Dialogs {
    readonly plugin: Plugin;
    private readonly definitions = new Map<string, Definition>();

    constructor(readonly nodes: readonly FlowNode[] = shippedNodes) {
        const window: { Ridethrough?: Plugin } = {};
        const RED = {
            _: (key: string) => key.replace(/^.*:/, ''),
            events: { on: () => {} },
            nodes: {
                node: (id: string) => this.nodes.find((node) => node.id === id),
                getType: (type: string) => this.definitions.get(type),
            },
            plugins: { registerPlugin: () => {} },
        };
        const globals = { window, RED, $: () => [] };
        editorScript().runInNewContext(globals);
        this.plugin = window.Ridethrough ?? {};
        for (const [type] of nodeTypes) {
            this.definitions.set(type, readDefinition(read(htmlOf(type)), { Ridethrough: this.plugin, $: () => [] }));
        }
    }

    of(type: string): Definition {
        const definition = this.definitions.get(type);
        if (!definition) throw new Error(`no dialog of ${type}`);
        return definition;
    }

    /** What the editor holds against each property of a node; empty where it is valid. */
    problems(node: Record<string, unknown> & { type: string }): Record<string, string> {
        const { defaults } = this.of(node.type);
        const asNode = { ...node, _: (key: string) => key };
        const found = Object.entries(defaults).map(([property, definition]) => [
            property,
            this.problem(asNode, property, definition),
        ]);
        return Object.fromEntries(found.filter(([, problem]) => problem !== '')) as Record<string, string>;
    }

    /** As `validateNodeProperty` of Node-RED's editor. */
    private problem(node: Record<string, unknown>, property: string, definition: PropertyDefinition): string {
        const value = node[property];
        if (typeof value === 'string' && /^\$(\{[a-zA-Z_]\w*\}|\([a-zA-Z_]\w*\))$/.test(value)) return '';
        const { required, type, validate } = definition;
        if (required && value === '') return 'missing';
        if (required === false && value === '') return '';
        if (validate) {
            const result = validate.call(node, value, {});
            return typeof result === 'string' ? result : result ? '' : 'invalid';
        }
        if (!type || type === 'tls-config') return '';
        if (!value) return required === false ? '' : 'missing';
        return this.nodes.some(({ id }) => id === value) ? '' : 'missing';
    }
}

/** The values of the choices that a dialog offers, by property. */
export function choicesOf(type: string): Map<string, string[]> {
    const selects = read(htmlOf(type)).matchAll(/<select[^>]*id="node-(?:config-)?input-(\w+)"[\s\S]*?<\/select>/g);
    const values = (select: string) =>
        [...select.matchAll(/<option\s+value="([^"]*)"/g)].map(([, value]) => value ?? '');
    return new Map([...selects].map(([select, property]) => [property ?? '', values(select)]));
}

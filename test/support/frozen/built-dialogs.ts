import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction, createContext, runInContext } from 'node:vm';
import type { FlowNode } from '../../nodes/editor/dialogs';
import type { Definition, PropertyDefinition } from '../../nodes/editor/definition';

const root = join(__dirname, '..', '..', '..');
const { 'node-red': entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};

/** Every node type of the package, with its file in `dist`. */
export const builtTypes: readonly string[] = Object.keys(entries.nodes);

const htmlOf = (file: string) => join(root, file.replace(/\.js$/, '.html'));
const KEY = /^.*:/;
const ENVIRONMENT = /^\$(\{[a-zA-Z_]\w*\}|\([a-zA-Z_]\w*\))$/;

/** A thing that answers whatever a page is asked for: with itself, with nothing in it, and with no length. */
const anything: unknown = new Proxy(function () {}, {
    get: (_target, property) => {
        if (property === Symbol.iterator) return () => [][Symbol.iterator]();
        if (property === Symbol.toPrimitive) return () => '';
        if (property === 'length') return 0;
        return property === 'then' ? undefined : anything;
    },
    set: () => true,
    has: () => false,
    apply: () => anything,
    construct: () => anything as object,
});

/** Script of a built html: what stands in it, and what it loads from the package. */
function scriptsOf(html: string): string {
    const parts = [...html.matchAll(/<script(?![^>]*text\/html)([^>]*)>([\s\S]*?)<\/script>/g)];
    return parts
        .map(([, attributes = '', inline = '']) => {
            const [, loaded] = /\ssrc="resources\/[^"]*?\/([^/"]+\.js)[^"]*"/.exec(attributes) ?? [];
            return loaded ? readFileSync(join(root, 'resources', loaded), 'utf8') : inline;
        })
        .join('\n');
}

/**
 * The dialogs as they are built into `dist`, with the plugins of the editor. They know of a dialog what it hands to `RED.nodes.registerType`, and
 * nothing of the files that it was made from.
 */
export class BuiltDialogs {
    private readonly definitions = new Map<string, Definition>();
    /** Texts of the catalogue are told with their data. */
    tellsData = false;
    private readonly plugin: { check?: Record<string, (...given: never[]) => unknown> };

    /** @param nodes what the editor holds besides the node that is looked at */
    constructor(private nodes: readonly FlowNode[]) {
        const known = {
            _: (key: string, data?: object) =>
                key.replace(KEY, '') + (data && this.tellsData ? ` ${JSON.stringify(data)}` : ''),
            nodes: {
                node: (id: string) => this.nodes.find((node) => node.id === id) ?? null,
                getType: (type: string) => this.definitions.get(type),
                eachNode: () => {},
                eachConfig: () => {},
                registerType: (type: string, definition: Omit<Definition, 'type'>) =>
                    this.definitions.set(type, { ...definition, type }),
            },
            editor: { getEditStack: () => [] },
        };
        const answering = (given: object): unknown =>
            new Proxy(given, { get: (target, name) => Reflect.get(target, name) ?? anything });
        const RED = answering({ ...known, nodes: answering(known.nodes) });
        const page: Record<string, unknown> = { RED, $: anything, jQuery: anything, document: anything };
        Object.assign(page, { navigator: anything, localStorage: anything, TextEncoder, URL, console });
        page.window = page;
        const context = createContext(page);
        // A plugin of the runtime alone has nothing for the editor.
        for (const file of Object.values(entries.plugins).filter((each) => existsSync(htmlOf(each))))
            runInContext(scriptsOf(readFileSync(htmlOf(file), 'utf8')), context);
        this.plugin = (page.Ridethrough ?? {}) as typeof this.plugin;
        const names = Object.keys(page).filter((name) => name !== 'console');
        for (const file of Object.values(entries.nodes)) {
            const script = scriptsOf(readFileSync(htmlOf(file), 'utf8'));
            compileFunction(script, names)(...names.map((name) => page[name]));
        }
    }

    /** Puts other nodes into the editor. */
    hold(nodes: readonly FlowNode[]): void {
        this.nodes = nodes;
    }

    of(type: string): Definition {
        const definition = this.definitions.get(type);
        if (!definition) throw new Error(`no dialog of ${type} in dist: run npm run build`);
        return definition;
    }

    /**
     * What Node-RED's editor (`validateNodeProperty`) holds against a property of a node: the key of a sentence; empty: nothing. A check that throws
     * makes the node invalid there.
     */
    problem(node: FlowNode, property: string): string {
        const value = node[property];
        if (ENVIRONMENT.test(String(value))) return '';
        const { required, type, validate } = this.of(node.type).defaults[property] as PropertyDefinition;
        if (required && value === '') return 'missing';
        if (required === false && value === '') return '';
        if (validate) {
            const asNode = { ...node, _: (key: string) => key };
            try {
                const result: unknown = validate.call(asNode, value, {});
                if (Array.isArray(result)) return result.join() || 'invalid';
                return typeof result === 'string' ? result : result ? '' : 'invalid';
            } catch (error) {
                return `throws ${(error as Error).name}`;
            }
        }
        if (!type) return '';
        if (!value || value === '_ADD_') return required === false ? '' : 'missing';
        return this.nodes.some(({ id }) => id === value) ? '' : 'missing';
    }

    /** Tells of every bound that a check of a number names. */
    onBounds(heard: (property: string, bound: number) => void): void {
        const { check } = this.plugin;
        const number = check?.number;
        if (!check || !number) return;
        check.number = (...given) => {
            const [, property, , { min, max } = {}] = given as unknown as [
                string,
                string,
                unknown,
                Record<string, number>?,
            ];
            for (const bound of [min, max]) if (bound !== undefined) heard(property, bound);
            return number(...given);
        };
    }

    /** The values of the choices that the dialog of a type offers, by property. */
    choicesOf(type: string): Map<string, string[]> {
        const html = readFileSync(htmlOf(entries.nodes[type]!), 'utf8');
        const selects = html.matchAll(/<select[^>]*id="node-(?:config-)?input-(\w+)"[\s\S]*?<\/select>/g);
        const values = (select: string) =>
            [...select.matchAll(/<option\s+value="([^"]*)"/g)].map(([, value]) => value ?? '');
        return new Map([...selects].map(([select, property]) => [property ?? '', values(select)]));
    }
}

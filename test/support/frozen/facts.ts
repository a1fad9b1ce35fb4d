import type { FlowNode } from '../../nodes/editor/dialogs';
import type { Definition } from '../../nodes/editor/definition';
import type { BuiltDialogs } from './built-dialogs';

/** What the editor shows of a type besides its dialog, and what a new node of it has. */
export interface Facts {
    definition: Record<string, unknown>;
    defaults: Record<string, { value: unknown; type?: string; required?: boolean }>;
    credentials: Record<string, unknown>;
    /** Of nodes as they are shipped, of one without a name, and of a new one. */
    labels: { of: string; label: string; style: string; job?: unknown; inputs: string[]; outputs: string[] }[];
}

const PLAIN = ['category', 'color', 'icon', 'inputs', 'outputs', 'align', 'exclusive', 'hasUsers'] as const;
const MOST_SAMPLES = 6;

interface Shown extends Definition {
    paletteLabel?: unknown;
    labelStyle?: unknown;
    inputLabels?: unknown;
    outputLabels?: unknown;
    job?: unknown;
    eventSource?: unknown;
}

/** @param shipped nodes of the type */
export function factsOf(dialogs: BuiltDialogs, type: string, shipped: readonly FlowNode[]): Facts {
    const definition = dialogs.of(type) as Shown;
    const plain = PLAIN.map((name) => [name, (definition as unknown as Record<string, unknown>)[name]] as const);
    const fresh = Object.entries(definition.defaults).map(([property, { value }]) => [property, value]);
    const samples = [
        ...new Map(
            shipped.map((node) => [JSON.stringify({ ...node, id: 0, x: 0, y: 0, z: 0, g: 0, wires: 0 }), node]),
        ).values(),
    ].slice(0, MOST_SAMPLES);
    const nodes = [
        ...samples,
        ...samples.map((node) => ({ ...node, name: '' })),
        { id: 'new', type, ...Object.fromEntries(fresh) },
    ];
    return {
        definition: {
            ...Object.fromEntries(plain.filter(([, value]) => value !== undefined)),
            paletteLabel: asked(definition.paletteLabel, {}),
        },
        defaults: Object.fromEntries(
            Object.entries(definition.defaults).map(([property, { value, type: refers, required }]) => [
                property,
                { value, ...(refers ? { type: refers } : {}), ...(required === undefined ? {} : { required }) },
            ]),
        ),
        credentials: definition.credentials ?? {},
        labels: withData(dialogs, () => nodes.map((node) => labelsOf(definition, node as FlowNode))),
    };
}

function withData<T>(dialogs: BuiltDialogs, ask: () => T): T {
    dialogs.tellsData = true;
    try {
        return ask();
    } finally {
        dialogs.tellsData = false;
    }
}

function labelsOf(definition: Shown, node: FlowNode): Facts['labels'][number] {
    const { inputs = 0 } = definition;
    const outputs = Number(node.outputs ?? definition.outputs ?? 0);
    const each = (asks: unknown, count: number) => Array.from({ length: count }, (_, i) => asked(asks, node, i));
    const job =
        typeof definition.job === 'function' ? (definition.job as (node: FlowNode) => unknown)(node) : undefined;
    return {
        of: node.name === '' ? `${node.id} without a name` : node.id,
        label: asked(definition.label, node),
        style: asked(definition.labelStyle, node),
        ...(job === undefined ? {} : { job }),
        inputs: each(definition.inputLabels, inputs),
        outputs: each(definition.outputLabels, outputs),
    };
}

/** What the editor gets of a definition: a text, or that of a function. Texts of the catalogue are told by key and data. */
function asked(asks: unknown, node: object, ...more: unknown[]): string {
    if (typeof asks !== 'function') return String(Array.isArray(asks) ? asks[Number(more[0] ?? 0)] : (asks ?? ''));
    const text = (key: string, data?: object) => key.replace(/^.*:/, '') + (data ? ` ${JSON.stringify(data)}` : '');
    try {
        return String((asks as (...given: unknown[]) => unknown).call({ ...node, _: text }, ...more) ?? '');
    } catch (error) {
        return `throws ${(error as Error).name}`;
    }
}

/** Facts by their paths, as JSON. */
export function flat(facts: Facts): Map<string, string> {
    const leaves = (value: unknown, path: string, depth: number): [string, string][] => {
        if (typeof value !== 'object' || value === null || depth === 0) return [[path, JSON.stringify(value)]];
        return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key, depth - 1));
    };
    const { labels, ...rest } = facts;
    const byNode = Object.fromEntries(labels.map((label) => [label.of, label]));
    return new Map(leaves(JSON.parse(JSON.stringify({ ...rest, labels: byNode })), '', 3));
}

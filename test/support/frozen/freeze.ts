import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../../nodes/editor/dialogs';
import { builtTypes } from './built-dialogs';
import { factsOf } from './facts';
import { frozenFolder, frozenNodes } from './frozen-flows';
import { Judge, MISSING } from './judge';
import { fewValuesOf, valuesOf, type Known } from './values';
import { packed, type FrozenVerdicts } from './verdicts';

/** What must be filled before anything else is read. */
const FILLED: Record<string, unknown> = { host: '192.0.2.1', path: '/dev/ttyS9', command: '/bin/true' };
const contact = { contact: 'power-fail', type: 'no' };
/** Nodes that come of more than one choice. */
const MORE: Record<string, object[]> = {
    'ups-contacts': [
        { source: 'modbus', contacts: [{ ...contact, input: '0' }] },
        { source: 'serial', contacts: [{ ...contact, input: 'cts' }] },
    ],
    'ups-modem': [{ transport: 'tcp', port: '7000' }],
    'ups-sensor': [{ source: 'snmp', device: 'any', oid: '1.3.6.1.4.1.1' }],
    'ups-cs141': [
        { transport: 'tcp', sensors: 'none', http: true },
        { transport: 'tcp', sensors: 'sm-t-com', http: false },
    ],
    'ups-aux-module': [{ backend: 'modbus', transport: 'rtu' }],
};

/** Judges every property of every node type; `version` is the one whose flows are frozen already. */
export async function freeze(version: string, only: readonly string[] = builtTypes): Promise<void> {
    const nodes = frozenNodes(version);
    const judge = new Judge(nodes);
    const folder = join(frozenFolder(version), 'verdicts');
    mkdirSync(folder, { recursive: true });
    try {
        for (const type of only) {
            const frozen = await verdictsOfType(judge, nodes, type);
            writeFileSync(join(folder, `${type}.json`), `${compact(frozen)}\n`);
        }
    } finally {
        judge.destroy();
    }
}

/** One line for each verdict. */
function compact(value: unknown, depth = 0): string {
    const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isTree || depth === DEPTH || (depth === 3 && 'value' in value)) return JSON.stringify(value);
    const indent = ' '.repeat(depth + 1);
    const lines = Object.entries(value).map(
        ([key, each]) => `${indent}${JSON.stringify(key)}: ${compact(each, depth + 1)}`,
    );
    return lines.length ? `{\n${lines.join(',\n')}\n${' '.repeat(depth)}}` : '{}';
}
const DEPTH = 4;

async function verdictsOfType(judge: Judge, nodes: readonly FlowNode[], type: string): Promise<FrozenVerdicts> {
    const { defaults, credentials } = judge.dialogs.of(type);
    const shipped = nodes.filter((node) => node.type === type);
    const first = shipped[0];
    if (!first) throw new Error(`no ${type} is shipped`);
    const choices = judge.dialogs.choicesOf(type);
    const bases: [string, FlowNode][] = [
        ['shipped', first],
        ...(credentials ? [['no credentials', { ...first, credentials: {} }] as [string, FlowNode]] : []),
        ...othersOf(first, defaults, choices, MORE[type] ?? []),
    ];
    const bounds = await boundsOf(judge, bases, Object.keys(defaults));
    const verdicts: FrozenVerdicts = {
        facts: factsOf(judge.dialogs, type, shipped),
        bases: Object.fromEntries(
            bases.map(([name, base]) => [name, name === 'shipped' ? base : differences(base, first)]),
        ),
        verdicts: {},
    };
    for (const [name, base] of bases) {
        const byProperty: Record<string, ReturnType<typeof packed>> = {};
        for (const [property, definition] of Object.entries(defaults)) {
            const known: Known = {
                offered: choices.get(property),
                bounds: [...(bounds.get(property) ?? [])],
                shipped: distinct(shipped.map((node) => node[property])).slice(0, 8),
            };
            const values = (name === 'shipped' ? valuesOf : fewValuesOf)(base, property, definition, known);
            const judged: [string, string][] = [];
            for (const value of values) judged.push([value, await judge.verdict(base, property, value)]);
            byProperty[property] = packed(judged);
        }
        verdicts.verdicts[name] = sorted(byProperty);
    }
    return verdicts;
}

/** The node as it is after each other choice. */
function othersOf(
    first: FlowNode,
    defaults: Record<string, { value?: unknown }>,
    choices: Map<string, string[]>,
    more: readonly object[],
): [string, FlowNode][] {
    const ticks = Object.entries(defaults).filter(([, { value }]) => typeof value === 'boolean');
    const all: (readonly [string, readonly unknown[]])[] = [
        ...[...choices].filter(([property]) => property in defaults),
        ...ticks.map(([property]) => [property, [true, false]] as const),
    ];
    const empty = (value: unknown) => value === '' || value === undefined;
    const filled = Object.entries(FILLED).filter(([property]) => property in defaults && empty(first[property]));
    const changed = (given: object) => ({ ...first, ...Object.fromEntries(filled), ...given }) as FlowNode;
    const single = all.flatMap(([property, values]) =>
        values
            .filter((value) => value !== first[property])
            .map((value): [string, FlowNode] => [`${property}=${String(value)}`, changed({ [property]: value })]),
    );
    return [...single, ...more.map((given): [string, FlowNode] => [JSON.stringify(given), changed(given)])];
}

async function boundsOf(
    judge: Judge,
    bases: [string, FlowNode][],
    properties: string[],
): Promise<Map<string, Set<number>>> {
    const found = new Map<string, Set<number>>();
    const add = (property: string, bound: number | undefined) => {
        if (bound === undefined || !Number.isFinite(bound)) return;
        found.set(property, (found.get(property) ?? new Set<number>()).add(bound));
    };
    judge.dialogs.onBounds(add);
    for (const [, base] of bases) {
        for (const property of properties) await judge.verdict(base, property, MISSING);
        for (const { property, min, max } of judge.readings(base)) for (const bound of [min, max]) add(property, bound);
    }
    return found;
}

const distinct = (values: unknown[]) =>
    [...new Map(values.map((value) => [JSON.stringify(value), value])).values()].filter((value) => value !== undefined);

const differences = (node: FlowNode, from: FlowNode) =>
    Object.fromEntries(Object.entries(node).filter(([key, value]) => value !== from[key])) as Partial<FlowNode>;

const sorted = <T>(tree: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));

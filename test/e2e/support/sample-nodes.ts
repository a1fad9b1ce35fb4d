import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { frozenFlows, frozenVersions } from '../../support/frozen/frozen-flows';
import type { FlowNode } from '../../nodes/editor/dialogs';

const EXAMPLE = /^example-(ups-[\w-]+)$/;
const EXAMPLES = resolve(__dirname, '../../../examples');
const TAB = 'a0000000000000ff';

/** The example of each type, as the last version froze it; with `newer`, also that of today of the types that are not in it. */
function samples(newer: boolean): { type: string; nodes: FlowNode[] }[] {
    const frozen = [...frozenFlows(frozenVersions.at(-1)!)].flatMap(([file, nodes]) => {
        const [, type] = EXAMPLE.exec(file) ?? [];
        return type ? [{ type, nodes }] : [];
    });
    if (!newer) return frozen;
    const known = new Set(frozen.map(({ type }) => type));
    const others = readdirSync(EXAMPLES)
        .map((file) => basename(file, '.json'))
        .filter((name) => /^ups-/.test(name) && !known.has(name));
    const exampleOf = (type: string) => JSON.parse(readFileSync(join(EXAMPLES, `${type}.json`), 'utf8')) as FlowNode[];
    return [...frozen, ...others.map((type) => ({ type, nodes: exampleOf(type) }))];
}

/** Those of `types` of which there is no sample. */
export function withoutSample(types: readonly string[]): string[] {
    const known = new Set(samples(true).map(({ type }) => type));
    return types.filter((type) => !known.has(type));
}

/**
 * Two nodes of each type: that of its example, under the name of the type, and one of which the flow says nothing but the type, under `<type>.new`.
 * @returns the flow, with what the examples have around them, and the ids
 */
export function sampleNodes(
    types?: readonly string[],
    { newer = false } = {},
): { flow: FlowNode[]; shown: Map<string, string> } {
    const all = samples(newer);
    const wanted = all.filter(({ type }) => !types || types.includes(type));
    const shown = new Map<string, string>();
    const bare: FlowNode[] = [{ id: TAB, type: 'tab', label: 'New nodes' }];
    for (const [i, { type, nodes }] of wanted.entries()) {
        const example = nodes.find((node) => node.type === type)!;
        const id = `a0000000000000${String(i).padStart(2, '0')}`;
        const stands = example.z === undefined ? {} : { z: TAB, x: 200, y: 40 + 40 * i, wires: [] };
        shown.set(type, example.id).set(`${type}.new`, id);
        bare.push({ id, type, ...stands });
    }
    const flow = [...wanted.flatMap(({ nodes }) => nodes), ...bare];
    // Nothing runs: a picture is the same each time.
    return { flow: flow.map((node) => (node.type === 'tab' ? { ...node, disabled: true } : node)), shown };
}

import { frozenFlows, frozenVersions } from '../../support/frozen/frozen-flows';
import type { FlowNode } from '../../nodes/editor/dialogs';

const EXAMPLE = /^example-(ups-[\w-]+)$/;
const TAB = 'a0000000000000ff';

/**
 * Two nodes of each type: that of its example, under the name of the type, and one of which the flow says nothing but the type, under `<type>.new`.
 * @returns the flow, with what the examples have around them, and the ids
 */
export function sampleNodes(types?: readonly string[]): { flow: FlowNode[]; shown: Map<string, string> } {
    const all = [...frozenFlows(frozenVersions.at(-1)!)].flatMap(([file, nodes]) => {
        const [, type] = EXAMPLE.exec(file) ?? [];
        return type ? [{ type, nodes }] : [];
    });
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

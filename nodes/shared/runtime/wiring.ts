import type { Node, NodeAPI } from 'node-red';
import { flowOf } from './flow-of';

/** A node as it stands in the flow. */
interface Drawn {
    id: string;
    type: string;
    wires?: string[][];
    links?: string[];
    ups?: string;
}

/**
 * Ids of the sources of events whose messages reach a node by wires and link nodes, through whatever is between. Of what is before a source
 * nothing arrives. Nodes of a subflow are followed inside of it.
 */
export function sourcesBefore(RED: NodeAPI, node: Node): string[] {
    const drawn = new Map<string, Drawn>();
    RED.nodes.eachNode((each) => void drawn.set(each.id, each as never));
    const seen = new Set([drawnId(node)]);
    const found = new Set<string>();
    const queue = [drawnId(node)];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        for (const before of leadingTo(id, drawn)) {
            if (seen.has(before.id)) continue;
            seen.add(before.id);
            const sources = sourcesOf(RED, node, before);
            for (const source of sources) found.add(source);
            if (sources.length === 0) queue.push(before.id);
        }
    }
    return [...found];
}

/** In an instance of a subflow a node has another id than where it was drawn. */
function drawnId(node: Node): string {
    return (node as { _alias?: string })._alias ?? node.id;
}

/** Of a node in an instance of a subflow: as what it was drawn, and in which instance it is. */
export function subflowOriginOf(node: Node): { id: string; inside: string } | undefined {
    const { _alias: id } = node as { _alias?: string };
    return id === undefined ? undefined : { id, inside: node.z };
}

function leadingTo(id: string, drawn: ReadonlyMap<string, Drawn>): Drawn[] {
    const linked = drawn.get(id)?.type === 'link in';
    return [...drawn.values()].filter(
        ({ type, wires, links }) =>
            (Array.isArray(wires) && wires.some((port) => Array.isArray(port) && port.includes(id))) ||
            (linked && type === 'link out' && Array.isArray(links) && links.includes(id)),
    );
}

/** The sources that a drawn node sends events of: its own, or its UPS. */
function sourcesOf(RED: NodeAPI, node: Node, { id, type, ups }: Drawn): string[] {
    const own = flowOf(RED)
        .registry.sources()
        .filter((source) => {
            if (source.id === id) return true;
            const made = RED.nodes.getNode(source.id) as Node | null;
            return made !== null && drawnId(made) === id && made.z === node.z;
        });
    if (own.length > 0) return own.map((source) => source.id);
    return type === 'ups-event' && ups && flowOf(RED).registry.source(ups) ? [ups] : [];
}

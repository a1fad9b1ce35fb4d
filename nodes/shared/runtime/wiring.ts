import type { Node, NodeAPI } from 'node-red';
import { flowOf } from './flow-of';

/** A node in the flow. */
interface DrawnNode {
    id: string;
    type: string;
    wires?: string[][];
    links?: string[];
    ups?: string;
}

/**
 * Ids of the event sources whose messages reach a node by wires and link nodes, through any nodes between. The search ends at a source,
 * because a source sends only its own events. Nodes of a subflow are followed within the subflow.
 */
export function sourcesBefore(RED: NodeAPI, node: Node): string[] {
    const drawn = new Map<string, DrawnNode>();
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

/** The id in the flow: in an instance of a subflow a node has another id than in the subflow's template. */
function drawnId(node: Node): string {
    return (node as { _alias?: string })._alias ?? node.id;
}

/** For a node in an instance of a subflow: the id of the node in the subflow's template, and the id of the instance. */
export function subflowOriginOf(node: Node): { id: string; inside: string } | undefined {
    const { _alias: id } = node as { _alias?: string };
    return id === undefined ? undefined : { id, inside: node.z };
}

function leadingTo(id: string, drawn: ReadonlyMap<string, DrawnNode>): DrawnNode[] {
    const linked = drawn.get(id)?.type === 'link in';
    return [...drawn.values()].filter(
        ({ type, wires, links }) =>
            (Array.isArray(wires) && wires.some((port) => Array.isArray(port) && port.includes(id))) ||
            (linked && type === 'link out' && Array.isArray(links) && links.includes(id)),
    );
}

/** The sources whose events a node of the flow sends: itself, or its UPS. */
function sourcesOf(RED: NodeAPI, node: Node, { id, type, ups }: DrawnNode): string[] {
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

import { eventSourceOf } from '../../lib/flow/graph/node-role';
import { eventIdsOf } from './event-list';
import { rolesOf } from './flow-roles';
import { labelOf, nameOf } from './nodes-of-flow';
import type { EditorNode } from './red';

/** A topic, and `<id of the source>/<event>` if a source of ours sends it. */
type Topic = [topic: string, key: string | undefined];

/** Topics of the messages that begin at a node. */
function topicsOf(node: EditorNode): Topic[] {
    if (node.type === 'inject') return node.topic ? [[String(node.topic), undefined]] : [];
    const roles = rolesOf([node]);
    const begins = eventSourceOf(asFlowNode(node), roles);
    if (!begins) return [];
    const source = begins.source === node.id ? node.name || labelOf(node.id) : nameOf(begins.source);
    return begins.events
        .flatMap((id) => (id === '*' ? eventIdsOf(roles[node.type]?.eventPrefix) : [id]))
        .map((id) => [`${source}/${id}`, `${begins.source}/${id}`]);
}

/** The node as a FlowNode; its wires are not used here, and the editor stores them in another form. */
function asFlowNode(node: EditorNode) {
    return { ...node, wires: [] };
}

/** The nodes that are wired to `node` on the canvas, also over link nodes. */
function nodesBefore(node: EditorNode): EditorNode[] {
    const direct = RED.nodes.filterLinks({ target: node }).map(({ source }) => source);
    if (node.type !== 'link in') return direct;
    const linked: EditorNode[] = [];
    RED.nodes.eachNode((other) => {
        const links = Array.isArray(other.links) ? other.links : [];
        if (other.type === 'link out' && links.includes(node.id)) linked.push(other);
    });
    return [...direct, ...linked];
}

/** The topics of every event source that is wired to `node`, also through timings, link nodes and junctions, with their keys. */
export function sourceKeysOf(node: EditorNode): Map<string, string | undefined> {
    const seen = new Set([node.id]);
    const topics: Topic[] = [];
    const queue = nodesBefore(RED.nodes.node(node.id) ?? node);
    for (let next = queue.shift(); next; next = queue.shift()) {
        if (seen.has(next.id)) continue;
        seen.add(next.id);
        const found = topicsOf(next);
        topics.push(...found);
        // The search ends at a source, because a source sends only its own events.
        if (!found.length) queue.push(...nodesBefore(next));
    }
    return new Map(topics);
}

/** The topics alone. */
export function sourcesOf(node: EditorNode): string[] {
    return [...sourceKeysOf(node).keys()];
}

type Noted = Readonly<Record<string, string | undefined>>;

/** The chosen topics with the present names of their sources; `noted`: the key of each topic when it was chosen. */
export function currentTopics(
    chosen: readonly string[],
    noted: Noted,
    keys: ReadonlyMap<string, string | undefined>,
): string[] {
    const now = new Map([...keys].map(([topic, key]) => [key, topic]));
    return chosen.map((topic) => (noted[topic] && now.get(noted[topic])) || topic);
}

/** The keys to store with the chosen topics. */
export function noteSources(
    topics: readonly string[],
    noted: Noted,
    keys: ReadonlyMap<string, string | undefined>,
): Record<string, string> {
    const known = topics.map((topic) => [topic, keys.get(topic) ?? noted[topic]]);
    return Object.fromEntries(known.filter(([, key]) => key));
}

import { rowsOf, subflowOf, textsOf, wiresOf, type FlowIndex, type FlowNode } from './flow-node';
import type { JobKind } from './node-role';
import { timingOf, type PathTiming } from './path-timings';

export type Edge = 'on' | 'off';
export const EDGES: readonly Edge[] = ['on', 'off'];

/** The path of a message from an event: the edges that it may carry, and the nodes that it has passed. */
export interface Path {
    /** Id of the event; `*` means every event of a UPS. */
    event: string;
    edges: readonly Edge[];
    timings: readonly PathTiming[];
    /** Ids of the nodes that it has passed. */
    through: readonly string[];
    /** Ids of the subflow instances that it is in, the innermost last. */
    inside: readonly string[];
    /** Ids of the nodes on the path that may change the message, or hold it back. */
    dependsOn: readonly string[];
    onlyOnBattery: boolean;
}

/** A node that a message reaches. `port`: the message leaves the node by this output. */
export interface Step {
    id: string;
    path: Path;
    port?: number;
}

/**
 * Core nodes that pass a message on unchanged and at once, or end its path. Any other node that is not of this package may change the message
 * or hold it back.
 */
const SURE: ReadonlySet<string> = new Set([
    'link in',
    'link out',
    'junction',
    'debug',
    'comment',
    'catch',
    'status',
    'complete',
]);

/** The edges that a job runs on. */
export function edgesOf(node: FlowNode, kind: JobKind): readonly Edge[] {
    const edge = kind.edge ?? node.edge;
    if (edge === 'both') return EDGES;
    return [edge === 'off' ? 'off' : 'on'];
}

/** The next steps of a message that leaves `node` by output `port`. An output of a subflow leads out of its instance. */
export function targetsOf(flow: FlowIndex, node: FlowNode, port: number, path: Path): Step[] {
    const targets: Step[] = (wiresOf(node)[port] ?? []).map((id) => ({ id, path }));
    const instance = flow.byId.get(path.inside.at(-1) ?? '');
    const definition = instance && flow.byId.get(subflowOf(instance) ?? '');
    if (!instance || !definition) return targets;
    const outside = { ...path, inside: path.inside.slice(0, -1) };
    rowsOf(definition.out).forEach((output, index) => {
        const leadsHere = rowsOf(output.wires).some((wire) => wire.id === node.id && (wire.port ?? 0) === port);
        if (leadsHere) targets.push({ id: instance.id, port: index, path: outside });
    });
    return targets;
}

/**
 * The next steps of a message from `node`, over every output that it may leave by.
 * @param kind the role of the node, if it is a job
 * @param own the node is of this package
 */
export function stepsFrom(
    flow: FlowIndex,
    node: FlowNode,
    path: Path,
    { kind, own }: { kind: JobKind | undefined; own: boolean },
): Step[] {
    const everyOutput = (next: Path) =>
        (node.wires?.length ? wiresOf(node) : [[]]).flatMap((_, port) => targetsOf(flow, node, port, next));
    // A job passes on the edge that it has run on, when it is done.
    if (kind) return everyOutput({ ...path, edges: edgesOf(node, kind).filter((edge) => path.edges.includes(edge)) });
    if (subflowOf(node) !== undefined) return stepsInto(flow, node, path);
    switch (node.type) {
        case 'ups-timing':
            // A timing that follows an occurrence takes no second on edge of it.
            if (path.timings.some(({ nodeId }) => nodeId === node.id)) return [];
            return everyOutput({ ...path, timings: [...path.timings, timingOf(node)] });
        case 'link out':
            // A link node that returns is followed from its link call.
            return node.mode === 'return' ? [] : textsOf(node.links).map((id) => ({ id, path }));
        case 'link call': {
            const called = node.linkType === 'dynamic' ? [] : textsOf(node.links);
            return [...called.map((id) => ({ id, path })), ...everyOutput(unsure(path, node))];
        }
        case 'switch':
            return outputsOf(node, path).flatMap((next, port) =>
                next && next.edges.length ? targetsOf(flow, node, port, next) : [],
            );
        default:
            return everyOutput(own || SURE.has(node.type) ? path : unsure(path, node));
    }
}

function unsure(path: Path, { id }: FlowNode): Path {
    return { ...path, dependsOn: [...path.dependsOn, id] };
}

function stepsInto(flow: FlowIndex, instance: FlowNode, path: Path): Step[] {
    const definition = flow.byId.get(subflowOf(instance) ?? '');
    if (!definition || path.inside.includes(instance.id)) return [];
    const inside = { ...path, inside: [...path.inside, instance.id] };
    return rowsOf(definition.in).flatMap(({ wires }) =>
        rowsOf(wires).map(({ id }) => ({ id: String(id), path: inside })),
    );
}

/**
 * The messages that a `switch` lets through to each of its outputs, if it tests a property of the event: its edge (payload), its id, or its
 * level; undefined: none. Any other test may pass or not.
 */
function outputsOf(node: FlowNode, path: Path): (Path | undefined)[] {
    const asks = node.propertyType === undefined || node.propertyType === 'msg' ? node.property : undefined;
    const taken = new Set<Edge>();
    return rowsOf(node.rules).map((rule) => {
        if (rule.t === 'else' && asks === 'payload')
            return { ...path, edges: path.edges.filter((edge) => !taken.has(edge)) };
        if (asks === 'payload' && (rule.t === 'true' || rule.t === 'false')) {
            const edge = rule.t === 'true' ? 'on' : 'off';
            taken.add(edge);
            return { ...path, edges: path.edges.filter((each) => each === edge) };
        }
        const perhaps = unsure(path, node);
        if (rule.t !== 'eq' || (rule.vt ?? 'str') !== 'str') return perhaps;
        const value = String(rule.v);
        if (asks === 'event.id') return narrowed(path, value);
        if (asks === 'topic') return narrowed(path, value.split('/').at(-1)!);
        // The event ids of a threshold are the names of its levels.
        if (asks === 'event.level' && ['warning', 'alarm'].includes(path.event)) return narrowed(path, value);
        return perhaps;
    });
}

/** The path, if only the event `wanted` passes. */
function narrowed(path: Path, wanted: string): Path | undefined {
    return path.event === '*' || path.event === wanted ? { ...path, event: wanted } : undefined;
}

import { rowsOf, textsOf, wiresOf, type FlowIndex, type FlowNode } from './flow-node';
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
    /** False: a node on the path may hold the message back, or change it. */
    sure: boolean;
    onlyOnBattery: boolean;
}

/** A node that a message reaches. */
export interface Step {
    id: string;
    path: Path;
}

/** Nodes that may change a message, or its time. */
const UNSURE = new Set(['function', 'change', 'delay', 'trigger', 'exec', 'template', 'http request', 'batch', 'rbe']);

/** The edges that a job runs on. */
export function edgesOf(node: FlowNode, kind: JobKind): readonly Edge[] {
    const edge = kind.edge ?? node.edge;
    if (edge === 'both') return EDGES;
    return [edge === 'off' ? 'off' : 'on'];
}

/** The nodes that output `port` of `node` leads to within its own flow. An output of a subflow leads to the wires of its instance. */
export function targetsOf(flow: FlowIndex, node: FlowNode, port: number, path: Path): Step[] {
    const targets = (wiresOf(node)[port] ?? []).map((id) => ({ id, path }));
    const instance = flow.byId.get(path.inside.at(-1) ?? '');
    const definition = instance && flow.byId.get(subflowOf(instance) ?? '');
    if (!instance || !definition) return targets;
    const outside = { ...path, inside: path.inside.slice(0, -1) };
    rowsOf(definition.out).forEach((output, index) => {
        const leadsHere = rowsOf(output.wires).some((wire) => wire.id === node.id && (wire.port ?? 0) === port);
        if (leadsHere) targets.push(...targetsOf(flow, instance, index, outside));
    });
    return targets;
}

/** The next steps of a message from `node`, over every output that it may leave by. `kind`: the role of the node, if it is a job. */
export function stepsFrom(flow: FlowIndex, node: FlowNode, path: Path, kind: JobKind | undefined): Step[] {
    const everyOutput = (next: Path) =>
        (node.wires?.length ? wiresOf(node) : [[]]).flatMap((_, port) => targetsOf(flow, node, port, next));
    // A job passes on the edge that it has run on, when it is done.
    if (kind) return everyOutput({ ...path, edges: edgesOf(node, kind).filter((edge) => path.edges.includes(edge)) });
    if (subflowOf(node) !== undefined) return stepsInto(flow, node, path);
    switch (node.type) {
        case 'ups-timing':
            return everyOutput({ ...path, timings: [...path.timings, timingOf(node)] });
        case 'link out':
            // A link node that returns is followed from its link call.
            return node.mode === 'return' ? [] : textsOf(node.links).map((id) => ({ id, path }));
        case 'link call': {
            const called = node.linkType === 'dynamic' ? [] : textsOf(node.links);
            return [...called.map((id) => ({ id, path })), ...everyOutput({ ...path, sure: false })];
        }
        case 'switch':
            return outputsOf(node, path).flatMap((next, port) =>
                next && next.edges.length ? targetsOf(flow, node, port, next) : [],
            );
        default:
            return everyOutput(UNSURE.has(node.type) ? { ...path, sure: false } : path);
    }
}

function stepsInto(flow: FlowIndex, instance: FlowNode, path: Path): Step[] {
    const definition = flow.byId.get(subflowOf(instance) ?? '');
    if (!definition || path.inside.includes(instance.id)) return [];
    const inside = { ...path, inside: [...path.inside, instance.id] };
    return rowsOf(definition.in).flatMap(({ wires }) =>
        rowsOf(wires).map(({ id }) => ({ id: String(id), path: inside })),
    );
}

/** Id of the subflow of which the node is an instance. */
function subflowOf({ type }: FlowNode): string | undefined {
    return type.startsWith('subflow:') ? type.slice('subflow:'.length) : undefined;
}

/** Instances of the subflow `id`. */
export function instancesOf({ nodes }: FlowIndex, id: string): string[] {
    return nodes.filter((node) => subflowOf(node) === id).map((node) => node.id);
}

/**
 * The messages that a `switch` lets through to each of its outputs, if it tests a property of the event: its edge (payload), its id, or its
 * level; undefined: none. Any other test may pass or not: `sure` false.
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
        const unsure = { ...path, sure: false };
        if (rule.t !== 'eq' || (rule.vt ?? 'str') !== 'str') return unsure;
        const value = String(rule.v);
        if (asks === 'event.id') return narrowed(path, value);
        if (asks === 'topic') return narrowed(path, value.split('/').at(-1)!);
        // The event ids of a threshold are the names of its levels.
        if (asks === 'event.level' && ['warning', 'alarm'].includes(path.event)) return narrowed(path, value);
        return unsure;
    });
}

/** The path, if only the event `wanted` passes. */
function narrowed(path: Path, wanted: string): Path | undefined {
    return path.event === '*' || path.event === wanted ? { ...path, event: wanted } : undefined;
}

import { rowsOf, textsOf, wiresOf, type FlowIndex, type FlowNode } from './flow-node';
import type { JobKind } from './node-role';
import { timingOf, type PathTiming } from './path-timings';

export type Edge = 'on' | 'off';
export const EDGES: readonly Edge[] = ['on', 'off'];

/** A message on its way from an event: which it may be, and what it has passed. */
export interface Path {
    /** Id of the event; `*` for every event of a UPS. */
    event: string;
    edges: readonly Edge[];
    timings: readonly PathTiming[];
    /** Ids of the nodes that it has passed. */
    through: readonly string[];
    /** Instances of subflows that it is in, the innermost last. */
    inside: readonly string[];
    /** False: a node on the way may hold it back, or make another message of it. */
    sure: boolean;
    onlyOnBattery: boolean;
}

/** A node that a message comes to. */
export interface Step {
    id: string;
    path: Path;
}

/** Nodes behind which a message is no longer the one that was sent, or comes at another time. */
const UNSURE = new Set(['function', 'change', 'delay', 'trigger', 'exec', 'template', 'http request', 'batch', 'rbe']);

/** The edges that a job runs on. */
export function edgesOf(node: FlowNode, kind: JobKind): readonly Edge[] {
    const edge = kind.edge ?? node.edge;
    if (edge === 'both') return EDGES;
    return [edge === 'off' ? 'off' : 'on'];
}

/** Where output `port` of `node` leads inside its own flow; a subflow's outputs lead out to the wires of its instance. */
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

/** Where a message goes from `node`, by every output that it may leave. `kind`: what the node does if it is a job. */
export function stepsFrom(flow: FlowIndex, node: FlowNode, path: Path, kind: JobKind | undefined): Step[] {
    const everyOutput = (next: Path) =>
        (node.wires?.length ? wiresOf(node) : [[]]).flatMap((_, port) => targetsOf(flow, node, port, next));
    // Behind a job comes the edge that it has run on, when it is done.
    if (kind) return everyOutput({ ...path, edges: edgesOf(node, kind).filter((edge) => path.edges.includes(edge)) });
    if (subflowOf(node) !== undefined) return stepsInto(flow, node, path);
    switch (node.type) {
        case 'ups-timing':
            return everyOutput({ ...path, timings: [...path.timings, timingOf(node)] });
        case 'link out':
            // A returning one is left to the call that it returns to.
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

/** Id of the subflow that a node is an instance of. */
function subflowOf({ type }: FlowNode): string | undefined {
    return type.startsWith('subflow:') ? type.slice('subflow:'.length) : undefined;
}

/** Instances of the subflow `id`. */
export function instancesOf({ nodes }: FlowIndex, id: string): string[] {
    return nodes.filter((node) => subflowOf(node) === id).map((node) => node.id);
}

/**
 * What a `switch` lets through to each of its outputs, where it asks for something that an event tells: its edge (payload), its id, or its
 * level; undefined: nothing. Anything else may or may not pass: `sure` false.
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
        // The events of a threshold are called as their levels are.
        if (asks === 'event.level' && ['warning', 'alarm'].includes(path.event)) return narrowed(path, value);
        return unsure;
    });
}

/** The path when only the event `wanted` passes. */
function narrowed(path: Path, wanted: string): Path | undefined {
    return path.event === '*' || path.event === wanted ? { ...path, event: wanted } : undefined;
}

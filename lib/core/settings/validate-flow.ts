import type { Declaration } from './declaration';
import { missing, type Fault } from './fault';
import { isEnv } from './field';
import { faultsOf } from './read';

/** A fault in a flow: the node, the setting and the rule. */
export interface FlowFault extends Fault {
    /** Id of the node. */
    node: string;
    type: string;
    name: string;
}

export interface ValidateOptions {
    /** The flow is only a part: nodes that it refers to may be missing. */
    partial?: boolean;
}

type FlowNode = Readonly<Record<string, unknown>>;

/**
 * All faults in the settings of this package's nodes in a flow: an array of nodes as Node-RED exports it, or `{flows: [...]}` of its admin
 * API. A flow contains no credentials, so they are not checked. Disabled nodes are not checked, as in the editor.
 * @throws TypeError when `flow` is neither
 */
export function validateFlow(
    flow: unknown,
    declarations: readonly Declaration[],
    { partial = false }: ValidateOptions = {},
): FlowFault[] {
    const nodes = nodesOf(flow);
    const known = new Map(declarations.map((declaration) => [declaration.type, declaration]));
    const types = new Map(nodes.map(({ id, type }) => [id, type]));
    return nodes.flatMap((node) => {
        const declaration = known.get(String(node.type));
        if (!declaration || node.d === true) return [];
        const faults = [
            ...faultsOf(declaration, node),
            ...(partial ? [] : danglingReferences(declaration, node, types)),
        ];
        const { id, type, name } = node;
        return faults.map((fault) => ({ ...fault, node: text(id), type: text(type), name: text(name) }));
    });
}

/** References to nodes that are missing in the flow, or have another type. */
function danglingReferences({ fields }: Declaration, node: FlowNode, types: ReadonlyMap<unknown, unknown>): Fault[] {
    return Object.entries(fields).flatMap(([property, { widget }]) => {
        const id = node[property];
        const isSet = typeof id === 'string' && id.trim() !== '' && id !== '_ADD_' && !isEnv(id);
        if (widget.refersTo === undefined || !isSet || types.get(id) === widget.refersTo) return [];
        return [{ ...missing('choose'), property, value: id }];
    });
}

function nodesOf(flow: unknown): FlowNode[] {
    const list = Array.isArray(flow) ? flow : (flow as { flows?: unknown } | null)?.flows;
    if (!Array.isArray(list)) throw new TypeError('a flow is an array of nodes, or an object with an array `flows`');
    const isNode = (each: unknown): each is FlowNode => typeof each === 'object' && each !== null && 'type' in each;
    return list.filter(isNode);
}

function text(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

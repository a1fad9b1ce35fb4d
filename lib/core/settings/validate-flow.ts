import type { Declaration } from './declaration';
import { missing, type Fault } from './fault';
import { isEnv } from './field';
import { faultsOf, isShown, readLeniently } from './read';

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
 * API. A flow contains no credentials, so they are not checked. Disabled nodes and tabs are not checked, as in the editor; a reference to a disabled node is a fault.
 * @throws TypeError when `flow` is neither
 */
export function validateFlow(
    flow: unknown,
    declarations: readonly Declaration[],
    { partial = false }: ValidateOptions = {},
): FlowFault[] {
    const nodes = nodesOf(flow);
    const known = new Map(declarations.map((declaration) => [declaration.type, declaration]));
    const off = new Set(nodes.filter(({ type, disabled }) => type === 'tab' && disabled === true).map(({ id }) => id));
    const isOff = ({ d, z }: FlowNode) => d === true || off.has(z);
    const types = new Map(nodes.filter((node) => !isOff(node)).map(({ id, type }) => [id, type]));
    return nodes.flatMap((node) => {
        const declaration = known.get(String(node.type));
        if (!declaration || isOff(node)) return [];
        const faults = [
            ...faultsOf(declaration, node),
            ...(partial ? [] : danglingReferences(declaration, node, types, known)),
        ];
        const { id, type, name } = node;
        return faults.map((fault) => ({ ...fault, node: text(id), type: text(type), name: text(name) }));
    });
}

/** References to nodes that are missing in the flow, or have another type. */
function danglingReferences(
    declaration: Declaration,
    node: FlowNode,
    types: ReadonlyMap<unknown, unknown>,
    known: ReadonlyMap<unknown, Declaration>,
): Fault[] {
    const settings: Readonly<Record<string, unknown>> = readLeniently(declaration, node);
    const applies = (property: string) => isShown(declaration, property, (sibling) => settings[sibling]);
    return Object.entries(declaration.fields).flatMap(([property, { widget }]) => {
        const id = node[property];
        const isSet = typeof id === 'string' && id.trim() !== '' && id !== '_ADD_' && !isEnv(id);
        const { refersTo, refersToFamily } = widget;
        if ((refersTo === undefined && refersToFamily === undefined) || !isSet || !applies(property)) return [];
        const type = types.get(id);
        const fits = refersTo === undefined ? known.get(type)?.family === refersToFamily : type === refersTo;
        if (fits) return [];
        return [{ ...missing('choose'), property, value: id }];
    });
}

/**
 * The nodes of an exported flow.
 * @throws TypeError when `flow` is neither an array of nodes nor an object with one
 */
export function nodesOf(flow: unknown): FlowNode[] {
    const list = Array.isArray(flow) ? flow : (flow as { flows?: unknown } | null)?.flows;
    if (!Array.isArray(list)) throw new TypeError('a flow is an array of nodes, or an object with an array `flows`');
    const isNode = (each: unknown): each is FlowNode => typeof each === 'object' && each !== null && 'type' in each;
    return list.filter(isNode);
}

function text(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

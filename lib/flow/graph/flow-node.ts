/**
 * A node of an exported flow. An editor or a program may have written any settings: each reader takes the values that it understands, and
 * treats all others as missing.
 */
export interface FlowNode {
    id: string;
    type: string;
    name?: string;
    /** The tab or the subflow that contains it. */
    z?: string;
    /** It is disabled. */
    d?: boolean;
    /** Ids of the nodes that its outputs are wired to, by output. */
    wires?: string[][];
    [setting: string]: unknown;
}

/** An index of a flow. */
export interface FlowIndex {
    nodes: readonly FlowNode[];
    byId: ReadonlyMap<string, FlowNode>;
    /** Whether the node, its tab or its subflow is disabled. */
    isDisabled(node: FlowNode): boolean;
    /** Ids of the instances of a subflow. */
    instancesOf(subflow: string): readonly string[];
}

export function indexFlow(nodes: readonly FlowNode[]): FlowIndex {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const isDisabled = (node: FlowNode) => {
        const container = byId.get(node.z ?? '');
        return Boolean(node.d) || Boolean(container && (container.disabled || container.d));
    };
    const instances = new Map<string, string[]>();
    for (const node of nodes) {
        const subflow = subflowOf(node);
        if (subflow !== undefined) instances.set(subflow, [...(instances.get(subflow) ?? []), node.id]);
    }
    return { nodes, byId, isDisabled, instancesOf: (subflow) => instances.get(subflow) ?? [] };
}

/** Id of the subflow of which the node is an instance. */
export function subflowOf({ type }: FlowNode): string | undefined {
    return typeof type === 'string' && type.startsWith('subflow:') ? type.slice('subflow:'.length) : undefined;
}

export function textOf(value: unknown): string {
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function textsOf(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== '';
}

/** Ids of the nodes that the outputs of a node are wired to, by output. */
export function wiresOf({ wires }: FlowNode): string[][] {
    return Array.isArray(wires) ? wires.map(textsOf) : [];
}

export function rowsOf(value: unknown): Record<string, unknown>[] {
    return Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row !== null) : [];
}

/** The value as seconds; 0 if it is negative or not a number. */
export function secondsOf(value: unknown): number {
    return Math.max(0, Number(value) || 0);
}

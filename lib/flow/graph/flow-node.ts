/**
 * A node as a flow has it when it is exported. Its settings are whatever an editor or a program has written: each reader takes what it
 * understands, and anything else for missing.
 */
export interface FlowNode {
    id: string;
    type: string;
    name?: string;
    /** The tab or the subflow that it stands in. */
    z?: string;
    /** It is disabled. */
    d?: boolean;
    /** Ids of the nodes behind it, by output. */
    wires?: string[][];
    [setting: string]: unknown;
}

/** A flow that can be walked. */
export interface FlowIndex {
    nodes: readonly FlowNode[];
    byId: ReadonlyMap<string, FlowNode>;
    /** Of the node itself, or because its tab or its subflow is. */
    isDisabled(node: FlowNode): boolean;
}

export function indexFlow(nodes: readonly FlowNode[]): FlowIndex {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const isDisabled = (node: FlowNode) => {
        const home = byId.get(node.z ?? '');
        return Boolean(node.d) || Boolean(home && (home.disabled || home.d));
    };
    return { nodes, byId, isDisabled };
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

/** Ids of the nodes behind a node, by output. */
export function wiresOf({ wires }: FlowNode): string[][] {
    return Array.isArray(wires) ? wires.map(textsOf) : [];
}

export function rowsOf(value: unknown): Record<string, unknown>[] {
    return Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row !== null) : [];
}

/** 0 for what is no number, or below it. */
export function secondsOf(value: unknown): number {
    return Math.max(0, Number(value) || 0);
}

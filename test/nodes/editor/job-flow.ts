import { Script } from 'node:vm';
import { read } from './contract';

export interface FlowNode {
    id: string;
    type: string;
    [property: string]: unknown;
}
export interface Job {
    nodeId: string;
    edge: 'on' | 'off' | 'both';
    kind: string;
    after: number;
    onBattery: number;
    remaining?: number;
    repeat: number;
    sure: boolean;
    disabled: boolean;
    timings: JobTiming[];
    onlyOnBattery?: true;
}
export interface JobTiming {
    nodeId: string;
    mode: string;
    seconds: number;
    repeat: number;
}
export interface EventEntry {
    source: string;
    sourceType: string;
    event: string;
    nodeIds: string[];
    jobs: Job[];
}
export interface Graph {
    events: EventEntry[];
    unreached: string[];
    complete: boolean;
}
export interface Warning {
    kind: string;
    source: string;
    event: string;
    nodeId: string;
    data: Record<string, unknown>;
}
export interface Kind {
    kind: string;
    does?: string;
    to?: string[];
    ends?: boolean;
}
export interface Ridethrough {
    jobGraph(nodes: FlowNode[], options?: object): Graph;
    jobWarnings(graph: Graph, nodes: FlowNode[]): Warning[];
    jobKind(node: object, definition?: object): Kind | undefined;
    timingsInSequence(timings: JobTiming[]): JobTiming[];
    jobKinds: Record<string, unknown>;
    eventSources: Record<string, unknown>;
    eventNamePrefixes: Record<string, string>;
}

/** The analysis as the browser has it. */
function load(): Ridethrough {
    const window: { Ridethrough?: Ridethrough } = {};
    const RED = { _: (key: string) => key, plugins: { registerPlugin: () => {} } };
    for (const part of ['editor', 'job-kinds', 'job-graph', 'job-warnings']) {
        const html = read('nodes', 'editor', `ridethrough-${part}.html`);
        const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
        new Script(script).runInNewContext({ window, RED });
    }
    return window.Ridethrough!;
}

export const plugin = load();
/** Objects of another context are never deeply equal to ours. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
export const graphOf = (nodes: FlowNode[], options = {}) => plain(plugin.jobGraph(nodes, options));
export const warningsOf = (nodes: FlowNode[]) => plain(plugin.jobWarnings(plugin.jobGraph(nodes), nodes));
export const told = (nodes: FlowNode[]) =>
    warningsOf(nodes).map(({ kind, event, nodeId }) => `${kind} ${event} ${nodeId}`);

const UNIT = { id: 'ups1', type: 'ups-unit', holdMinutes: '60', shutdownSeconds: '120' };
export const unit = (over = {}) => ({ ...UNIT, ...over });
export const event = (wires: string[], events = ['power-fail'], id = 'event1') => ({
    id,
    type: 'ups-event',
    ups: 'ups1',
    events,
    wires: [wires],
});
export const node = (id: string, type: string, over: object = {}, ...wires: string[]): FlowNode => ({
    id,
    type,
    wires: [wires],
    ...over,
});
export const timing = (id: string, over: object, ...wires: string[]) => node(id, 'ups-timing', over, ...wires);
export const rccmd = (id: string, action: string, hosts: string, over: object = {}) =>
    node(id, 'ups-rccmd', { action, hosts, ...over });
export const logJob = (id: string, over: object = {}) => node(id, 'ups-log', over);

/** `event job` with how it is reached, for every job found. */
export function found(nodes: FlowNode[]): string[] {
    return graphOf(nodes).events.flatMap(({ event: id, jobs }) =>
        jobs.map((job) => {
            const parts = [id, job.nodeId];
            if (job.edge !== 'on') parts.push(job.edge);
            if (job.after) parts.push(`after ${job.after}`);
            if (job.onBattery) parts.push(`battery ${job.onBattery}`);
            if (job.remaining !== undefined) parts.push(`left ${job.remaining}`);
            if (job.repeat) parts.push(`every ${job.repeat}`);
            if (!job.sure) parts.push('perhaps');
            if (job.disabled) parts.push('disabled');
            return parts.join(' ');
        }),
    );
}

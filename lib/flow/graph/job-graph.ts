import { indexFlow, textOf, textsOf, wiresOf, type FlowIndex, type FlowNode } from './flow-node';
import { eventSourceOf, jobKindOf, type JobAction, type EventSource, type JobKind, type NodeRoles } from './node-role';
import { sumUp, type PathSum, type PathTiming } from './path-timings';
import { EDGES, edgesOf, instancesOf, stepsFrom, targetsOf, type Edge, type Path } from './steps';

/** Limit of the search: in a larger flow the rest is left out, so that an answer comes in time. */
const MOST_STEPS = 50_000;

/** A job, as one path from an event to it makes it run. */
export type GraphJob = JobAction &
    PathSum & {
        nodeId: string;
        type: string;
        edge: Edge | 'both';
        timings: readonly PathTiming[];
        /** False: a node on the path may keep the job from running. */
        sure: boolean;
        disabled: boolean;
        through: readonly string[];
        /** The job runs only while the UPS is on battery. */
        onlyOnBattery?: true;
    };

/** An event, and the jobs that it runs. */
export interface GraphEvent {
    /** Id of the source of the event. */
    source: string;
    sourceType: string;
    /** `*` means every event of a UPS. */
    event: string;
    /** Nodes at which the event enters the flow. */
    nodeIds: string[];
    jobs: GraphJob[];
}

export interface JobGraph {
    events: GraphEvent[];
    /** Ids of jobs that no event reaches. */
    unreached: string[];
    /** False: the flow is too large, and a part was left out. */
    complete: boolean;
}

export interface JobGraphOptions {
    /** The role of each node type. */
    roles: NodeRoles;
    /** Ids of all events of a UPS: the graph lists each of them, with or without jobs. */
    upsEvents?: readonly string[];
}

/** A place where events enter a flow. `ids`: the first nodes that they reach, if they do not follow the wires. */
interface Beginning extends EventSource {
    sourceType: string;
    ids?: readonly string[];
}

/** Follows the wires of an exported flow from each event, and finds the jobs behind it. */
export function jobGraph(nodes: readonly FlowNode[], options: JobGraphOptions): JobGraph {
    return new Walk(nodes, options.roles).graph(options.upsEvents ?? []);
}

class Walk {
    private readonly flow: FlowIndex;
    private readonly events = new Map<string, GraphEvent>();
    private readonly known = new Set<string>();
    private steps = 0;

    constructor(
        private readonly nodes: readonly FlowNode[],
        private readonly roles: NodeRoles,
    ) {
        this.flow = indexFlow(nodes);
    }

    graph(upsEvents: readonly string[]): JobGraph {
        for (const { id, type } of this.nodes) {
            if (type === 'ups-unit') for (const event of upsEvents) this.entry(id, type, event);
        }
        for (const begin of this.nodes) {
            if (this.flow.isDisabled(begin)) continue;
            for (const beginning of this.beginningsOf(begin)) {
                for (const event of beginning.events) {
                    this.entry(beginning.source, beginning.sourceType, event).nodeIds.push(begin.id);
                    this.follow(begin, beginning, event);
                }
            }
        }
        const events = [...this.events.values()];
        return { events, unreached: this.unreached(events), complete: this.steps < MOST_STEPS };
    }

    private unreached(events: readonly GraphEvent[]): string[] {
        const reached = new Set(events.flatMap(({ jobs }) => jobs).map(({ nodeId }) => nodeId));
        const isLeft = (node: FlowNode) =>
            jobKindOf(node, this.roles) !== undefined && !reached.has(node.id) && !this.flow.isDisabled(node);
        return this.nodes.filter(isLeft).map(({ id }) => id);
    }

    private entry(source: string, sourceType: string, event: string): GraphEvent {
        const key = `${source}|${event}`;
        const known = this.events.get(key);
        if (known) return known;
        const entry: GraphEvent = { source, sourceType, event, nodeIds: [], jobs: [] };
        this.events.set(key, entry);
        return entry;
    }

    private beginningsOf(node: FlowNode): Beginning[] {
        const begins = eventSourceOf(node, this.roles);
        const found: Beginning[] = begins
            ? [{ ...begins, sourceType: begins.source === node.id ? node.type : 'ups-unit' }]
            : [];
        // A mail job may receive the events of its UPSs, or of its whole site, without a wire.
        if (node.automatic !== true || !jobKindOf(node, this.roles)) return found;
        const units = this.nodes.filter(
            ({ id, type, site }) =>
                type === 'ups-unit' && (node.ups ? id === node.ups : !node.site || site === node.site),
        );
        const chosen = textsOf(node.events);
        const events = chosen.length ? chosen : ['*'];
        return [...found, ...units.map(({ id }) => ({ source: id, sourceType: 'ups-unit', events, ids: [node.id] }))];
    }

    private follow(
        begin: FlowNode,
        { source, sourceType, ids, onlyOnBattery = false }: Beginning,
        event: string,
    ): void {
        const start: Path = { event, edges: EDGES, timings: [], through: [], inside: [], sure: true, onlyOnBattery };
        const queue = this.containersOf(begin).flatMap((container) => {
            const path = container === undefined ? start : { ...start, inside: [container] };
            if (ids) return ids.map((id) => ({ id, path }));
            return wiresOf(begin).flatMap((_, port) => targetsOf(this.flow, begin, port, path));
        });
        const seen = new Set<string>();
        for (let step = queue.shift(); step && this.steps < MOST_STEPS; step = queue.shift()) {
            this.steps++;
            const { id, path } = step;
            const node = this.flow.byId.get(id);
            const key = pathKey(id, path);
            if (!node || seen.has(key)) continue;
            seen.add(key);
            const kind = jobKindOf(node, this.roles);
            const disabled = this.flow.isDisabled(node);
            const job = kind && jobOn(node, kind, path, disabled);
            if (job) this.add(source, sourceType, path.event, job);
            // A source (a marker) may receive events, but the events that it sends are its own.
            if (disabled || eventSourceOf(node, this.roles)) continue;
            queue.push(...stepsFrom(this.flow, node, { ...path, through: [...path.through, id] }, kind));
        }
    }

    /** The instances of the subflow that contains a source. It is not known which instance sends the event, so the search follows each. */
    private containersOf({ z }: FlowNode): (string | undefined)[] {
        const parent = this.flow.byId.get(textOf(z));
        return parent?.type === 'subflow' ? instancesOf(this.flow, parent.id) : [undefined];
    }

    private add(source: string, sourceType: string, event: string, job: GraphJob): void {
        const key = `${source}|${event}|${jobKey(job)}`;
        if (!this.known.has(key)) this.entry(source, sourceType, event).jobs.push(job);
        this.known.add(key);
    }
}

/** The job, as one path makes it run; undefined if no edge that it runs on passes. */
function jobOn(node: FlowNode, kind: JobKind, path: Path, disabled: boolean): GraphJob | undefined {
    const edges = edgesOf(node, kind).filter((edge) => path.edges.includes(edge));
    const [first] = edges;
    if (first === undefined) return undefined;
    // The off edge passes timings at once, and only once.
    const timings = edges.includes('on') ? path.timings : [];
    return {
        nodeId: node.id,
        type: node.type,
        timings,
        ...sumUp(timings),
        sure: path.sure,
        disabled,
        through: path.through,
        ...(path.onlyOnBattery && { onlyOnBattery: true as const }),
        ...kind,
        edge: edges.length === 2 ? 'both' : first,
    };
}

function pathKey(id: string, { event, edges, timings, inside, sure }: Path): string {
    return [id, event, edges, timings.map(({ nodeId }) => nodeId), inside, sure].join('|');
}

function jobKey({ nodeId, edge, timings, sure, onlyOnBattery }: GraphJob): string {
    return [nodeId, edge, timings.map((timing) => timing.nodeId), sure, onlyOnBattery].join('|');
}

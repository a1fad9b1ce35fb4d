import { indexFlow, textOf, textsOf, wiresOf, type FlowIndex, type FlowNode } from './flow-node';
import { eventSourceOf, jobKindOf, type JobAction, type EventSource, type JobKind, type NodeRoles } from './node-role';
import { sumUp, type PathSum, type PathTiming } from './path-timings';
import { EDGES, edgesOf, stepsFrom, targetsOf, type Edge, type Path, type Step } from './steps';

// Limits of the search: what lies beyond them is left out, so that an answer comes in time. Timings side by side and one behind the other
// double the number of paths with each pair.

/** Steps of the whole search. */
const MOST_STEPS = 50_000;
/** Nodes on all paths of the whole search. */
const MOST_WORK = 1_000_000;
/** Nodes on one path. */
const LONGEST_PATH = 500;
/** Paths of one event to the same node that differ in their timings, edges or conditions. */
const MOST_WAYS = 200;

/** A job, as one path from an event to it makes it run. */
export type GraphJob = JobAction &
    PathSum & {
        nodeId: string;
        type: string;
        edge: Edge | 'both';
        timings: readonly PathTiming[];
        /** False: a node on the path may keep the job from running. */
        sure: boolean;
        /** Ids of these nodes. */
        dependsOn: readonly string[];
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
    /** Ids of jobs that no event reaches; empty if the search is not complete. */
    unreached: string[];
    /** False: the flow is too large or has too many paths, and a part was left out. */
    complete: boolean;
    /** The work of the search: steps, and nodes on the paths of all steps. */
    effort: { steps: number; nodes: number };
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
    private readonly effort = { steps: 0, nodes: 0 };
    private complete = true;
    /** The roles of the nodes: to read the settings of a node takes longer than a step. */
    private readonly kinds = new Map<FlowNode, JobKind | undefined>();
    private readonly sources = new Map<FlowNode, EventSource | undefined>();

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
            if (this.isSpent()) break;
            if (!this.flow.isDisabled(begin)) this.followAll(begin);
        }
        const events = [...this.events.values()];
        const { complete, effort } = this;
        return { events, unreached: complete ? this.unreached(events) : [], complete, effort };
    }

    private followAll(begin: FlowNode): void {
        for (const beginning of this.beginningsOf(begin)) {
            for (const event of beginning.events) {
                if (!this.mayGoOn()) return;
                this.entry(beginning.source, beginning.sourceType, event).nodeIds.push(begin.id);
                this.follow(begin, beginning, event);
            }
        }
    }

    /** Counts a step. @returns false: the search is at its limit */
    private mayGoOn(): boolean {
        if (this.isSpent()) return false;
        this.effort.steps++;
        return true;
    }

    private isSpent(): boolean {
        const { steps, nodes } = this.effort;
        const isSpent = steps >= MOST_STEPS || nodes >= MOST_WORK;
        if (isSpent) this.complete = false;
        return isSpent;
    }

    private kindOf(node: FlowNode): JobKind | undefined {
        if (!this.kinds.has(node)) this.kinds.set(node, jobKindOf(node, this.roles));
        return this.kinds.get(node);
    }

    private sourceOf(node: FlowNode): EventSource | undefined {
        if (!this.sources.has(node)) this.sources.set(node, eventSourceOf(node, this.roles));
        return this.sources.get(node);
    }

    private unreached(events: readonly GraphEvent[]): string[] {
        const reached = new Set(events.flatMap(({ jobs }) => jobs).map(({ nodeId }) => nodeId));
        const isLeft = (node: FlowNode) =>
            this.kindOf(node) !== undefined && !reached.has(node.id) && !this.flow.isDisabled(node);
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
        const begins = this.sourceOf(node);
        const found: Beginning[] = begins
            ? [{ ...begins, sourceType: begins.source === node.id ? node.type : 'ups-unit' }]
            : [];
        // A mail job may receive the events of its UPSs, or of its whole site, without a wire.
        if (node.automatic !== true || !this.kindOf(node)) return found;
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
        const start: Path = { event, edges: EDGES, timings: [], through: [], inside: [], dependsOn: [], onlyOnBattery };
        const queue: Step[] = [];
        const push = (steps: readonly Step[]) => {
            for (const step of steps) {
                if (!this.mayGoOn()) return;
                queue.push(step);
            }
        };
        for (const container of this.containersOf(begin)) {
            const path = container === undefined ? start : { ...start, inside: [container] };
            if (ids) push(ids.map((id) => ({ id, path })));
            else wiresOf(begin).forEach((_, port) => push(targetsOf(this.flow, begin, port, path)));
        }
        const ways = new Map<string, Set<string>>();
        for (const step of queue) {
            if (this.effort.nodes >= MOST_WORK) {
                this.complete = false;
                return;
            }
            const { id, path, port } = step;
            const node = this.flow.byId.get(id);
            if (!node || !this.isNewWay(ways, step)) continue;
            if (port !== undefined) {
                push(targetsOf(this.flow, node, port, path));
                continue;
            }
            const kind = this.kindOf(node);
            const disabled = this.flow.isDisabled(node);
            const job = kind && jobOn(node, kind, path, disabled);
            if (job) this.add(source, sourceType, path.event, job);
            // A source (a marker) may receive events, but the events that it sends are its own.
            if (disabled || this.sourceOf(node) || this.isSpent()) continue;
            const own = Object.hasOwn(this.roles, node.type);
            push(stepsFrom(this.flow, node, { ...path, through: [...path.through, id] }, { kind, own }));
        }
    }

    /** Whether the search has to follow the path of this step: it differs from all others to this node, and the limits allow it. */
    private isNewWay(ways: Map<string, Set<string>>, { id, path, port }: Step): boolean {
        this.effort.nodes += path.through.length;
        const place = port === undefined ? id : `${id}|${port}`;
        const known = ways.get(place) ?? new Set();
        ways.set(place, known);
        const key = pathKey(path);
        if (known.has(key)) return false;
        if (known.size >= MOST_WAYS || path.through.length >= LONGEST_PATH) {
            this.complete = false;
            return false;
        }
        known.add(key);
        return true;
    }

    /** The instances of the subflow that contains a source. It is not known which instance sends the event, so the search follows each. */
    private containersOf({ z }: FlowNode): readonly (string | undefined)[] {
        const parent = this.flow.byId.get(textOf(z));
        return parent?.type === 'subflow' ? this.flow.instancesOf(parent.id) : [undefined];
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
        sure: path.dependsOn.length === 0,
        dependsOn: path.dependsOn,
        disabled,
        through: path.through,
        ...(path.onlyOnBattery && { onlyOnBattery: true as const }),
        ...kind,
        edge: edges.length === 2 ? 'both' : first,
    };
}

function pathKey({ event, edges, timings, inside, dependsOn }: Path): string {
    return [event, edges, timings.map(({ nodeId }) => nodeId), inside, dependsOn.length === 0].join('|');
}

function jobKey({ nodeId, edge, timings, sure, onlyOnBattery }: GraphJob): string {
    return [nodeId, edge, timings.map((timing) => timing.nodeId), sure, onlyOnBattery].join('|');
}

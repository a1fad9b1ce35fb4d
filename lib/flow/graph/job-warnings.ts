import type { FlowNode } from './flow-node';
import type { GraphEvent, GraphJob, JobGraph } from './job-graph';
import { OPPOSITE, UNDONE_BY, type ActionJob, type Effect } from './node-role';
import { EDGES, type Edge } from './steps';

// Warnings about faults that are visible from the wires alone. The CS141 manual gives the reasons: an action must be withdrawn by a counter
// job ("Event handling"), jobs may contradict each other, a repeated wake-up starts a computer that a user has shut down, and a shutdown
// has to end before the battery is empty.

/** A fault, and the jobs that cause it. Times are in seconds. */
export type JobProblem =
    | { kind: 'noCounter'; data: { does: Effect; targets: string[] } }
    | { kind: 'repeatUp'; data: { every: number } }
    | { kind: 'contradiction'; data: { other: string } }
    | { kind: 'tooLate'; data: { has: number; needs: number; hold: number | undefined; over: boolean } }
    | { kind: 'everyEvent' | 'lowOnMains' | 'wakesTooEarly'; data: Record<string, never> };

export type JobWarning = JobProblem & { source: string; event: string; nodeId: string };

type Action = GraphJob & ActionJob;
interface Wired {
    event: GraphEvent;
    job: Action;
}
type Warn = (problem: JobProblem, wired: Wired) => void;
type ById = ReadonlyMap<string, FlowNode>;

/** Warnings about the jobs of `graph` in the flow `nodes`; each warning once, however many paths lead to its job. */
export function jobWarnings(graph: JobGraph, nodes: readonly FlowNode[]): JobWarning[] {
    const byId: ById = new Map(nodes.map((node) => [node.id, node]));
    const all = graph.events.flatMap((event) =>
        event.jobs
            .filter((job): job is Action => job.kind === 'action' && !job.disabled)
            .map((job) => ({ event, job })),
    );
    const warnings = new Map<string, JobWarning>();
    const warn: Warn = (problem, { event: { source, event }, job: { nodeId } }) => {
        const other = problem.kind === 'contradiction' ? problem.data.other : '';
        const key = [problem.kind, source, event, nodeId, other].join('|');
        if (!warnings.has(key)) warnings.set(key, { source, event, nodeId, ...problem });
    };
    withoutCounter(all, warn);
    undoesTheUser(all, warn);
    contradict(all, warn);
    tooLate(all, byId, warn);
    onEverything(all, warn);
    lowOnMains(all, byId, warn);
    wakesTooEarly(all, byId, warn);
    return [...warnings.values()];
}

const runsOn = (job: Action, edge: Edge) => job.edge === edge || job.edge === 'both';
/** Whether both jobs run on the same edge. */
const together = (a: Action, b: Action) => EDGES.some((edge) => runsOn(a, edge) && runsOn(b, edge));
const isKnown = (job: Action) => job.to.length > 0;
const hitsEverybody = (job: Action) => job.to.includes('*');

/** Whether two jobs certainly have a target in common. */
function meet(a: Action, b: Action): boolean {
    if (!isKnown(a) || !isKnown(b)) return false;
    return hitsEverybody(a) || hitsEverybody(b) || a.to.some((target) => b.to.includes(target));
}

/** The jobs that leave one effect, by the targets that they reach. */
interface Reached {
    all: Wired[];
    /** They reach all targets, or may reach any: the targets of a Wake-on-LAN by MAC are not known. */
    everybody: Wired[];
    byTarget: Map<string, Wired[]>;
}

function reachedBy(all: readonly Wired[]): ReadonlyMap<Effect, Reached> {
    const found = new Map<Effect, Reached>();
    for (const wired of all) {
        const { job } = wired;
        const { leaves = job.does } = job;
        // A pulse undoes nothing.
        if (leaves === 'as-before') continue;
        const reached: Reached = found.get(leaves) ?? { all: [], everybody: [], byTarget: new Map() };
        found.set(leaves, reached);
        reached.all.push(wired);
        if (!isKnown(job) || hitsEverybody(job)) reached.everybody.push(wired);
        else for (const target of new Set(job.to)) listIn(reached.byTarget, target).push(wired);
    }
    return found;
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    return list;
}

const nameOf = (target: string) => (target === '*' ? '*' : target.slice(target.indexOf(' ') + 1));

function withoutCounter(all: readonly Wired[], warn: Warn): void {
    const reached = reachedBy(all);
    for (const wired of all) {
        const { event, job } = wired;
        const undoing = UNDONE_BY[job.does];
        if (!runsOn(job, 'on') || job.ends || !undoing) continue;
        // On the same edge of the same event it would contradict the job instead of withdrawing it.
        const withdraws = ({ event: other, job: counter }: Wired) =>
            counter.nodeId !== job.nodeId && !(other === event && together(job, counter));
        const counters = undoing.flatMap((effect) => reached.get(effect) ?? []);
        if (counters.some(({ everybody }) => everybody.some(withdraws))) continue;
        const left = (isKnown(job) ? job.to : ['*']).filter((target) =>
            counters.every(
                ({ all: any, byTarget }) => !(target === '*' ? any : (byTarget.get(target) ?? [])).some(withdraws),
            ),
        );
        if (left.length) warn({ kind: 'noCounter', data: { does: job.does, targets: left.map(nameOf) } }, wired);
    }
}

function undoesTheUser(all: readonly Wired[], warn: Warn): void {
    for (const wired of all) {
        const { job } = wired;
        if (runsOn(job, 'on') && job.repeat > 0 && (job.does === 'up' || (job.does === 'on' && !job.ends)))
            warn({ kind: 'repeatUp', data: { every: job.repeat } }, wired);
    }
}

function contradict(all: readonly Wired[], warn: Warn): void {
    const bySource = new Map<string, Wired[]>();
    const byEvent = new Map<string, Wired[]>();
    const count = new Map<Wired, number>();
    for (const wired of all) {
        const { event, job } = wired;
        if (!(job.does in OPPOSITE) || !job.sure || job.ends) continue;
        count.set(wired, count.size);
        listIn(bySource, event.source).push(wired);
        listIn(byEvent, `${event.source}|${event.event}`).push(wired);
    }
    const place = (wired: Wired) => count.get(wired)!;
    for (const wired of count.keys()) {
        const { event, job } = wired;
        const { source } = event;
        const others =
            event.event === '*'
                ? listIn(bySource, source)
                : [...listIn(byEvent, `${source}|${event.event}`), ...listIn(byEvent, `${source}|*`)].sort(
                      (a, b) => place(a) - place(b),
                  );
        for (const { event: otherEvent, job: other } of others.filter((each) => place(each) > place(wired))) {
            if (other.does !== OPPOSITE[job.does] || job.nodeId === other.nodeId) continue;
            if (!together(job, other) || !meet(job, other)) continue;
            const where = event.event === '*' ? otherEvent : event;
            warn({ kind: 'contradiction', data: { other: other.nodeId } }, { event: where, job });
        }
    }
}

/** The hold time of a full battery at the load of the nameplate, s. */
function holdSeconds(unit: FlowNode | undefined): number | undefined {
    const minutes = Number(unit?.holdMinutes);
    return minutes > 0 ? minutes * 60 : undefined;
}

/** The level of a threshold, if `event` is an event of this node. */
function levelOf({ event, source }: GraphEvent, node: FlowNode | undefined) {
    if (node?.id !== source || node.type !== 'ups-threshold') return undefined;
    return node[event] as { comparison?: unknown; low?: unknown } | null | undefined;
}

/** How long the battery lasts from the begin of the event, at the load of the nameplate, s; undefined if it is not known. */
function budgetAt(
    event: GraphEvent,
    node: FlowNode | undefined,
    unit: FlowNode | undefined,
    hold: number | undefined,
): number | undefined {
    if (event.event === 'power-fail') return hold;
    if (event.event === 'system-shutdown') return Number(unit?.shutdownSeconds) || undefined;
    const level = levelOf(event, node);
    if (level?.comparison !== 'less-than') return undefined;
    const low = Number(level.low);
    const value = String(node?.value);
    if (/minutesRemaining$/.test(value)) return low * 60;
    if (/chargePercent$/.test(value) && hold !== undefined) return (hold * low) / 100;
    return undefined;
}

function tooLate(all: readonly Wired[], byId: ById, warn: Warn): void {
    for (const wired of all) {
        const { event, job } = wired;
        if (job.does !== 'down' || !runsOn(job, 'on')) continue;
        const node = byId.get(event.source);
        const unit = node?.type === 'ups-unit' ? node : byId.get(String(node?.ups));
        const hold = holdSeconds(unit);
        const budget = budgetAt(event, node, unit, hold);
        const left: number[] = [];
        if (job.remaining !== undefined) left.push(job.remaining);
        if (job.onBattery > 0 && hold !== undefined) left.push(hold - job.onBattery);
        if (budget !== undefined) left.push(budget - job.after);
        if (!left.length) continue;
        const has = Math.min(...left);
        const needs = job.takes ?? (Number(unit?.shutdownSeconds) || 0);
        if (has < needs || has <= 0)
            warn({ kind: 'tooLate', data: { has: Math.max(0, has), needs, hold, over: has <= 0 } }, wired);
    }
}

/** Warns about actions behind every event. For messages that makes sense; an action would also run on a fan failure. */
function onEverything(all: readonly Wired[], warn: Warn): void {
    for (const wired of all) if (wired.event.event === '*') warn({ kind: 'everyEvent', data: {} }, wired);
}

const BATTERY_LEVELS = ['battery-low', 'battery-depleted'];

function isBatteryLevel(event: GraphEvent, byId: ById): boolean {
    const node = byId.get(event.source);
    if (node?.type !== 'ups-threshold') return BATTERY_LEVELS.includes(event.event);
    return (
        /^(battery|derived)\.(charge|minutes)/.test(String(node.value)) &&
        levelOf(event, node)?.comparison === 'less-than'
    );
}

/** Warns about shutdowns on a low battery without an outage. A battery may be low on mains after an outage, in a test, or because it is old. */
function lowOnMains(all: readonly Wired[], byId: ById, warn: Warn): void {
    for (const wired of all) {
        const { event, job } = wired;
        if (!['down', 'off', 'run'].includes(job.does) || !runsOn(job, 'on') || !isBatteryLevel(event, byId)) continue;
        const waits = job.timings.some(({ mode }) => mode === 'on-battery' || mode === 'remaining');
        if (!job.onlyOnBattery && !waits) warn({ kind: 'lowOnMains', data: {} }, wired);
    }
}

/** Events of a UPS which show that the mains are back: the end of the first, the beginning of the others. */
const MAINS_BACK: Readonly<Record<Edge, readonly string[]>> = {
    off: ['power-fail', 'system-shutdown'],
    on: ['battery-charging'],
};

/** Warns about wake-ups while the UPS is on battery: the host would go down again soon. */
function wakesTooEarly(all: readonly Wired[], byId: ById, warn: Warn): void {
    for (const wired of all) {
        const { event, job } = wired;
        if (job.does !== 'up' || job.type === 'ups-shutdown') continue;
        if (byId.get(event.source)?.type !== 'ups-unit' || job.onlyOnBattery) continue;
        const edges = EDGES.filter((edge) => runsOn(job, edge));
        if (edges.some((edge) => !MAINS_BACK[edge].includes(event.event)))
            warn({ kind: 'wakesTooEarly', data: {} }, wired);
    }
}

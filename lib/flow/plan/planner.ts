import type { EventSource, EventState } from '../../core/events/source';
import { outageOf } from '../../core/events/source';
import { deliveryKey } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import { ThresholdSource } from '../../core/thresholds/threshold-source';
import type { Flow } from '../flow';
import { OF_OUTAGES } from '../jobs/edge-watch';
import type { RunView } from '../jobs/job-view';
import type { RegisteredJob } from '../members';
import { PlannedMembers } from './planned-members';
import { pathOf } from './step-orders';
import { isUnit } from '../supply';
import type { TimedView } from '../timing/timed-view';
import { forecast, type Forecast, type Outlook } from './forecast';
import type {
    AtMainsReturn,
    Condition,
    Decider,
    Plan,
    PlannedEvent,
    PlannedJob,
    PlannedSource,
    PlannedState,
} from './plan';
import type { WiredEvent, WiredJob, Wires } from './wires';

/**
 * Makes the plan of a flow; it changes nothing.
 * @param only ids of the only sources to plan for: many outages may begin at once, and each must not cost the plan of all
 */
export function planOf(flow: Flow, wires: Wires, only?: ReadonlySet<string>): Plan {
    const bySource = new Map<string, WiredEvent[]>();
    const isWanted = (id: string) => only === undefined || only.has(id);
    for (const event of wires.events.filter(({ source }) => isWanted(source)))
        bySource.set(event.source, [...(bySource.get(event.source) ?? []), event]);
    for (const { id, standsFor } of flow.registry.sources())
        if (isWanted(id) && !standsFor && !bySource.has(id)) bySource.set(id, []);
    const members = new PlannedMembers(flow.registry);
    // All times are as of one moment, however long the plan takes.
    const at = flow.clock.now();
    const sources = [...bySource].map(([id, events]) => new SourcePlanner(flow, wires, members, at, id).plan(events));
    return { at, sources, unreached: [...wires.unreached], complete: wires.complete };
}

/** A path from an event to a running job. */
interface Way {
    wired: WiredJob;
    registered: RegisteredJob | undefined;
    /** Ids of the running timings. */
    timings: string[];
    path: string;
}

class SourcePlanner {
    private readonly source: EventSource | undefined;
    /** Sources with the same events under another rule: those of a UPS while it is on battery. */
    private readonly standIns: readonly EventSource[];

    constructor(
        private readonly flow: Flow,
        private readonly wires: Wires,
        private readonly members: PlannedMembers,
        /** Epoch ms */
        private readonly now: number,
        private readonly id: string,
    ) {
        this.source = flow.registry.source(id);
        this.standIns = members.standInsFor(id);
    }

    plan(wired: readonly WiredEvent[]): PlannedSource {
        const every = wired.filter(({ event }) => event === '*').flatMap(({ jobs }) => jobs);
        const named = new Set(wired.map(({ event }) => event));
        // Active events are included by their own ids, also if no wire mentions them.
        for (const { id } of this.source?.activeEvents() ?? []) named.add(id);
        const events = [...named].map((eventId) => {
            const own = wired.filter(({ event }) => event === eventId && event !== '*').flatMap(({ jobs }) => jobs);
            return this.event(eventId, [...own, ...every]);
        });
        return { sourceId: this.id, name: this.source?.name ?? this.id, present: this.source !== undefined, events };
    }

    private event(eventId: string, jobs: readonly WiredJob[]): PlannedEvent {
        const { active, confirmed, elapsedMs } = this.stateOf(eventId, this.source);
        return {
            eventId,
            active,
            confirmed,
            ...(elapsedMs === undefined ? {} : { elapsedSeconds: elapsedMs / 1000 }),
            jobs: this.jobs(eventId, jobs),
        };
    }

    private jobs(eventId: string, jobs: readonly WiredJob[]): PlannedJob[] {
        const ways = jobs.flatMap((wired) =>
            this.members.jobsOf(wired.nodeId).map((registered): Way => {
                const inside = registered?.subflowOrigin?.inside;
                const timings = wired.timings.map(({ nodeId }) => this.members.timing(nodeId, inside)?.id ?? nodeId);
                return { wired, registered, timings, path: timings.join('>') };
            }),
        );
        const pathsOf = new Map<string, string[]>();
        for (const { wired, registered, path } of ways) {
            const id = registered?.id ?? wired.nodeId;
            pathsOf.set(id, [...(pathsOf.get(id) ?? []), path]);
        }
        return ways.flatMap((way) => {
            const { edge } = way.wired;
            const paths = pathsOf.get(way.registered?.id ?? way.wired.nodeId) ?? [];
            const others = paths.filter((each) => each !== way.path);
            const edges = edge === 'both' ? (['on', 'off'] as const) : [edge];
            return edges.map((each) => this.job(eventId, way, others, each));
        });
    }

    private stateOf(eventId: string, source: EventSource | undefined): EventState {
        return source?.stateOf(eventId) ?? { active: false, confirmed: false, held: false };
    }

    private job(
        eventId: string,
        { wired, registered, timings, path }: Way,
        others: string[],
        edge: 'on' | 'off',
    ): PlannedJob {
        const inside = registered?.subflowOrigin?.inside;
        const told = wired.onlyOnBattery ? this.standInFor(eventId) : this.source;
        const state = this.stateOf(eventId, told);
        const view = registered && this.members.view(registered);
        const run = view && this.latestRun(view.runs, eventId, edge, state, others);
        const outlook = this.outlook(eventId, state, told, inside);
        const on = edge === 'on' ? forecast(wired.timings, outlook) : undefined;
        const before = run || edge === 'off' ? undefined : this.beforeThisProcess(eventId, wired, state, registered);
        const plannedState = before ?? this.planned(state, run, on, edge, wired);
        const reached = this.hasReached(eventId, wired, state, inside);
        const last = timings.length > 0 ? this.reached(wired.timings.at(-1)!.nodeId, eventId, inside) : undefined;
        const episode = state.active ? (last?.view.episode ?? state.episode) : undefined;
        const job: PlannedJob = {
            nodeId: registered?.id ?? wired.nodeId,
            type: wired.type,
            name: registered?.name ?? this.wires.node(wired.nodeId)?.name ?? wired.type,
            edge,
            acts: view?.acts ?? false,
            dryRun: view?.dryRun ?? false,
            disabled: wired.disabled,
            timings: wired.timings.map(({ nodeId }) => nodeId),
            dependsOn: this.deciders(wired),
            state: plannedState,
            repeatSeconds: edge === 'on' ? shortestRepeat(wired) : 0,
            atMainsReturn: this.atMainsReturn(eventId, state, plannedState, edge, view?.acts ?? false, reached),
            told: told?.id ?? this.id,
            confirmed: state.confirmed && !state.held,
            ofOutage: this.endsWithOutage(eventId),
            onBattery: outlook.onBattery === true,
            path,
            others,
            waitsForRuntime: wired.timings.some(({ mode }) => mode === 'remaining'),
            fired: state.active ? (last?.view.fired ?? 0) : 0,
        };
        // Assigned one by one: a plan has a thousand of them, and spreads take most of its time.
        if (run?.error !== undefined) job.error = run.error;
        if (wired.dependsOn.length === 0) Object.assign(job, this.when(plannedState, state, on, outlook, edge));
        if (edge === 'on' && state.active && last) Object.assign(job, this.repeat(last.view));
        if (episode !== undefined) job.episode = episode;
        if (run) job.run = run;
        if (view) job.view = view;
        return job;
    }

    private repeat({ fired, waiting, speed }: TimedView): { repeatsAt?: number } {
        if (fired === 0 || waiting === 'due' || waiting.for !== 'time') return {};
        return { repeatsAt: this.now + waiting.ms / speed };
    }

    private standInFor(eventId: string): EventSource | undefined {
        return this.standIns.find((source) => source.stateOf(eventId).active) ?? this.standIns[0];
    }

    private isOurs(sourceId: string): boolean {
        return sourceId === this.id || this.standIns.some(({ id }) => id === sourceId);
    }

    /** The latest run for the present occurrence; for one that is over, only the off edge counts. */
    private latestRun(
        runs: readonly RunView[],
        eventId: string,
        edge: 'on' | 'off',
        { active, episode }: EventState,
        others: readonly string[],
    ): RunView | undefined {
        return runs.findLast((run) => {
            if (!this.isOurs(run.sourceId) || run.eventId !== eventId || run.active !== (edge === 'on')) return false;
            // An off edge runs a job once, by whatever path it comes.
            if (run.active && others.includes(pathOf(run.firing))) return false;
            const isOpen = run.state === 'running' || run.state === 'owed';
            return isOpen || (edge === 'on' ? active && run.episode === episode : !active);
        });
    }

    /** The state in the journal of the run for the present occurrence. */
    private beforeThisProcess(
        eventId: string,
        { nodeId, timings }: WiredJob,
        { active, episode = '' }: EventState,
        registered: RegisteredJob | undefined,
    ): 'done' | 'owed' | undefined {
        if (!active) return undefined;
        const { registry } = this.flow;
        const passed = timings.map((timing) => this.reached(timing.nodeId, eventId, registered?.subflowOrigin?.inside));
        const firing = timings.map((timing, index) => {
            const isLast = index === timings.length - 1;
            const { id = timing.nodeId, view } = passed[index] ?? {};
            return `${id}#${isLast ? (view?.fired ?? 0) : 1}`;
        });
        const name = { episode: passed.at(-1)?.view.episode ?? episode, active: true, firing: firing.join('/') };
        const key = deliveryKey({ event: name } as EventMessage);
        const states = registry.journals().map((journal) => journal.jobState(registered?.id ?? nodeId, key));
        if (states.includes('done')) return 'done';
        return states.includes('interrupted') ? 'owed' : undefined;
    }

    /** The timing that the event has reached, and its state there. @param inside the instance of a subflow that contains the job */
    private reached(
        timingId: string,
        eventId: string,
        inside: string | undefined,
    ): { id: string; view: TimedView } | undefined {
        const timing = this.members.timing(timingId, inside);
        const view =
            timing &&
            this.members.timed(timing).findLast((each) => each.eventId === eventId && this.isOurs(each.sourceId));
        return view && { id: timing!.id, view };
    }

    private outlook(
        eventId: string,
        state: EventState,
        told: EventSource | undefined,
        inside: string | undefined,
    ): Outlook {
        const outage = outageOf(told ?? this.source);
        const ofOutage = this.endsWithOutage(eventId);
        // An event of an outage begins together with one.
        const onBattery = outage && (outage.active || (ofOutage && !state.active));
        return {
            elapsed: state.active ? (state.elapsedMs ?? 0) / 1000 : 0,
            onBattery,
            secondsOnBattery: outage?.active ? (this.source?.secondsOnBattery() ?? 0) : 0,
            remaining: (choice) => this.source?.remainingSeconds(choice),
            reached: ({ nodeId }) => (state.active ? this.reached(nodeId, eventId, inside)?.view : undefined),
        };
    }

    private planned(
        { active }: EventState,
        run: RunView | undefined,
        on: Forecast | undefined,
        edge: 'on' | 'off',
        { timings }: WiredJob,
    ): PlannedState {
        if (run) return run.state;
        if (!active) return 'idle';
        if (edge === 'off') return 'waiting';
        if (on?.heldBy || on?.condition) return 'waiting';
        // After timings, the job is about to run. Without timings, it ran before this process, or the event came before the job existed.
        return timings.length > 0 && on?.inSeconds !== undefined ? 'due' : 'idle';
    }

    private when(
        planned: PlannedState,
        state: EventState,
        on: Forecast | undefined,
        outlook: Outlook,
        edge: 'on' | 'off',
    ): { condition?: Condition; expected?: PlannedJob['expected']; tooLate?: true } {
        if (edge === 'off') return state.active ? { condition: { for: 'end' } } : {};
        if (planned !== 'idle' && planned !== 'waiting' && planned !== 'due') return {};
        if (state.active && (!state.confirmed || state.held)) return { condition: { for: 'confirmation' } };
        if (!on || (state.active && planned === 'idle')) return {};
        const condition = on.condition && { condition: on.condition };
        if (on.inSeconds === undefined) return { ...condition };
        const speed = this.source?.clock.speed ?? 1;
        const inSeconds = Math.max(0, on.inSeconds);
        const at = this.now + (inSeconds * 1000) / speed;
        const left = outlook.remaining('smaller');
        const empty = outlook.onBattery === true && left !== undefined && inSeconds > left;
        return {
            ...condition,
            expected: { at, estimated: on.estimated },
            ...(empty ? { tooLate: true as const } : {}),
        };
    }

    /** Whether the on edge has passed the timings before a counter job, so that its off edge follows. */
    private hasReached(
        eventId: string,
        { through }: WiredJob,
        { active }: EventState,
        inside: string | undefined,
    ): boolean {
        if (!active) return false;
        const timings = through.filter((id) => this.wires.node(id)?.type === 'ups-timing');
        const last = timings.at(-1);
        return last === undefined || (this.reached(last, eventId, inside)?.view.fired ?? 0) > 0;
    }

    private atMainsReturn(
        eventId: string,
        { active }: EventState,
        planned: PlannedState,
        edge: 'on' | 'off',
        acts: boolean,
        reached: boolean,
    ): AtMainsReturn {
        const open = planned === 'waiting' || planned === 'due' || planned === 'running' || planned === 'owed';
        if (!active || !this.endsWithOutage(eventId)) {
            // An owed counter job waits exactly for that.
            return edge === 'off' && planned === 'owed' ? 'runs' : 'nothing';
        }
        if (edge === 'off') return reached || planned === 'owed' ? 'runs' : 'nothing';
        if (!open) return 'nothing';
        return planned === 'running' && !acts ? 'goes-on' : 'cancelled';
    }

    /** Whether an event ends with the outage of its UPS. */
    private endsWithOutage(eventId: string): boolean {
        const { source } = this;
        if (isUnit(source)) return OF_OUTAGES.has(eventId);
        return source instanceof ThresholdSource && source.ofOutages;
    }

    private deciders({ dependsOn }: WiredJob): Decider[] {
        if (dependsOn.length === 0) return [];
        return dependsOn.flatMap((nodeId) => {
            const node = this.wires.node(nodeId);
            return node ? [{ nodeId, type: node.type, ...(node.name === undefined ? {} : { name: node.name }) }] : [];
        });
    }
}

function shortestRepeat({ timings }: WiredJob): number {
    const repeats = timings.map(({ repeat }) => repeat).filter((every) => every > 0);
    return repeats.length ? Math.min(...repeats) : 0;
}

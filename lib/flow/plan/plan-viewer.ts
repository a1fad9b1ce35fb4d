import type { EventSource } from '../../core/events/source';
import { deliveryKey } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { siteOfSource } from '../source-choice';
import { isUnit } from '../supply';
import type { Plan, PlannedJob, PlannedSource } from './plan';
import type { PlanAction, PlanSourceView, PlanStep, PlanView, StepState } from './plan-view';
import type { MaintenanceView } from './maintenance';
import { FREE, standing, type KnownOrders, type Standing } from './standing';
import type { StepOrder } from './step-orders';
import type { Wires } from './wires';

/** A step, with what its view does not tell. */
export interface ViewedStep {
    step: PlanStep;
    job: PlannedJob;
    stand: Standing;
    /** The delivery that was skipped, or run by hand, is noted as done. */
    settled: boolean;
}

/** Makes the view of a plan: what people see, and what they may do to its steps. */
export class PlanViewer {
    private readonly now: number;
    private readonly known: KnownOrders;

    constructor(
        private readonly flow: Flow,
        private readonly plan: Plan,
        private readonly wires: Wires,
    ) {
        this.now = plan.at;
        const inMaintenance = new Map<string | undefined, MaintenanceView | undefined>();
        this.known = {
            orders: flow.orders.all(),
            maintenance: (siteId) => {
                if (!inMaintenance.has(siteId)) inMaintenance.set(siteId, flow.maintenance.of(siteId));
                return inMaintenance.get(siteId);
            },
        };
    }

    view(): PlanView {
        const sources = this.plan.sources
            .filter(({ present, events }) => present && events.some(({ jobs }) => jobs.length > 0))
            .map((source) => this.source(source));
        return { at: this.now, sources, complete: this.plan.complete };
    }

    /** Of every source that the plan has. */
    sourceViews(): PlanSourceView[] {
        return this.plan.sources.map((source) => this.source(source));
    }

    /** @param key see `PlanStep` */
    find(key: string): ViewedStep | undefined {
        for (const source of this.plan.sources) {
            for (const { eventId, jobs } of source.events) {
                const found = jobs.find((job) => keyOf(source.sourceId, eventId, job) === key);
                if (found) return this.step(source, eventId, found, this.batteryEnd(source.sourceId));
            }
        }
        return undefined;
    }

    private source(source: PlannedSource): PlanSourceView {
        const { sourceId, name, events } = source;
        const inOutage = events.some(({ active, jobs }) => active && jobs.some(({ ofOutage }) => ofOutage));
        const siteId = siteOfSource(this.flow, sourceId)?.id;
        const end = this.batteryEnd(sourceId);
        const steps = events.flatMap(({ eventId, jobs }) =>
            jobs.map((job) => {
                const { step } = this.step(source, eventId, job, end);
                // In an outage nobody knows when another of its events will begin.
                if (step.state === 'planned' && inOutage && job.ofOutage) forgetTime(step);
                return { step, job };
            }),
        );
        for (const { step, job } of steps) {
            // Loads that are shed before make the runtime longer.
            const sheds =
                job.waitsForRuntime &&
                steps.some(
                    (other) =>
                        other.job.view?.shutsDown &&
                        !other.job.dryRun &&
                        !other.step.disabled &&
                        other.step.jobId !== step.jobId &&
                        other.step.eventId === step.eventId &&
                        isBefore(other.step, step),
                );
            if (sheds) step.notBefore = true;
        }
        const stops = steps.flatMap(({ step }) => (stopOf(step) ? [step.key] : []));
        return {
            sourceId,
            name,
            ...(siteId === undefined ? {} : { siteId }),
            running:
                this.isOnBattery(sourceId) ||
                events.some(({ active, jobs }) => active && jobs.length > 0) ||
                steps.some(({ step }) => step.state === 'fired' || step.state === 'resumed'),
            ...(end ? { batteryEnd: end } : {}),
            steps: steps.map(({ step }) => step).sort(byTime),
            ...(stops.length > 0 ? { stops } : {}),
        };
    }

    private step(
        { sourceId }: PlannedSource,
        eventId: string,
        job: PlannedJob,
        end: PlanSourceView['batteryEnd'],
    ): ViewedStep {
        const { view, run, episode } = job;
        const stand = this.standing(eventId, job);
        const order = this.order(eventId, job);
        const settled = order !== undefined && this.isSettled(eventId, job, order);
        const state = stateOf(job, stand, order, settled);
        const heldBy = stand.kind === 'held' && (state === 'held' || state === 'planned') ? stand.by : undefined;
        const open = state === 'planned' || state === 'waiting' || state === 'held' || state === 'due';
        const expected = open ? job.expected : undefined;
        const repeat = !open && job.repeatsAt !== undefined && stand.kind === 'free' ? job.repeatsAt : undefined;
        const due = expected ?? (repeat === undefined ? undefined : { at: repeat, estimated: false });
        const { takesSeconds } = view ?? {};
        const margin = expected && job.onBattery ? marginOf(expected.at, takesSeconds, end) : undefined;
        const late = margin !== undefined ? margin < 0 : open && job.tooLate;
        const step: PlanStep = {
            key: keyOf(sourceId, eventId, job),
            sourceId,
            eventId,
            edge: job.edge,
            jobId: job.nodeId,
            name: job.name,
            type: job.type,
            acts: job.acts,
            whom: [...(view?.whom ?? [])],
            state,
            repeatSeconds: job.repeatSeconds,
            dryRun: job.dryRun,
            disabled: job.disabled,
            dependsOn: job.dependsOn,
            atMainsReturn: job.atMainsReturn,
            timings: this.timings(job),
            may: [],
        };
        // As in the planner: one by one.
        if (episode !== undefined) step.episode = episode;
        if (due) step.due = due;
        if (open && job.condition) step.condition = job.condition;
        if (takesSeconds !== undefined) step.takesSeconds = takesSeconds;
        if (margin !== undefined) step.marginSeconds = margin;
        if (late) step.tooLate = true;
        if (run?.hosts && !open) step.hosts = run.hosts;
        if (job.error !== undefined) step.error = job.error;
        if (heldBy) step.heldBy = heldBy;
        if (run?.endedAt !== undefined) step.endedAt = run.endedAt;
        step.may = this.may(step, job, stand, settled);
        return { step, job, stand, settled };
    }

    private standing(eventId: string, job: PlannedJob): Standing {
        if (!job.view || job.disabled) return FREE;
        const event = { ...this.eventOf(eventId, job), active: job.edge === 'on' };
        const ordered = { id: job.nodeId, acts: job.acts, ...(job.view.site ? { site: job.view.site } : {}) };
        return standing(this.flow, ordered, { event } as EventMessage, this.known);
    }

    /** The order for this step, whatever firing it is for. */
    private order(eventId: string, { nodeId, told, path, episode, edge }: PlannedJob): StepOrder | undefined {
        if (episode === undefined || edge === 'off') return undefined;
        const place = { jobId: nodeId, sourceId: told, eventId, episode, path };
        return this.known.orders.findLast(
            (order) => this.flow.orders.isFor(order, place) && (order.action !== 'fired' || order.path === path),
        );
    }

    private isSettled(eventId: string, job: PlannedJob, order: StepOrder): boolean {
        const firing = order.action === 'fired' ? order.firing : nextFiring(job);
        const event = { ...this.eventOf(eventId, job), active: true, firing: firing || undefined };
        const key = deliveryKey({ event } as EventMessage);
        return this.flow.registry.journals().some((journal) => journal.jobState(job.nodeId, key) === 'done');
    }

    private eventOf(eventId: string, { told, episode = '', path }: PlannedJob) {
        const firing = path
            ? path
                  .split('>')
                  .map((id) => `${id}#1`)
                  .join('/')
            : undefined;
        return { sourceId: told, id: eventId, episode, firing };
    }

    private may(step: PlanStep, job: PlannedJob, stand: Standing, settled: boolean): PlanAction[] {
        const { edge, episode, state, repeatSeconds, disabled } = step;
        if (disabled || !job.view) return [];
        const again = (state === 'failed' || state === 'partly') && job.confirmed;
        if ((edge === 'off' && !again) || (edge === 'on' && episode === undefined)) return [];
        const message = { event: { sourceId: job.told } } as EventMessage;
        // Another process does the work of the site, and takes the orders.
        if (this.flow.registry.siteOf(message, job.view.site)?.watching) return [];
        if (edge === 'off') return ['fire'];
        const byHand = stand.kind === 'held' && stand.by.until === undefined;
        switch (state) {
            case 'waiting':
            case 'due':
                return ['hold', 'skip', 'fire'];
            case 'held':
                return [...(byHand ? (['release'] as const) : []), 'skip', 'fire'];
            case 'skipped':
                return settled ? ['fire'] : ['release', 'fire'];
            case 'fired':
            case 'resumed':
                return step.acts ? ['abort'] : [];
            case 'done':
            case 'partly':
            case 'failed':
            case 'dry-run': {
                const repeats: PlanAction[] = repeatSeconds > 0 ? ['hold', 'skip'] : [];
                return [
                    ...(again ? (['fire'] as const) : []),
                    ...repeats,
                    ...(this.canWithdraw(job) ? (['abort'] as const) : []),
                ];
            }
            default:
                return [];
        }
    }

    /** Whether a device would still carry out what a finished run has begun. */
    private canWithdraw({ run, view }: PlannedJob): boolean {
        if (run?.state !== 'done' || run.dryRun || view?.withdrawsFor === undefined) return false;
        return this.now < (run.endedAt ?? 0) + view.withdrawsFor * 1000;
    }

    private timings({ timings }: PlannedJob): PlanStep['timings'] {
        return timings.map((id) => {
            const name = this.wires.node(id)?.name;
            return { id, ...(name ? { name } : {}) };
        });
    }

    /** When the battery is empty, or would be if the mains failed now; undefined: the source has no battery, or nobody knows. */
    private batteryEnd(sourceId: string): PlanSourceView['batteryEnd'] {
        const source = this.flow.registry.source(sourceId);
        const device = this.endBy(source, 'device');
        const ours = this.endBy(source, 'derived');
        if (device === undefined && ours === undefined) return undefined;
        return { ...(device === undefined ? {} : { device }), ...(ours === undefined ? {} : { ours }) };
    }

    private isOnBattery(sourceId: string): boolean {
        const source = this.flow.registry.source(sourceId);
        return isUnit(source) && source.stateOf('power-fail').active;
    }

    private endBy(source: EventSource | undefined, choice: 'device' | 'derived'): number | undefined {
        const left = source?.remainingSeconds(choice);
        return source && left !== undefined ? Math.round(this.now + (left * 1000) / source.clock.speed) : undefined;
    }
}

/** The firing that the last timing before a step makes next, or has made for a step without repeats. */
export function nextFiring({ path, fired, repeatSeconds }: PlannedJob): string {
    if (!path) return '';
    const next = repeatSeconds > 0 ? fired + 1 : 1;
    const ids = path.split('>');
    return ids.map((id, index) => `${id}#${index === ids.length - 1 ? next : 1}`).join('/');
}

function keyOf(sourceId: string, eventId: string, { nodeId, edge, path, episode = '' }: PlannedJob): string {
    return [sourceId, eventId, edge, nodeId, path, episode].join('|');
}

function stateOf(job: PlannedJob, stand: Standing, order: StepOrder | undefined, settled: boolean): StepState {
    const { run, state } = job;
    if (order?.action === 'aborted') return 'cancelled';
    if (run && !run.held && run.state !== 'owed') {
        if (run.state === 'running') return run.resumed ? 'resumed' : 'fired';
        if (order?.action === 'skipped' && job.repeatSeconds > 0) return 'skipped';
        if (stand.kind === 'held' && job.repeatSeconds > 0) return 'held';
        if (run.state === 'failed') return run.hosts?.some((host) => host.state === 'done') ? 'partly' : 'failed';
        if (run.state === 'ended') return 'cancelled';
        return run.dryRun ? 'dry-run' : 'done';
    }
    if (order?.action === 'skipped') return 'skipped';
    if (order?.action === 'fired' && settled) return 'done';
    if (stand.kind === 'held' && (state === 'waiting' || state === 'due' || state === 'owed')) return 'held';
    if (run?.held) return 'due';
    switch (state) {
        case 'owed':
            return job.edge === 'off' ? 'waiting' : 'resumed';
        case 'running':
            return 'fired';
        case 'ended':
            return 'cancelled';
        case 'idle':
            return 'planned';
        default:
            return state;
    }
}

/** What stops a step that acts: an abort of what has begun, else it is left out. Undefined: there is nothing to stop. */
export function stopOf({ acts, may }: PlanStep): 'abort' | 'skip' | undefined {
    if (!acts) return undefined;
    return (['abort', 'skip'] as const).find((action) => may.includes(action));
}

/** Seconds between the end of the effect and the earlier end of the battery. */
function marginOf(at: number, takesSeconds: number | undefined, end: PlanSourceView['batteryEnd']): number | undefined {
    const ends = [end?.device, end?.ours].filter((each) => each !== undefined);
    if (ends.length === 0) return undefined;
    return Math.round((Math.min(...ends) - at) / 1000 - (takesSeconds ?? 0));
}

function forgetTime(step: PlanStep): void {
    delete step.due;
    delete step.marginSeconds;
    delete step.tooLate;
}

/** Whether one step sheds its load before the other comes. */
function isBefore(one: PlanStep, other: PlanStep): boolean {
    if (one.edge !== 'on' || other.edge !== 'on' || !other.due) return false;
    return one.due !== undefined && one.due.at < other.due.at;
}

/** What has run, then what comes, then what has no time. */
function byTime(one: PlanStep, other: PlanStep): number {
    return timeOf(one) - timeOf(other) || 0;
}

const PAST: readonly StepState[] = ['done', 'partly', 'failed', 'dry-run'];

function timeOf({ due, endedAt, state }: PlanStep): number {
    // When it ran is not known of what an earlier version has run.
    return due?.at ?? endedAt ?? (PAST.includes(state) ? -Infinity : Infinity);
}

import { UpsError } from '../../core/errors';
import type { TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { EdgeWatch } from './edge-watch';

/** A job that was begun, or was to begin, and is not done. */
export interface OwedJob {
    message: EventMessage;
    key: string;
    journal: Journal;
    progress: unknown;
    /** What it acts on did not stand meanwhile, and stands again. */
    again: boolean;
}

interface RunningJob {
    key: string;
    superseded?: boolean;
}

interface Waiting {
    job: OwedJob;
    watch: EdgeWatch;
    timer: TimerHandle;
    /** What it is about to be told. */
    deciding?: boolean;
}

/** The off edge of the outage that has just ended comes by wires: it supersedes what is owed from one before. */
const SETTLE_MS = 1000;
const SHARED = 'ridethrough-jobs';
const ACTED = 'acted';
/** Keys of jobs whose outcome is told, and that are not done. */
const TOLD = 'told';

/**
 * The jobs of one node that are in the journal and may not run now. Each waits until its source says how its edge stands: an on edge that is
 * over is given up; an off edge, whose job is a counter job, stays owed until the event is over again.
 */
export class OwedJobs {
    private readonly waiting = new Map<string, Waiting>();
    /** Returns of an event that a job that was owed has already served. */
    private readonly served = new Map<string, { message: EventMessage; watch: EdgeWatch }>();

    /**
     * @param keeps whether an off edge that does not stand stays owed; otherwise it is decided like an on edge
     * @param decided is called once for each job, and never before `wait` returns
     */
    constructor(
        private readonly flow: Flow,
        private readonly nodeId: string,
        private readonly keeps: boolean,
        private readonly decided: (job: OwedJob, holds: boolean) => void,
    ) {}

    /** @param restored it is from before a restart or a deploy */
    wait(job: OwedJob, restored: boolean): void {
        if (this.waiting.has(job.key)) return;
        const waiting = { job, timer: undefined } as Waiting;
        waiting.watch = new EdgeWatch(this.flow, job.message, () => this.look(waiting), restored);
        this.waiting.set(job.key, waiting);
        this.look(waiting);
    }

    /** Those that wait. */
    jobs(): OwedJob[] {
        return [...this.waiting.values()].map(({ job }) => job);
    }

    /** A newer off edge of the same event has come: what is owed from the one before is not. */
    supersede(message: EventMessage, newKey: string, journal: Journal, runs: readonly RunningJob[]): void {
        if (message.event.active) return;
        for (const { key, message: older } of journal.interruptedJobs(this.nodeId)) {
            if (key === newKey || older.event.active || !isSameEvent(older, message)) continue;
            const running = runs.find((run) => run.key === key);
            if (running) {
                // Where it was stopped it does not go on once it has let go; where it was not, it is about this very return.
                running.superseded = true;
                continue;
            }
            const waiting = this.waiting.get(key);
            if (waiting) this.remove(waiting);
            this.finish(key, journal);
        }
    }

    /** From now on the return that `message` is about counts as served, until the event begins again. */
    serve(message: EventMessage): void {
        if (message.event.active || !message.event.sourceId) return;
        const name = nameOf(message);
        this.served.get(name)?.watch.destroy();
        const forget = () => {
            if (watch.standing !== 'over') return;
            watch.destroy();
            this.served.delete(name);
        };
        const watch: EdgeWatch = new EdgeWatch(this.flow, message, forget);
        this.served.set(name, { message, watch });
    }

    /** Whether it is about a return that a job that was owed has already served. */
    covers(message: EventMessage): boolean {
        return !message.event.active && this.served.has(nameOf(message));
    }

    /** Notes, when a counter job begins, what had been done by the beginnings of events until then. */
    begin(key: string, journal: Journal): void {
        journal.setValue(this.nodeId, ACTED, { ...this.acted(journal), [key]: actsOf(journal) });
    }

    /** Whether jobs have acted on the beginning of an event since a counter job began: whom it has served may need it again. */
    isStale({ key, journal }: OwedJob): boolean {
        const before = this.acted(journal)[key];
        return before !== undefined && before !== actsOf(journal);
    }

    /** Notes whether the outcome of its latest run has been told. */
    tell(key: string, journal: Journal, told: boolean): void {
        const others = this.told(journal).filter((each) => each !== key);
        const keys = told ? [...others, key] : others;
        journal.setValue(this.nodeId, TOLD, keys.length ? keys : undefined);
    }

    isTold({ key, journal, again }: OwedJob): boolean {
        return !again && this.told(journal).includes(key);
    }

    finish(key: string, journal: Journal): void {
        journal.transaction(() => {
            journal.finishJob(this.nodeId, key, this.flow.clock.now());
            if (this.told(journal).includes(key)) this.tell(key, journal, false);
            const { [key]: noted, ...others } = this.acted(journal);
            if (noted === undefined) return;
            journal.setValue(this.nodeId, ACTED, Object.keys(others).length ? others : undefined);
        });
    }

    destroy(): void {
        for (const waiting of this.waiting.values()) this.remove(waiting);
        for (const { watch } of this.served.values()) watch.destroy();
        this.served.clear();
    }

    private look(waiting: Waiting): void {
        const { job, watch } = waiting;
        const { standing } = watch;
        if (standing === 'unknown' || this.waiting.get(job.key) !== waiting) return;
        const holds = standing === 'holds';
        const owed = this.keeps && !job.message.event.active;
        if (!holds && owed) job.again = true;
        const decision = holds || !owed ? holds : undefined;
        if (decision === waiting.deciding) return;
        this.flow.clock.clearTimeout(waiting.timer);
        waiting.deciding = decision;
        if (decision === undefined) return;
        waiting.timer = this.flow.clock.setTimeout(
            () => {
                this.remove(waiting);
                this.decided(job, decision);
            },
            holds && job.again ? SETTLE_MS : 0,
        );
    }

    private remove(waiting: Waiting): void {
        this.flow.clock.clearTimeout(waiting.timer);
        waiting.watch.destroy();
        this.waiting.delete(waiting.job.key);
    }

    private told(journal: Journal): string[] {
        return (journal.getValue(this.nodeId, TOLD) ?? []) as string[];
    }

    private acted(journal: Journal): Record<string, number> {
        return (journal.getValue(this.nodeId, ACTED) ?? {}) as Record<string, number>;
    }
}

/** Counts the jobs that have acted on the beginning of an event. */
export function countAction(journal: Journal): void {
    journal.setValue(SHARED, ACTED, actsOf(journal) + 1);
}

function actsOf(journal: Journal): number {
    return Number(journal.getValue(SHARED, ACTED) ?? 0);
}

function isSameEvent(one: EventMessage, other: EventMessage): boolean {
    return nameOf(one) === nameOf(other);
}

function nameOf({ topic, event }: EventMessage): string {
    return `${event.sourceId || topic}|${event.id}`;
}

/** A repeat begins with everybody again: what still tries for those whom the one before did not reach is that of the repeat. */
export function stopOlderRuns(
    runs: Iterable<{ message: EventMessage; stop: AbortController; test?: unknown }>,
    { event }: EventMessage,
): void {
    for (const { message, stop, test } of runs) {
        const same = message.event.active && message.event.episode === event.episode;
        if (same && !test) stop.abort(new UpsError('superseded'));
    }
}

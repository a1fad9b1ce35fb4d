import { UpsError } from '../../core/errors';
import type { TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { pathOf } from '../plan/step-orders';
import { EdgeWatch } from './edge-watch';

/** A job that was begun, or should begin, and is not done. */
export interface OwedJob {
    message: EventMessage;
    key: string;
    journal: Journal;
    progress: unknown;
    /** Its edge did not hold for a while, and holds again. */
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
    /** The decision that is about to be reported. */
    deciding?: boolean;
}

/**
 * Wait before an owed job runs, ms: the off edge of the outage that has just ended may still come by wires, and replaces a job that is owed
 * from an earlier one.
 */
const SETTLE_MS = 1000;
const SHARED = 'ridethrough-jobs';
const ACTED = 'acted';
/** Name in the journal: keys of jobs whose outcome is reported and that are not done. */
const TOLD = 'told';
/** Name in the journal: keys of jobs that have not begun, because somebody holds them. */
const HELD = 'held';

/**
 * The jobs of one node that are in the journal and must not run now. Each waits until its source reports the state of its edge. An on edge
 * that is over is given up. An off edge, whose job is a counter job, stays owed until the event is over again.
 */
export class OwedJobs {
    private readonly waiting = new Map<string, Waiting>();
    /** Off edges that an owed job has already served. */
    private readonly served = new Map<string, { message: EventMessage; watch: EdgeWatch }>();

    /**
     * @param keeps whether an off edge that does not hold stays owed; otherwise it is decided like an on edge
     * @param blocked whether somebody holds a job whose edge holds, or a job in front of it is at work: it waits on
     * @param decided called once for each job, and never before `wait` returns
     */
    constructor(
        private readonly flow: Flow,
        private readonly nodeId: string,
        private readonly keeps: boolean,
        private readonly blocked: (job: OwedJob) => boolean,
        private readonly decided: (job: OwedJob, holds: boolean) => void,
    ) {}

    /** @param restored the job is from before a restart or a deploy */
    wait(job: OwedJob, restored: boolean): void {
        if (this.waiting.has(job.key)) return;
        const waiting = { job, timer: undefined } as Waiting;
        waiting.watch = new EdgeWatch(this.flow, job.message, () => this.look(waiting), restored);
        this.waiting.set(job.key, waiting);
        this.look(waiting);
    }

    /** Somebody holds a job that is about to begin: it takes the place of an earlier firing that is held. */
    hold(job: OwedJob): void {
        for (const { job: other } of [...this.waiting.values()]) {
            const { event } = other.message;
            const same = event.active && job.message.event.active && event.episode === job.message.event.episode;
            if (same && this.isHeld(other) && pathOf(event.firing) === pathOf(job.message.event.firing))
                this.drop(other);
        }
        this.wait(job, false);
    }

    /** Orders, or maintenance, have changed. */
    lookAgain(): void {
        for (const waiting of [...this.waiting.values()]) this.look(waiting);
    }

    /** Gives a waiting job up. */
    drop({ key, journal }: OwedJob): void {
        const waiting = this.waiting.get(key);
        if (waiting) this.remove(waiting);
        this.finish(key, journal);
    }

    /** Notes that a job is held before it has begun, or that it begins. */
    noteHeld(key: string, journal: Journal, held: boolean): void {
        const others = this.held(journal).filter((each) => each !== key);
        const keys = held ? [...others, key] : others;
        journal.setValue(this.nodeId, HELD, keys.length ? keys : undefined);
    }

    /** Whether a job has not begun, because somebody holds it. */
    isHeld({ key, journal }: OwedJob): boolean {
        return this.held(journal).includes(key);
    }

    /** The waiting jobs. */
    jobs(): OwedJob[] {
        return [...this.waiting.values()].map(({ job }) => job);
    }

    /** A newer off edge of the same event has come: it replaces the job that is owed from an earlier one. */
    supersede(message: EventMessage, newKey: string, journal: Journal, runs: readonly RunningJob[]): void {
        if (message.event.active) return;
        for (const { key, message: older } of journal.interruptedJobs(this.nodeId)) {
            if (key === newKey || older.event.active || !isSameEvent(older, message)) continue;
            const running = runs.find((run) => run.key === key);
            if (running) {
                // If the running job was stopped, it does not continue after it has ended; if it was not stopped, it serves the same return
                // of the mains.
                running.superseded = true;
                continue;
            }
            const waiting = this.waiting.get(key);
            if (waiting) this.remove(waiting);
            this.finish(key, journal);
        }
    }

    /** Notes that the off edge in `message` is served, until the event begins again. */
    serve(message: EventMessage): void {
        if (message.event.active || !message.event.sourceId) return;
        const name = nameOf(message);
        this.served.get(name)?.watch.destroy();
        const forget = () => {
            if (watch.state !== 'over') return;
            watch.destroy();
            this.served.delete(name);
        };
        const watch: EdgeWatch = new EdgeWatch(this.flow, message, forget);
        this.served.set(name, { message, watch });
    }

    /** Whether an owed job has already served the off edge in the message. */
    covers(message: EventMessage): boolean {
        return !message.event.active && this.served.has(nameOf(message));
    }

    /** Notes, when a counter job begins, how many actions on edges had run until then. */
    begin(key: string, journal: Journal): void {
        journal.setValue(this.nodeId, ACTED, { ...this.acted(journal), [key]: actsOf(journal) });
    }

    /** Whether jobs have acted on the begin of an event since this counter job began: the hosts that it has served may need it again. */
    isStale({ key, journal }: OwedJob): boolean {
        const before = this.acted(journal)[key];
        return before !== undefined && before !== actsOf(journal);
    }

    /** Notes whether the outcome of the latest run was reported. */
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
            if (this.held(journal).includes(key)) this.noteHeld(key, journal, false);
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
        const { state } = watch;
        if (state === 'unknown' || this.waiting.get(job.key) !== waiting) return;
        const holds = state === 'holds';
        const owed = this.keeps && !job.message.event.active;
        if (!holds && owed) job.again = true;
        const decision = holds ? (this.blocked(job) ? undefined : true) : owed ? undefined : false;
        if (decision === waiting.deciding) return;
        this.flow.clock.clearTimeout(waiting.timer);
        waiting.deciding = decision;
        if (decision === undefined) return;
        waiting.timer = this.flow.clock.setTimeout(
            () => {
                // Meanwhile the end of the outage may have reached a job in front of it.
                if (decision && this.blocked(job)) return void (waiting.deciding = undefined);
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

    private held(journal: Journal): string[] {
        return (journal.getValue(this.nodeId, HELD) ?? []) as string[];
    }

    private acted(journal: Journal): Record<string, number> {
        return (journal.getValue(this.nodeId, ACTED) ?? {}) as Record<string, number>;
    }
}

/** Counts a job that has acted on the begin of an event. */
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

/** Stops older runs of the same event: a repeat starts again with all hosts, also with those that the older run has not reached yet. */
export function stopOlderRuns(
    runs: Iterable<{ message: EventMessage; stop: AbortController; test?: unknown }>,
    { event }: EventMessage,
): void {
    for (const { message, stop, test } of runs) {
        const same = message.event.active && message.event.episode === event.episode;
        if (same && !test) stop.abort(new UpsError('superseded'));
    }
}

import type { JobView, RunState, RunView } from '../jobs/job-view';

/**
 * The state of a job for an event. `idle`: nothing is due. `waiting`: a timing before it has not let the event through. `due`: it is about
 * to run. The other states are those of its latest run for this occurrence; for a run before a restart, `done` means only that it has
 * finished.
 */
export type PlannedState = 'idle' | 'waiting' | 'due' | RunState;

/** What a job waits for, besides time. */
export type Condition =
    /** The end of the event, for a counter job. */
    | { for: 'end' }
    /** Until at most so much runtime is left, s. */
    | { for: 'runtime'; seconds: number; remainingSeconds?: number }
    | { for: 'battery' }
    /** The runtime that is left is not known. */
    | { for: 'unknown-runtime' }
    /** The timing needs a battery, and the event belongs to no UPS. */
    | { for: 'no-ups' }
    /** The source has not confirmed the state of the event since the restart, or it is silent and holds its timers. */
    | { for: 'confirmation' };

/** What the return of the mains would do to a job. */
export type AtMainsReturn =
    /** It would run. */
    | 'runs'
    /** The job would not begin; if it is running, no further host gets a first byte. */
    | 'cancelled'
    /** It continues, because it only informs. */
    | 'goes-on'
    | 'nothing';

/** A node that decides by itself what happens to a message, so nothing is known about the nodes behind it. */
export interface Decider {
    nodeId: string;
    type: string;
    name?: string;
}

/** A job that an event runs. */
export interface PlannedJob {
    nodeId: string;
    type: string;
    /** Its label on the canvas. */
    name: string;
    edge: 'on' | 'off';
    /** The job changes something, and does not only inform people. */
    acts: boolean;
    dryRun: boolean;
    disabled: boolean;
    /** The timings before it, in the order of the wires. */
    timings: string[];
    /** Empty: the values here are certain. Otherwise they depend on these nodes, and there is no expected time. */
    dependsOn: Decider[];
    state: PlannedState;
    /** Why it failed, for people. */
    error?: string;
    /** What the job waits for, besides time. */
    condition?: Condition;
    /**
     * When the job is expected to run, epoch ms; for an event that is off: if the event began now. `estimated`: from the battery model, at
     * the present load; otherwise from the clock alone.
     */
    expected?: { at: number; estimated: boolean };
    /** According to the battery model, the battery will be empty before the job runs. */
    tooLate?: true;
    /** Seconds between repeats; 0: once. */
    repeatSeconds: number;
    /** When it repeats next, epoch ms. */
    repeatsAt?: number;
    atMainsReturn: AtMainsReturn;
    /** The source whose messages run it: the source of the event, or one that passes on its events. */
    told: string;
    /** The occurrence by the id that its messages have; absent: the event is not on. */
    episode?: string;
    confirmed: boolean;
    /** The event belongs to an outage. */
    ofOutage: boolean;
    /** The UPS is on battery, or would be, when the job runs. */
    onBattery: boolean;
    /** Ids of the running timings before it, with `>` between them, see `pathOf`. */
    path: string;
    /** Other paths from the same event to the job. */
    others: string[];
    /** A timing before it waits for a remaining runtime. */
    waitsForRuntime: boolean;
    /** How often the last timing has fired. */
    fired: number;
    run?: RunView;
    view?: JobView;
}

export interface PlannedEvent {
    eventId: string;
    active: boolean;
    /** False: the state is from before a restart, and not confirmed yet. */
    confirmed: boolean;
    /** Clock seconds since its onset. */
    elapsedSeconds?: number;
    jobs: PlannedJob[];
}

export interface PlannedSource {
    sourceId: string;
    name: string;
    /** The source exists; otherwise only the wires mention it. */
    present: boolean;
    events: PlannedEvent[];
}

/** The plan: what is active now, what comes next, and what would happen if an event began now. */
export interface Plan {
    /** Epoch ms */
    at: number;
    sources: PlannedSource[];
    /** Ids of jobs that no event reaches. */
    unreached: string[];
    /** False: the flow is too large, and a part was left out. */
    complete: boolean;
}

import type { RunState } from '../jobs/job-view';

/**
 * How a job stands to an event. `idle`: nothing is due. `waiting`: a timing before it has not let the event through. `due`: it is about to
 * run. The others are those of its latest run for this occurrence; of one before a restart `done` says only that it came to its end.
 */
export type PlannedState = 'idle' | 'waiting' | 'due' | RunState;

/** What must come before a job runs, besides time. */
export type Condition =
    /** The event has to end: a counter job. */
    | { for: 'end' }
    /** So much runtime, in seconds, has to be left at most. */
    | { for: 'runtime'; seconds: number; remainingSeconds?: number }
    | { for: 'battery' }
    /** Nobody knows how much runtime is left. */
    | { for: 'unknown-runtime' }
    /** It waits for a battery, and none is behind the event. */
    | { for: 'no-ups' }
    /** The source has not said since the restart how the event stands, or is silent and holds its timers. */
    | { for: 'confirmation' };

/** What the return of the mains would do to a job. */
export type AtMainsReturn =
    /** It would run. */
    | 'runs'
    /** It is not begun any more; where it is under way it gives nobody another first byte. */
    | 'cancelled'
    /** It goes on: news stay news. */
    | 'goes-on'
    | 'nothing';

/** A node that decides by itself what becomes of a message: what happens behind it cannot be told. */
export interface Decider {
    nodeId: string;
    type: string;
    name?: string;
}

/** A job behind an event. */
export interface PlannedJob {
    nodeId: string;
    type: string;
    /** What the canvas calls it. */
    name: string;
    edge: 'on' | 'off';
    /** It changes something, and does not only tell people. */
    acts: boolean;
    dryRun: boolean;
    disabled: boolean;
    /** The timings before it, in the order of the wires. */
    timings: string[];
    /** Empty: what is told here is sure. Else it depends on these, and no time is told. */
    dependsOn: Decider[];
    state: PlannedState;
    /** Why it failed, for people. */
    error?: string;
    /** What it waits for, besides time. */
    condition?: Condition;
    /**
     * When it is expected, epoch ms; of an event that is not on: if it began now. `estimated`: by the battery model, at the present load;
     * otherwise by the clock alone.
     */
    expected?: { at: number; estimated: boolean };
    /** By the battery model the battery is empty before it would run. */
    tooLate?: true;
    /** Seconds between repeats; 0: once. */
    repeatSeconds: number;
    atMainsReturn: AtMainsReturn;
}

export interface PlannedEvent {
    eventId: string;
    active: boolean;
    /** False: known from before a restart, and not yet confirmed. */
    confirmed: boolean;
    /** Clock seconds that it has been on. */
    elapsedSeconds?: number;
    jobs: PlannedJob[];
}

export interface PlannedSource {
    sourceId: string;
    name: string;
    /** It is there; otherwise only the wires know of it. */
    present: boolean;
    events: PlannedEvent[];
}

/** What is going on, what comes next, and what would happen if an event began now. */
export interface Plan {
    /** Epoch ms */
    at: number;
    sources: PlannedSource[];
    /** Ids of jobs that no event leads to. */
    unreached: string[];
    /** False: the flow is so large that some of it was left out. */
    complete: boolean;
}

import type { HostProgress } from '../jobs/host-progress';
import type { AtMainsReturn, Condition, Decider } from './plan';

export type { HostProgress };

/**
 * The state of a step. `planned`: its event is not on; it would run so. `waiting`: a timing, or the end of the event, is before it. `held`: a
 * person, or maintenance, holds it. `due`: it is about to run. `fired`: it runs now, or stays owed. `resumed`: as `fired`, continued after a
 * restart. `partly`: it has finished, and some of its hosts failed. `cancelled`: its event ended, or a person aborted it, before it was done.
 * `skipped`: a person has taken it out of this episode.
 */
export type StepState =
    | 'planned'
    | 'waiting'
    | 'held'
    | 'due'
    | 'fired'
    | 'done'
    | 'partly'
    | 'failed'
    | 'dry-run'
    | 'cancelled'
    | 'skipped'
    | 'resumed';

export const PLAN_ACTIONS = ['hold', 'release', 'skip', 'fire', 'abort'] as const;

/** What a person may do to a step. */
export type PlanAction = (typeof PLAN_ACTIONS)[number];

export interface HeldBy {
    who: string;
    /** Epoch ms */
    since: number;
    /** Maintenance holds it, until this time, epoch ms. */
    until?: number;
}

/** A job that an edge of an event runs. */
export interface PlanStep {
    /** Names the step, as long as its episode lasts: for `flow.act`. */
    key: string;
    sourceId: string;
    eventId: string;
    /** Absent: the event is not on. */
    episode?: string;
    edge: 'on' | 'off';
    jobId: string;
    /** The label of the job on the canvas. */
    name: string;
    /** Type of its node. */
    type: string;
    /** The job changes something, and does not only inform people. */
    acts: boolean;
    /** Hosts, recipients, outlets, … that the job is for; empty: not known. */
    whom: string[];
    state: StepState;
    /** The expected time, epoch ms. `estimated`: by the battery model, at the present load; loads that are shed before make it later. */
    due?: { at: number; estimated: boolean };
    /** The step may come later than `due`: loads are shed before it, and it waits for a remaining runtime. */
    notBefore?: true;
    /** What the step waits for, besides time. */
    condition?: Condition;
    /** Seconds between repeats; 0: once. */
    repeatSeconds: number;
    /** Seconds from its start to the end of its effect: declared, or the longest of earlier runs. Absent: not known. */
    takesSeconds?: number;
    /** Seconds between the end of its effect and the earlier battery end; negative: too late. */
    marginSeconds?: number;
    tooLate?: true;
    hosts?: HostProgress[];
    /** Why it failed, for people, in the language of the site. */
    error?: string;
    heldBy?: HeldBy;
    dryRun: boolean;
    disabled: boolean;
    /** Nodes on its path that decide by themselves; not empty: nothing here is certain. */
    dependsOn: Decider[];
    atMainsReturn: AtMainsReturn;
    /** The timings before it, in the order of the wires. */
    timings: { id: string; name?: string }[];
    /** What a person with the right may do now. */
    may: PlanAction[];
    /** When a run of this occurrence ended, epoch ms. */
    endedAt?: number;
}

/** The steps of one source of events. */
export interface PlanSourceView {
    sourceId: string;
    name: string;
    siteId?: string;
    /** An event is on. Otherwise the steps are a preview: what would happen if the mains, or the event of the source, failed now. */
    running: boolean;
    /** When the battery is expected to be empty, epoch ms: by the runtime of the device, and by our estimate. At rest: if the mains failed now. */
    batteryEnd?: { device?: number; ours?: number };
    /** In the order of the expected time; those without one are at the end. */
    steps: PlanStep[];
    /** Keys of the steps that an abort of the whole source would stop: see `flow.abortSource`. Absent: none. */
    stops?: string[];
}

export interface PlanView {
    /** Epoch ms */
    at: number;
    sources: PlanSourceView[];
    /** False: the flow is too large, and a part was left out. */
    complete: boolean;
}

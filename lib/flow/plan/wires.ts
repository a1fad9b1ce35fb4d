import type { RuntimeChoice } from '../../core/events/source';
import type { TimingMode } from '../../core/timing/episode-timing';

/** A timing on the way from an event to a job. Seconds as its mode means them. */
export interface WiredTiming {
    nodeId: string;
    mode: TimingMode;
    seconds: number;
    /** Seconds between repeats; 0: once. */
    repeat: number;
    /** Whose runtime counts in mode `remaining`. */
    runtime: RuntimeChoice;
}

/** A job as one path of wires makes it run. */
export interface WiredJob {
    nodeId: string;
    type: string;
    edge: 'on' | 'off' | 'both';
    timings: readonly WiredTiming[];
    /** False: a node on the way may keep it from running. */
    sure: boolean;
    disabled: boolean;
    /** Ids of the nodes on the way. */
    through: readonly string[];
    /** It stands behind an event that counts only while the UPS is on battery. */
    onlyOnBattery?: true;
}

/** An event, and the jobs behind it. */
export interface WiredEvent {
    /** Id of the node whose event it is. */
    source: string;
    /** `*` is every event of a UPS. */
    event: string;
    jobs: readonly WiredJob[];
}

/** The wires of the flow that runs. */
export interface Wires {
    events: readonly WiredEvent[];
    /** Ids of jobs that no event leads to. */
    unreached: readonly string[];
    complete: boolean;
    /** What stands at an id on the canvas. */
    node(id: string): { type: string; name?: string } | undefined;
}

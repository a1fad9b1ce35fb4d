import type { RuntimeChoice } from '../../core/events/source';
import type { TimingMode } from '../../core/timing/episode-timing';

/** A timing on the path from an event to a job. The meaning of its seconds depends on its mode. */
export interface WiredTiming {
    nodeId: string;
    mode: TimingMode;
    seconds: number;
    /** Seconds between repeats; 0: once. */
    repeat: number;
    /** Whose runtime counts in mode `remaining`. */
    runtime: RuntimeChoice;
}

/** A job, as one path of wires makes it run. */
export interface WiredJob {
    nodeId: string;
    type: string;
    edge: 'on' | 'off' | 'both';
    timings: readonly WiredTiming[];
    /** Ids of the nodes on the path that may keep the job from running. */
    dependsOn: readonly string[];
    disabled: boolean;
    /** Ids of the nodes on the path. */
    through: readonly string[];
    /** The job runs only while the UPS is on battery. */
    onlyOnBattery?: true;
}

/** An event, and the jobs that it runs. */
export interface WiredEvent {
    /** Id of the source of the event. */
    source: string;
    /** `*` means every event of a UPS. */
    event: string;
    /** Nodes at which the event enters the flow. */
    nodeIds: readonly string[];
    jobs: readonly WiredJob[];
}

/** The wires of the running flow. */
export interface Wires {
    events: readonly WiredEvent[];
    /** Ids of jobs that no event reaches. */
    unreached: readonly string[];
    complete: boolean;
    /** The node with this id on the canvas. */
    node(id: string): { type: string; name?: string } | undefined;
}

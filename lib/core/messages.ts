import type { EventLevel } from './events/ids';
import type { UpsStatus } from './status/status';

/** The types of the messages between nodes; help texts document exactly these. */

/** One edge of one event: `msg.event` of an event message. */
export interface EventInfo {
    /** Event id, e.g. `power-fail`. */
    id: string;
    /** Name of the source, e.g. the unit's. */
    source: string;
    /** Node id of the source; empty for messages that did not come from a Ridethrough source. */
    sourceId: string;
    level: EventLevel;
    active: boolean;
    /** Time at which the state began, epoch ms. */
    since: number;
    /** Time of this edge, epoch ms. */
    at: number;
    /** Unique per occurrence; survives restarts. */
    episode: string;
    /** One sentence for people. */
    text: string;
    value?: number | string;
    unit?: string;
    /**
     * The firing that sent this message (`<timing node>#<n>`, joined by `/` for timings in a chain); absent if the message comes directly
     * from the source. Together with `episode` and the edge it makes a delivery unique.
     */
    firing?: string;
    /** Clock ms from the onset to that firing: the timings behind it count from there. */
    firedMs?: number;
    /** The episode that this on edge replaces: that episode did not end and gets no off edge. */
    replaces?: string;
    /** What led to the edge. */
    evidence?: Evidence;
}

/** The values that an edge was decided on, their age, and the rule that decided. */
export interface Evidence {
    rule: string;
    values: Record<string, number | string | boolean | undefined>;
    /** Seconds between the reading and the edge. */
    ageSeconds: number;
    /** True when the device is silent and the outage is presumed to go on. */
    presumed?: boolean;
}

export interface EventMessage {
    topic: string;
    payload: boolean;
    event: EventInfo;
    status?: UpsStatus;
}

/** The result of a job: `msg.job` of its output. */
export interface JobResult {
    type: string;
    name: string;
    ok: boolean;
    dryRun: boolean;
    attempts: number;
    /** Epoch ms */
    startedAt: number;
    /** Epoch ms */
    endedAt: number;
    error?: string;
    /**
     * The job was stopped, with `ok` false, because its event is over or was triggered again, or because a person has aborted it. This is
     * not a failure: the rest is left undone, or is continued later.
     */
    ended?: 'event-over' | 'mains-failed-again' | 'superseded' | 'on-mains' | 'aborted';
    /** Details that depend on the job, e.g. one outcome for each host. */
    detail?: unknown;
}

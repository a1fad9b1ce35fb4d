import type { EventLevel } from './events/ids';
import type { UpsStatus } from './status/status';

/** The shapes that travel on the wires between nodes; help texts document exactly these. */

/** One edge of one event. `msg.event` of an event message. */
export interface EventInfo {
    /** Event id, e.g. `power-fail`. */
    id: string;
    /** Name of the source, e.g. the unit's. */
    source: string;
    /** Node id of the source; empty for messages that did not come from a Ridethrough source. */
    sourceId: string;
    level: EventLevel;
    active: boolean;
    /** Onset of the state, epoch ms. */
    since: number;
    /** This edge, epoch ms. */
    at: number;
    /** Unique per occurrence; survives restarts. */
    episode: string;
    /** One sentence for people. */
    text: string;
    value?: number | string;
    unit?: string;
    /**
     * Which firing of which timing brought this message (`<timing node>#<n>`, joined by `/` when timings are chained);
     * absent straight from the source. With `episode` and the edge it makes a delivery unique.
     */
    firing?: string;
    /** Clock ms from the onset to that firing: timings behind it count from there. */
    firedMs?: number;
    /** Episode whose place this on edge takes: that one did not end and gets no off edge. */
    replaces?: string;
    /** What led to the edge. */
    evidence?: Evidence;
}

/** The values an edge was decided on, how old they were, and the rule that decided. */
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

/** What a job did; `msg.job` of a job's output. */
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
    /** It was ended, with `ok` false, because what it acted on no longer stood, or because the same was set off again: nothing is wrong, and the rest is left alone or goes on later. */
    ended?: 'event-over' | 'mains-failed-again' | 'superseded' | 'on-mains';
    /** Per-job detail, e.g. one outcome per host. */
    detail?: unknown;
}

/** The effect of an action: computers or a UPS go down or come up, a contact or an outlet goes on or off, or something else is run. */
export type Effect = 'down' | 'up' | 'on' | 'off' | 'run';

/**
 * The effect of a job and its targets. An information job informs somebody, and nothing has to be undone. An action job changes something,
 * and its counter job has to undo that (CS141 manual, "Event handling").
 */
export type JobKind = JobAction & {
    /** The job runs on both edges of its event. Any other job runs on the edge that its node has set. */
    edge?: 'both';
};

export type JobAction = InformationJob | ActionJob;

export interface InformationJob {
    kind: 'info';
}

export interface ActionJob {
    kind: 'action';
    does: Effect;
    /** The targets, as texts that can be compared between jobs: `host a`, `outlet ups1/2`. `*` means all; an empty list means unknown. */
    to: readonly string[];
    /** The action ends by itself: it needs no counter job. */
    ends?: boolean;
    /** The state that it ends in, if that is not what it does: off and on again leaves an outlet on. */
    leaves?: Effect | 'as-before';
    /** The targets are computers: only another job can undo the action. What a relay, an outlet or a UPS did is undone for real in a dry run, too. */
    toHosts?: true;
    /** Seconds from the job to the end of its effect. */
    takes?: number;
}

/** The events that begin at a node. */
export interface SourceRole {
    /** Id of the config node that is the source of the events; default: the node itself. */
    source?: string;
    /** Ids of events; `*` is every event of a UPS. */
    events: readonly string[];
    /** The events pass only while their UPS is on battery. */
    onlyOnBattery?: boolean;
}

/** The role of a node for other nodes: a job, a source of events, or both. A node without a role passes messages on. */
export interface Role<S> {
    job?(settings: S): JobKind;
    /** False: what the job does depends on its message, so there is nothing to try with a Test button. */
    hasTest?: false;
    /** The hosts, recipients, outlets, … of the job, as people know them; default: from `to` of its kind. */
    whom?(settings: S): readonly string[];
    source?(settings: S): SourceRole;
    /** Prefix of its event ids in the catalogue of events. */
    eventPrefix?: string;
}

/** What an action does: computers or a UPS go down or come up, a contact or an outlet goes on or off, or anything is run. */
export type Effect = 'down' | 'up' | 'on' | 'off' | 'run';

/**
 * What a job does to whom. An information job tells somebody, and ends by itself; an action changes something, and has to be withdrawn by
 * its counter job (CS141 manual, "Event handling").
 */
export type JobKind = JobAction & {
    /** The job follows its event. Any other runs on the edge that its node has set. */
    edge?: 'both';
};

export type JobAction = InformationJob | ActionJob;

export interface InformationJob {
    kind: 'info';
}

export interface ActionJob {
    kind: 'action';
    does: Effect;
    /** Whom, as texts that two jobs can be compared by: `host a`, `outlet ups1/2`. `*` is everybody; an empty list is not known. */
    to: readonly string[];
    /** The action takes itself back: it needs no counter job. */
    ends?: boolean;
    /** Seconds from the job to the end of what it does. */
    takes?: number;
}

/** The events that begin at a node. */
export interface SourceRole {
    /** Id of the config node whose events they are; default: the node itself. */
    source?: string;
    /** Ids of events; `*` is every event of a UPS. */
    events: readonly string[];
    /** The events pass only while their UPS is on battery. */
    onlyOnBattery?: boolean;
}

/** What a node is to others: a job, a source of events, or both. A node without a role only hands on what it gets. */
export interface Role<S> {
    job?(settings: S): JobKind;
    source?(settings: S): SourceRole;
    /** Where the catalogue of events keeps the names of its events, before their ids. */
    eventPrefix?: string;
}

/** What a job does, to whom, and what ends it; for the list of jobs, the plan and the warnings. */
export interface JobRole {
    /** `info` tells somebody; `action` changes something and has to be taken back by a counter job. */
    kind: 'info' | 'action';
    /** Of an action: computers or a UPS go down and up, a contact or an outlet on and off, anything else runs. */
    does?: 'down' | 'up' | 'on' | 'off' | 'run';
    /** Whom, as texts that two jobs can be compared by (`host a`, `ups <id>`, `outlet <id>/1`, `port <id>/Relay 1`); `*` is everybody, none is not known. */
    to?: readonly string[];
    /** The action takes itself back: no counter job is needed. */
    ends?: boolean;
    /** It follows the event; otherwise the node's own `edge` counts. */
    edge?: 'both';
    /** Seconds from the job to the end of what it does. */
    takes?: number;
}

/** Events that begin at a node. */
export interface SourceRole {
    /** Id of the node, or config node, whose events they are; default: the node itself. */
    source?: string;
    /** `*` is every event of a UPS. */
    events: readonly string[];
    onlyOnBattery?: boolean;
    /** Where the catalogue of events keeps their names, e.g. `threshold-`. */
    namePrefix?: string;
}

export interface Role<S> {
    job?(settings: S): JobRole;
    source?(settings: S): SourceRole;
}

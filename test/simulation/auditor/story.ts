/**
 * What the auditor is told: what the world did and what was seen of the machine under test, in the auditor's own words. Nothing here comes from
 * the code under test. All times are milliseconds of the world's steady clock.
 */
export type Happening = { t: number } & (
    | { what: 'mains'; on: boolean }
    /** The output of the UPS, by which hosts live. */
    | { what: 'output'; on: boolean }
    /** True charge in percent, while it falls; every five seconds. */
    | { what: 'charge'; percent: number }
    /** The battery is empty. */
    | { what: 'empty' }
    /** A self-test of the UPS: on battery, with the mains there. */
    | { what: 'test'; on: boolean }
    /** The device answers, or does not. */
    | { what: 'device'; answers: boolean }
    /** An answer of the device has arrived at the machine; what it said, and what is left open is what it did not say. */
    | ({ what: 'told' } & Told)
    /** The UPS was ordered to switch its output off in so many seconds, or to forget that. */
    | { what: 'ordered'; seconds: number }
    | { what: 'aborted' }
    | { what: 'process'; state: 'starts' | 'stops' | 'killed' }
    | { what: 'deploy'; state: 'begins' | 'ends'; type: string; change?: string }
    | { what: 'wall'; jump: number }
    | { what: 'disk'; fails: boolean }
    | { what: 'weather'; address: string; weather: string }
    /** First bytes of a message to a host, by its verb; each contact of the world has a number. */
    | { what: 'bytes'; host: string; verb: string; state: HostState; contact: number }
    /** The machine has seen that a host took such a message and closed. */
    | { what: 'confirmed'; host: string; contact: number }
    /** A magic packet for a host. */
    | { what: 'packet'; host: string; state: HostState }
    | { what: 'host'; host: string; state: HostState }
    /** A message has reached a node of the flow. */
    | { what: 'message'; from: string; to: string; event: MessageEvent }
    | { what: 'log'; entry: LogLine }
    | { what: 'complaint'; node: string; text: string }
    /** A rejected promise that nobody handles: the end of a real Node-RED. */
    | { what: 'rejection'; text: string }
);

/** What is noted of a moment that goes without saying. */
export type Untimed = Happening extends infer Each ? (Each extends Happening ? Omit<Each, 't'> : never) : never;

export type HostState = 'up' | 'going down' | 'down' | 'booting' | 'crashed';

export interface Told {
    /** What the device says feeds the output; `contradiction` and `unknown` say nothing. */
    source: 'mains' | 'battery' | 'off' | 'unknown';
    /** V at the input. */
    input?: number;
    test?: boolean;
    low?: boolean;
    charge?: number;
    /** Seconds that the battery lasts. */
    runtime?: number;
}

export interface MessageEvent {
    id: string;
    sourceId: string;
    episode: string;
    active: boolean;
    firing?: string;
    replaces?: string;
}

export interface LogLine {
    kind: string;
    level: string;
    nodeId?: string;
    eventId?: string;
    episode?: string;
    active?: boolean;
    /** The rule by which an edge was decided, and the values beside it. */
    rule?: string;
    values?: number;
    ok?: boolean;
    ended?: string;
    dryRun?: boolean;
    /** Hosts that the outcome of a job tells of, by name. */
    hosts?: string[];
}

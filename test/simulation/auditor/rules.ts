/** What the flow was set to do, as a person reads it off its dialogs. The auditor holds the story against it. */
export interface Orders {
    /** Hosts that are told something while an outage lasts. */
    duties: Duty[];
    /** Hosts that are woken when the mains are back. */
    wakings: { node: string; hosts: string[] }[];
    /** Nodes that send the edges of events, and the nodes that they are wired to. */
    events: { node: string; ids: string[]; onlyOnBattery: boolean }[];
    timings: string[];
    /** Nodes that somebody has switched off for good. */
    switchedOff?: string[];
    /** The UPS itself is ordered off in an outage, and the order taken back at its end. */
    switchesUps: boolean;
    dryRun: boolean;
    /** Of the UPS: from full to empty on this load, s; and below what charge it says that its battery is low. */
    capacitySeconds: number;
    lowPercent: number;
    /** The device tells its runtime in whole minutes, not in seconds. */
    runtimeInMinutes: boolean;
    pollSeconds: number;
    staleSeconds: number;
    onSilence: 'continue' | 'hold';
    /** The mains must be back for so long before an outage is over. */
    mainsBackSeconds: number;
    /** For so long the mains must have failed before an outage is one. */
    confirmSeconds: number;
    /** So long after the mains are back, and everything works, the last host must be up. */
    wakesWithinSeconds: number;
    /** For so long the device may hide an outage: see docs/outage.md for what then shows it. */
    hiddenSeconds: number;
}

export interface Duty {
    node: string;
    hosts: string[];
    verb: 'SHUTDOWN' | 'EXECUTE' | 'MESSAGE';
    due: Due;
    /** It is told again each so many seconds; 0: once. */
    repeatSeconds: number;
    /** A shutdown is renewed each so many seconds, with one try; 0: never. */
    renewSeconds: number;
    /** It runs at the end of the outage instead. */
    atEnd?: boolean;
    /** In force from the deploy that began at this moment up to the one that began at that, ms: a node whose settings change has several. */
    from?: number;
    to?: number;
}

/** `by`: the timing in which the seconds are set. */
export type Due =
    | { kind: 'after'; seconds: number; by?: string }
    | { kind: 'low' }
    /** `estimated`: the smaller of what the device tells and what is reckoned from how the charge falls. */
    | { kind: 'runtime'; seconds: number; estimated?: boolean; by?: string }
    | { kind: 'charge'; below: number }
    /** So long after something else was due; `before`: when that was due by earlier settings, which held up to `to`. */
    | { kind: 'later'; than: Due; seconds: number; by?: string; before?: { than: Due; to: number }[] };

/** Who lives on the UPS. */
export interface HostFacts {
    name: string;
    address: string;
    downSeconds: number;
    bootSeconds: number;
}

export interface Fault {
    t: number;
    rule:
        | 'lost'
        | 'twice'
        | 'early'
        | 'unconfirmed'
        | 'on mains'
        | 'stranded'
        | 'edges'
        | 'evidence'
        | 'dry run'
        | 'crash'
        | 'ups';
    text: string;
}

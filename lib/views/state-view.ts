import type { Channel, OutputSource } from '../core/status/status';
import type { IndicatorColour, IndicatorState } from '../core/status/indicator';
import type { TemperatureUnit } from '../core/units/temperature';

/**
 * What an operator sees first: the sites, one sentence for the bar, and one tile per UPS, worst first. In all views: moments are epoch ms of
 * the server, durations are seconds, and an unknown value is absent (never 0, never a sentinel). A browser continues ages and durations with
 * its own monotonic clock from `at`. Views tell codes; the words are the page's. Only texts that are data of the log, such as the sentence of
 * an event, come in the language of the site.
 */
export interface StateView {
    at: number;
    /** Version of this package. */
    version: string;
    sites: SiteView[];
    bar: BarView;
    units: UnitTile[];
}

export interface SiteView {
    id: string;
    name: string;
    location?: string;
    contact?: string;
    temperatureUnit: TemperatureUnit;
    /** Significant digits of values, 1 to 9; absent: as they come. */
    significantDigits?: number;
    /** The language of its texts, e.g. `en-US`. */
    language: string;
    dryRun: boolean;
    /** Another process has the store and does the work. */
    watching: boolean;
    /** `memory`: its disk has failed; `waiting`: another Node-RED has it. */
    store: 'disk' | 'memory' | 'waiting';
    maintenance?: MaintenanceView;
}

/** Jobs are held until this moment; it ends by itself. */
export interface MaintenanceView {
    until: number;
    since: number;
    by: string;
}

/** Why the values of an outage are not fresh. `restart`: it was on before the restart, and no reading has confirmed it yet. */
export type Presumed = 'restart' | 'silent';

/** A channel by its name; neither value nor state: not known now. */
export interface TileChannel extends Channel {
    name: string;
}

export interface UnitTile {
    id: string;
    name: string;
    siteId?: string;
    state: IndicatorState;
    colour: IndicatorColour;
    /** Since when it is in this state; absent: no event of it says that. */
    since?: number;
    source?: OutputSource;
    /** Percent: the device's, or ours if it tells none; in a silent outage counted down. */
    charge?: number;
    /** Remaining runtime, by the device; counted down in an outage. On mains: if the mains failed now. Seconds of the clock of the UPS. */
    runtimeSeconds?: number;
    /** The same by our battery model. */
    estimatedSeconds?: number;
    /** Percent of the rated load, of the most loaded phase. */
    load?: number;
    /** Sum of the phases. */
    watts?: number;
    /** It has no AC output that it tells of: no load in percent, no frequency, no bypass. */
    dcSupply?: true;
    /** Of the output of a DC supply, V and A. */
    dcVolts?: number;
    dcAmps?: number;
    /** The first channels of a DC supply that tells neither charge nor DC output, so that there is something to see of it. */
    channels?: TileChannel[];
    /** 0 on mains; absent as long as nothing tells whether it is on battery. Seconds of the clock of the UPS. */
    secondsOnBattery?: number;
    onBatterySince?: number;
    /** Age of the last reading, also one of before a restart; real seconds. */
    ageSeconds?: number;
    /** From this age on a reading is old; longer than the setting of the UPS if it is polled more rarely. Real seconds. */
    staleSeconds: number;
    /** The values are old: show them as such, with their age. */
    stale: boolean;
    /** In an outage that no fresh reading confirms: the reason. Charge and runtime go on counting down. */
    presumed?: Presumed;
    /** For how long it has been presumed: since the last reading. Seconds of the clock of the UPS. */
    presumedSeconds?: number;
    /** The timers of the outage wait until the UPS answers again (its setting "on silence: hold"). */
    held?: true;
    dryRun: boolean;
    /** Active events of level alarm. */
    alarms: number;
    /** Active events of level warning. */
    warnings: number;
    /** Failures of jobs for its events that nobody has acknowledged. */
    failures: number;
    /**
     * Seconds of its clock per real second: 1, except for a simulated UPS. Seconds of the clock of the UPS go on at this speed, ages at that of
     * life.
     */
    speed: number;
}

/** The bar on every page: one sentence, one mark per UPS and per event source that has something to say. */
export interface BarView {
    headline: Headline;
    /** What fires next; absent: nothing is waiting. */
    next?: NextStep;
    marks: Mark[];
    /** Active alarms and failures that nobody has acknowledged. */
    unacknowledged: number;
    /** At least one site runs its jobs as a dry run. */
    dryRun: boolean;
    maintenance?: MaintenanceView;
    failures: number;
}

/** The worst UPS, or the worst other source if it is worse than any UPS; if there is none at all, `state` is `starting`. */
export interface Headline {
    state: IndicatorState;
    unitId?: string;
    unitName?: string;
    /** A sensor, input, marker, … is worse than any UPS. */
    sourceId?: string;
    sourceName?: string;
    /** Since when the one that is named is in this state; absent: no event of it says that. */
    since?: number;
    secondsOnBattery?: number;
    presumed?: Presumed;
    presumedSeconds?: number;
    speed?: number;
    /** How many others are in the same state. */
    others: number;
}

export interface NextStep {
    /** Real seconds. Absent: only the condition is known. */
    inSeconds?: number;
    /** The time comes from a battery model. */
    estimated?: true;
    /** What it waits for besides time, e.g. `runtime`. */
    condition?: string;
    /** How many jobs are due at the same moment (within a second). */
    jobs: number;
    /** How many hosts they concern; 0: not known, or none. */
    hosts: number;
    /** Label of the first of these jobs. */
    name: string;
    /** At least one of them changes something, and does not only inform people. */
    acts: boolean;
    /** By the battery model the battery is empty before. */
    tooLate?: true;
}

export interface Mark {
    id: string;
    name: string;
    kind: 'unit' | 'source';
    state: IndicatorState;
    colour: IndicatorColour;
}

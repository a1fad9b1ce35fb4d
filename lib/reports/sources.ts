import type { EventLevel } from '../core/events/ids';
import type { Lasting } from '../core/events/lasted';
import type { LogEntry } from '../core/journal/event-log';
import type { Zone } from '../core/schedules/local-time';
import type { Slices } from '../core/turns';
import type { Condition } from '../flow/plan/plan';

/** What reports read. Times: epoch ms. A value that is not known is absent. */
export interface ReportSources {
    /** Occurrences that overlap a range, oldest first. */
    episodes(query: EpisodeQuery): ReportEpisode[];
    /** Entries of a range, oldest first. Read in slices. */
    log(range: Range, slices: Slices): Promise<LogEntry[]>;
    /** Readings of a range, oldest first; without times if there are none. Read in slices. */
    readings(query: ReadingsQuery, slices: Slices): Promise<Readings>;
    /** What was planned when the occurrence began. Absent, or undefined: the plan was not kept. */
    planAtOnset?(episode: string): PlannedStep[] | undefined;
}

export interface Range {
    from: number;
    to: number;
}

export interface EpisodeQuery extends Range {
    sourceId?: string;
    eventId?: string;
}

export interface ReportEpisode extends Lasting {
    episode: string;
    sourceId: string;
    sourceName: string;
    eventId: string;
    level: EventLevel;
}

export interface ReadingsQuery extends Range {
    /** Id of the UPS. */
    owner: string;
    quantities: readonly string[];
    /** `fine`: each sample, for sums. `finest`: also those of a recording. */
    detail: 'fine' | 'finest';
}

/** Samples of several quantities at the same times. */
export interface Readings {
    times: readonly number[];
    columns: readonly ReadingsColumn[];
    /** Between two times further apart than this nothing is known. */
    gapMs: number;
    /** Each time stands for so many ms from it on, and `mean` for all of them. Absent: the values of a moment. */
    bucketMs?: number;
}

export interface ReadingsColumn {
    quantity: string;
    unit: string;
    /** Of a state: its codes; `mean` has their index. */
    states?: readonly string[];
    mean: readonly (number | undefined)[];
    min?: readonly (number | undefined)[];
    max?: readonly (number | undefined)[];
}

/** A job as it was planned at the onset. */
export interface PlannedStep {
    eventId: string;
    edge: 'on' | 'off';
    jobId: string;
    /** The label of the job on the canvas. */
    name: string;
    acts: boolean;
    /** Hosts, outlets, recipients; empty: not known. */
    whom: readonly string[];
    /** Epoch ms. `estimated`: by the runtime of the battery. */
    due?: { at: number; estimated: boolean };
    /** Nothing is before it: it runs at the onset. */
    atOnce?: boolean;
    /** What it waits for besides time. */
    condition?: Condition;
    /** Nothing about it is certain: other nodes decide. */
    uncertain?: boolean;
}

/** The UPS or other source that a report is about. */
export interface ReportUnit {
    id: string;
    name: string;
    manufacturer?: string;
    model?: string;
    serial?: string;
    /** VA */
    ratedVA?: number;
    /** Minutes at `loadVA` (VA), by the nameplate. */
    holdMinutes?: number;
    loadVA?: number;
    /** V, as the device or the settings say. */
    nominalVoltage?: number;
}

export interface ReportSite {
    name: string;
    location?: string;
    contact?: string;
    dryRun?: boolean;
}

/** What every report begins with. */
export interface ReportHead {
    site: ReportSite;
    unit: ReportUnit;
    /** When it was made. */
    at: number;
    /** IANA name of the zone of its days and times. */
    zone: string;
}

/** What a report is made of, besides its sources. */
export interface ReportRequest {
    site: ReportSite;
    unit: ReportUnit;
    /** Now, epoch ms. */
    now: number;
    zone: Zone;
}

export function headOf({ site, unit, now, zone }: ReportRequest): ReportHead {
    return { site, unit, at: now, zone: zone.id };
}

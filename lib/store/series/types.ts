import type { Slices } from '../../core/turns';
import type { SignificantDigits } from '../../core/units/digits';
import type { DischargeRecord, DischargeRecorder, DischargeRow } from '../../core/batteries/discharge/record';
import type { Found } from './table';

/**
 * How closely values are kept: `fine` as they were sampled; `quarter`, `hour` and `day` as mean, lowest and highest value of each quarter of an
 * hour, hour or day (UTC); `recording` each second to each 5 s while an outage, a test or an alarm lasts. Days are kept of the numbered values of
 * batteries alone; of others they are made of hours.
 */
export type Tier = 'fine' | 'quarter' | 'hour' | 'day' | 'recording';

/** One value of a sample. */
export interface Sample {
    quantity: string;
    /** SI or the unit of a sensor; empty for a state. */
    unit: string;
    /** `undefined` is unknown. */
    value?: number;
    /** The name of a state, for quantities that have no number. */
    state?: string;
}

/**
 * The values of one quantity of numbered things, such as the blocks of a battery. In the history each number is a quantity of its own:
 * `<quantity>.<number>`, numbers from 1.
 */
export interface NumberedValues {
    quantity: string;
    unit: string;
    /** Of number 1 at index 0; NaN is "not known". */
    values: Float64Array;
}

/** What is sampled: a UPS, a battery, a sensor, a contact, an output. */
export interface SeriesOwner {
    /** Node id */
    id: string;
    name: string;
}

export interface SeriesInfo {
    owner: string;
    ownerName: string;
    quantity: string;
    unit: string;
    kind: 'number' | 'state';
    /** Of a state: the names of its codes; a code is an index. */
    states?: string[];
    /** Epoch ms of the oldest and the newest sample of the owner. */
    from: number;
    to: number;
}

/** Times in epoch ms, both inclusive. */
export interface SeriesQuery {
    /** Node id of the owner. */
    owner: string;
    /** Default: all of the owner. */
    quantities?: string[];
    from: number;
    to: number;
    /** The finest tier that has at most so many points, and reaches as far back as there is data. Default: 10,000. */
    points?: number;
    /** Exactly this tier, whatever `points` says. */
    tier?: Tier;
    /** With the tiers `hour` and `day`: so many hours or days are put together, from multiples of it since 1970. */
    together?: number;
}

/** One quantity, with a value for each time of its table. `undefined` is unknown. */
export interface SeriesColumn {
    quantity: string;
    unit: string;
    kind: 'number' | 'state';
    /** Of a state: the names of its codes; a code is an index. */
    states?: string[];
    /** The value or, of a quarter or an hour, the mean. Of a state: the code, or the code that most samples had. */
    mean: (number | undefined)[];
    /** Of numbers by quarters, hours and days. */
    min?: (number | undefined)[];
    max?: (number | undefined)[];
}

export interface SeriesTable {
    owner: string;
    tier: Tier;
    /** Epoch ms, ascending; of quarters, hours and days their beginning. */
    times: number[];
    columns: SeriesColumn[];
    /** Between two times that are further apart there is a gap. */
    gapMs: number;
}

/** A discharge with its curves, for each module (from 1, at index 0) or string as long as `atMs`. NaN is "not known"; without columns: it was never told. */
export interface DischargeHistory {
    record: DischargeRecord;
    /** ms since the onset, ascending; below 0 before it. */
    atMs: Float64Array;
    phases: DischargeRow['phase'][];
    /** V by module, °C by module, A by string. */
    voltage: Float64Array[];
    temperature: Float64Array[];
    current: Float64Array[];
}

export type RecordingReason = 'outage' | 'test' | 'alarm';

/** A time in which the values of an owner were kept each second to each 5 s, with the minute before. */
export interface Recording {
    id: number;
    owner: string;
    /** Epoch ms of the first value, up to a minute before the event. */
    from: number;
    /** Epoch ms; absent while it runs. */
    to?: number;
    why: RecordingReason;
    /** The episode of its event. */
    episode?: string;
}

/** Days for which values are kept; 0 keeps them for ever. */
export interface SeriesRetention {
    /** Default 400. */
    fineDays: number;
    /** Default 1826, five years. */
    quarterDays: number;
    /** Default 0. */
    hourDays: number;
    /** Default 1826. */
    recordingDays: number;
}

/** `memory`: the file fails. `waiting`: another process has it. In both, new values wait in memory, and the newest are kept. */
export type SeriesMode = 'disk' | 'memory' | 'waiting';

/** What is deleted: of one owner or of all, all or what is older than `before` (epoch ms); never what `spare` names. */
export interface Removal {
    owner?: string;
    before?: number;
    spare?: ReadonlySet<string>;
}

/**
 * The history of values of one site, in `ridethrough-series.sqlite` beside its journal. It never throws because of its file: where the file
 * fails, it reports that once and goes on in memory. Times are kept to the second.
 */
export interface SeriesStore {
    readonly mode: SeriesMode;
    /** Of its file, with its WAL. */
    readonly bytes: number;
    /** Keeps one sample. @param at epoch ms */
    sample(owner: SeriesOwner, at: number, samples: readonly Sample[]): void;
    /**
     * Keeps numbered values, all of one moment in one row: every sample for 90 days, hours for 3 years, days for ever; less if the site keeps
     * less of others (see `battery-retention.ts`).
     * @param at epoch ms
     * @param how `seldom`: values that change a few times a day; each sample of them is kept for ever
     */
    sampleNumbered(owner: SeriesOwner, at: number, values: readonly NumberedValues[], how?: 'often' | 'seldom'): void;
    /** Keeps the discharges of a battery for ever, see `DischargeRecorder`. */
    dischargeRecorder(owner: SeriesOwner): DischargeRecorder;
    /** The records of a battery, oldest first. */
    discharges(owner: string): DischargeRecord[];
    /** One record with its curves, read in slices; undefined: there is none of this id. */
    discharge(owner: string, id: string, slices?: Slices): Promise<DischargeHistory | undefined>;
    /**
     * Notes values for the minute before a recording, and keeps them while one runs. Call it with each reading.
     * @param at epoch ms
     * @param samples asked only when they are needed
     */
    observe(owner: SeriesOwner, at: number, samples: () => readonly Sample[]): void;
    /** What is known of an owner, or of all. */
    series(owner?: string): SeriesInfo[];
    read(query: SeriesQuery): SeriesTable;
    /** The same in slices: for what a person asks for. */
    readSoon(query: SeriesQuery, slices?: Slices): Promise<SeriesTable>;
    /** The same as it is kept, for what is written number by number. Undefined: nothing is known of the owner, or the history is closed. */
    findSoon(query: SeriesQuery, slices?: Slices): Promise<Found | undefined>;
    /** RFC 4180, oldest first, made in slices. UTF-8 in pieces. */
    csv(query: SeriesQuery, digits?: SignificantDigits, slices?: Slices): Promise<Uint8Array[]>;
    /** Begins a recording, with the minute before it; a recording of the same owner and episode that still runs goes on. */
    startRecording(owner: SeriesOwner, at: number, why: RecordingReason, episode?: string): void;
    /** Ends the running recordings of an owner, or only those of an episode. */
    endRecording(owner: string, at: number, episode?: string): void;
    /** Oldest first; those that touch the time from `from` to `to` (epoch ms). */
    recordings(query?: { owner?: string; from?: number; to?: number; episode?: string }): Recording[];
    /** Deletes history for good. @param query `before` in epoch ms @returns how many samples, quarters and hours are gone */
    remove(query: Removal): number;
    /** Resolves when what was written is on the disk. */
    flush(): Promise<void>;
    /** Idempotent. The file is closed when all users of its directory have closed. */
    close(): void;
}

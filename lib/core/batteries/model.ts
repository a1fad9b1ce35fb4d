import type { DriverState } from '../driver';

/**
 * The logical battery: up to 512 blocks in up to 16 strings, each block watched by one module of a battery monitor. Modules and strings are numbered from 1
 * everywhere outside of arrays; the value of module 1 is at index 0.
 */
export const MOST_MODULES = 512;
export const MOST_STRINGS = 16;

/** One value for each module or string; NaN is "not known". The length is the number of modules or strings. */
export type Values = Float64Array;

/** Values of one block, with their units. */
export const BLOCK_UNITS = {
    voltage: 'V',
    temperature: '°C',
    impedance: 'mΩ',
    charge: '%',
    equalizing: '%',
} as const;
export type BlockQuantity = keyof typeof BLOCK_UNITS;
export const BLOCK_QUANTITIES = Object.keys(BLOCK_UNITS) as BlockQuantity[];

/** Values of one string, with their units. A current below zero discharges. `average` is the mean voltage of its blocks. */
export const STRING_UNITS = { current: 'A', voltage: 'V', average: 'V', ripple: 'A' } as const;
export type StringQuantity = keyof typeof STRING_UNITS;
export const STRING_QUANTITIES = Object.keys(STRING_UNITS) as StringQuantity[];

/** What a value can be at most, in its unit; a battery has no other [ours, wide]. Beyond stand marks for "not measured" (-9999, 65535) and rubbish. */
export type Possible = readonly [least: number, most: number];
const OF_BLOCK: Possible = [-100, 100];
export const POSSIBLE_OF_BLOCK: Readonly<Record<BlockQuantity, Possible>> = {
    voltage: OF_BLOCK,
    temperature: [-100, 1000],
    // 0 is none: even a short circuit has some.
    impedance: [Number.MIN_VALUE, 100_000],
    charge: [0, 110],
    equalizing: [0, 110],
};
export const POSSIBLE_OF_STRING: Readonly<Record<StringQuantity, Possible>> = {
    current: [-9000, 9000],
    voltage: [-2000, 2000],
    average: OF_BLOCK,
    ripple: [0, 9000],
};

/**
 * A state that the battery monitor itself reports (BACS: registers 1000-1002 and 1005, bacsWellKnownAlarms). The same names as the event ids of
 * `events.ts`, where a state is an event.
 */
export type CardState = string;

/** What a battery monitor says of itself within a second: its flags, of the whole system. */
export interface BatteryFlags {
    /** The states that are on. */
    states: ReadonlySet<CardState>;
    /** The states that this path can tell; of others nothing is known. */
    tells: ReadonlySet<CardState>;
    /** Strings by state, where the monitor names them (BACS: string alarms, by SNMP alone). */
    strings?: ReadonlyMap<CardState, readonly number[]>;
    /** Inputs of I/O modules that are on (GX_R_AUX): module * 4 + port - 5 → state; undefined is "not known". */
    inputs?: readonly (boolean | undefined)[];
    outputs?: readonly (boolean | undefined)[];
}

/** One whole pass over all blocks and strings; parts of two passes are never mixed. */
export interface BatterySweep {
    /** 1 to MOST_MODULES */
    modules: number;
    /** 1 to MOST_STRINGS; absent if the monitor does not tell. */
    strings?: number;
    /** How long the pass took, ms: the values are so old at most when it is reported. */
    tookMs: number;
    /** Absent: this path does not tell this quantity. NaN: this module did not. */
    blocks: Partial<Record<BlockQuantity, Values>>;
    byString: Partial<Record<StringQuantity, Values>>;
    /** Modules (from 1, ascending) by state, where the state is one of a module. */
    moduleStates: ReadonlyMap<CardState, readonly number[]>;
}

/** What a battery monitor tells of itself once. */
export interface BatteryIdentity {
    serial?: string;
    firmware?: string;
    model?: string;
}

/** Limits and names that the card has been set up with; absent: it does not tell. Units as in BLOCK_UNITS and STRING_UNITS. */
export interface CardSettings {
    nominalVoltage?: number;
    capacityAh?: number;
    modules?: number;
    strings?: number;
    limits?: Readonly<Record<string, number>>;
    inputNames?: readonly string[];
    outputNames?: readonly string[];
}

export interface BatteryDriverEvents {
    flags(flags: BatteryFlags): void;
    sweep(sweep: BatterySweep): void;
    identity(identity: BatteryIdentity): void;
    settings(settings: CardSettings): void;
    state(state: DriverState): void;
}

/** One path to one battery monitor. Owned by a device node; feeds the logical battery. */
export interface BatteryDriver {
    start(events: BatteryDriverEvents): void;
    /** What it reads by while its first way fails, e.g. `SNMP`. */
    readonly spare?: string | undefined;
    /** Reads flags and all values now; several calls cause one pass. */
    pollNow(): void;
    /** While the battery discharges, all values are read at least every 5 s. */
    setUrgent(urgent: boolean): void;
    /** Idempotent, bounded, never throws. */
    stop(): Promise<void>;
}

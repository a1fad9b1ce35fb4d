/**
 * `pending`: the condition is true, but not long enough yet. `counting`: the warning is on, and the countdown runs (or is held by a discharge).
 * `stopped`: the warning is on, and a person has stopped the countdown. `runaway`: the event itself. `latched`: its condition has ended, and it
 * waits for a reset.
 */
export type RunawayPhase = 'off' | 'pending' | 'counting' | 'stopped' | 'runaway' | 'latched';

/** Why a string counts: values, limits, units as in BLOCK_UNITS. JSON. */
export interface RunawayReason {
    rule: 'above-others' | 'above-ambient' | 'highest' | 'current';
    /** From 1, the worst first; absent for a current. */
    modules?: number[];
    /** Of the worst: °C or A. */
    value: number;
    /** What it is compared with, °C: the median of all blocks, or the ambient temperature. */
    reference?: number;
    /** K, °C or A, with the factor after a discharge applied. */
    limit: number;
    /** K per hour of the worst; absent while it is not known. */
    rise?: number;
    sensitive?: true;
}

export interface RunawayView {
    string: number;
    phase: RunawayPhase;
    /** ms until the runaway; absent outside of `counting`. 0: it waits for a fresh reading that shows the condition. */
    remainingMs?: number;
    /** The countdown is held, because the battery discharges. */
    held?: true;
    /** Who stopped the countdown. */
    stoppedBy?: string;
    /** Epoch ms of the phase. */
    since: number;
    reasons: RunawayReason[];
}

/** A sensor that cannot be believed. */
export interface SensorFault {
    module: number;
    kind: 'jump' | 'stuck';
    /** °C: the value at that time, and the one before a jump. */
    value: number;
    before?: number;
    /** Epoch ms */
    since: number;
}

/** What a reading or a person changed. The caller publishes it, and writes `state()` in the same journal transaction. */
export type RunawayChange =
    /** The event `thermal-runaway-warning`, of the battery: the first string with it, or the last without. */
    | { kind: 'warning'; active: boolean; views: RunawayView[] }
    /** The event `thermal-runaway-string-<string>`. */
    | { kind: 'string'; string: number; active: boolean; view: RunawayView; by?: string }
    /** The event `thermal-runaway`: any string. */
    | { kind: 'runaway'; active: boolean; views: RunawayView[]; by?: string }
    | { kind: 'fault'; active: boolean; fault: SensorFault };

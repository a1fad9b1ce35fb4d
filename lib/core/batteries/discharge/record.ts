import type { Values } from '../model';
import type { DischargeMethod } from './config';

/** JSON: a value that is not known is null. */
export type Known = number | null;

/** Part of a record without readings: nothing is known of it but the values at both ends. */
export interface Gap {
    /** ms since the onset */
    fromMs: number;
    toMs: number;
    /** `restart`: our process did not run. `silent`: the battery monitor did not answer. */
    why: 'restart' | 'silent';
}

export interface BlockMoment {
    /** From 1 */
    module: number;
    /** V */
    voltage: number;
    /** ms since the onset */
    atMs: number;
}

/** What one discharge gave, and the charging after it. JSON. Minus is never used here: discharged and charged amounts are both positive. */
export interface DischargeRecord {
    /** Unique for this battery, also over restarts. Sorts by onset. */
    id: string;
    /** The record before it, if that had not been charged yet when this one began. */
    follows?: string;
    /** Who told the onset. */
    by: DischargeMethod;
    /** Epoch ms, by the wall clock at that time. */
    onset: number;
    /** False: the battery discharged already with our first reading, so that the true onset is earlier. */
    onsetSeen: boolean;
    phase: 'discharging' | 'charging' | 'complete';
    /** ms by the monotonic clock, gaps included: up to now, or to the end. */
    durationMs: number;
    /** Epoch ms: onset + durationMs, so that a jump of the wall clock changes no duration. */
    end?: number;
    /** Ah by string, from 1 at index 0, where a sensor tells; of one sensor for all strings an equal share each. */
    stringAh: Known[];
    /** Ah of all strings; null if any string is not known. Without `gapAh`. */
    ah: Known;
    kWh: Known;
    /** Ah and kWh in the gaps, by the mean of the values at both ends: an estimate. */
    gapAh: Known;
    gapKWh: Known;
    gaps: Gap[];
    /** The lowest block at any time, and with the last reading of the discharge. */
    lowest?: BlockMoment;
    lowestAtEnd?: BlockMoment;
    /** V: the end voltage for `early`. */
    endVoltage: number;
    /** Blocks that reached the end voltage, in that order. */
    early: BlockMoment[];
    /** A, mean of all readings, positive; null without a sensor. */
    meanCurrent: Known;
    /** °C: mean of all blocks just before, the hottest block at any time, the mean of all blocks over time. */
    temperature: { before: Known; mean: Known; highest: Known; hottest?: number };
    /** How many rows the recorder got; of them in the charging phase. */
    rows: { discharge: number; charge: number };
    charging?: {
        /** ms from the end of the discharge until now, or until it was complete. */
        durationMs: number;
        /** Ah, from the confirmation of the end on (`endSeconds` after it). */
        ah: Known;
        /** `float`: told by card, UPS or current. `discharge`: the next one began first. `time`: nothing told it within the longest time. */
        ended?: 'float' | 'discharge' | 'time';
    };
}

/** One reading of all blocks in a record. `before` is the last reading before the onset, and has a negative `atMs`. */
export interface DischargeRow {
    /** ms since the onset by the monotonic clock; within a record they only grow. */
    atMs: number;
    phase: 'before' | 'discharge' | 'charge';
    /** V by block, °C by block, A by string (minus = discharge); absent: not told. */
    voltage?: Values;
    temperature?: Values;
    current?: Values;
}

/**
 * Keeps the curves of discharges for ever. Called in the write of the change that caused it. Both calls may come again with the same content
 * after a kill: a record has its id, a row its record and time.
 */
export interface DischargeRecorder {
    /** Writes or replaces the record of this id: at the onset, at its end, and when it is complete. */
    put(record: DischargeRecord): void;
    /** Appends a row. The arrays belong to the recorder from then on: nobody changes them later. */
    append(id: string, row: DischargeRow): void;
}

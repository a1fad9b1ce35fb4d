import type { BatteryLayout } from './layout';
import type { BatteryIdentity, BlockQuantity, CardSettings, CardState, StringQuantity, Values } from './model';

/** What is known of a battery now, merged of all that feed it; offsets are added, currents multiplied. Arrays must not be changed. */
export interface BatteryView {
    /** Absent before the first pass, unless the settings say it. */
    layout?: BatteryLayout;
    /** The monitor and the settings contradict each other, or nobody can divide the modules by the strings: all count as one string then. */
    problem?: ViewProblem;
    /** NaN: not known. A quantity that nobody tells is absent. */
    blocks: Partial<Record<BlockQuantity, Values>>;
    /** `charge` is the mean of the modules, %. */
    byString: Partial<Record<StringQuantity | 'charge', Values>>;
    /** The states that are on by the flags, and those that somebody tells. */
    states: ReadonlySet<CardState>;
    tells: ReadonlySet<CardState>;
    /** Strings and modules by state, where the monitor names them. */
    strings: ReadonlyMap<CardState, readonly number[]>;
    modules: ReadonlyMap<CardState, readonly number[]>;
    inputs: readonly (boolean | undefined)[];
    outputs: readonly (boolean | undefined)[];
    identity: BatteryIdentity;
    settings: CardSettings;
    /** Epoch ms of the last pass; absent before the first. */
    at?: number;
    /** Seconds since the last flags and the last pass; undefined before the first. */
    flagsAgeSeconds?: number;
    valuesAgeSeconds?: number;
}

/** `modules`, `strings`: the monitor tells another number than the settings. `layout`: the strings cannot be equally long. */
export type ViewProblem =
    | { kind: 'modules' | 'strings'; told: number; expected: number }
    | { kind: 'layout'; modules: number; strings: number };

/** Of a battery that nobody has told anything of. */
export function emptyView(): BatteryView {
    return {
        blocks: {},
        byString: {},
        states: new Set(),
        tells: new Set(),
        strings: new Map(),
        modules: new Map(),
        inputs: [],
        outputs: [],
        identity: {},
        settings: {},
    };
}

export type { BlockQuantity } from '../core/batteries/model';
import type { BlockQuantity } from '../core/batteries/model';
import type { BatteryPlate } from '../core/batteries/battery-source-options';
import type { PauseView } from '../core/batteries/equalizing/equalizing-pause';
import type { RunawayReason, RunawayView } from '../core/batteries/runaway/view';
import type { LimitLevel, LimitSide } from '../core/batteries/limits';
import type { EventLevel } from '../core/events/ids';
import type { IndicatorColour, IndicatorState } from '../core/status/indicator';
import type { BatteryBlocksView, StringView } from './battery-blocks';

/** A battery in a list. */
export interface BatteryTile {
    id: string;
    name: string;
    siteId?: string;
    state: IndicatorState;
    colour: IndicatorColour;
    /** 0 while the layout is not known. */
    modules: number;
    strings: number;
}

/** A battery without the values of its blocks, which are columns (`BlockColumn`): a page shows one quantity at a time. */
export interface BatteryStateView extends Omit<BatteryBlocksView, 'blocks' | 'strings'> {
    siteId?: string;
    state: IndicatorState;
    colour: IndicatorColour;
    /** The onset of the state, epoch ms. */
    since?: number;
    /** Values are old after so many seconds. */
    staleSeconds: number;
    /** Clock seconds per real second: other than 1 with a simulated battery. */
    speed: number;
    perString: number;
    /** How many batteries the modules watch, where that is another number: each watches two. */
    batteries?: number;
    /** What of it was entered. */
    plate?: Partial<BatteryPlate>;
    /** The equalizing is paused, or is about to be. */
    pause?: EqualizingPauseView;
    /** `key`: the number of the string. */
    strings: (StringView & {
        key: string;
        /** V per block that the charger aims at: the median of its blocks [inferred], while the battery does not discharge. */
        target?: number;
    })[];
    /** By module: the most serious level of the events that concern it; the others are well, or nobody knows them. */
    levels: Record<string, EventLevel>;
    /** By quantity: limits in the unit of the quantity, those against the average included. */
    limits: Partial<Record<BlockQuantity, BlockLimit[]>>;
    /** V: a warning if a block differs by more from the others of its string. */
    voltageDifference?: number;
    /** Inputs and outputs of the GX_R_AUX that are told. */
    ports: GxPortView[];
    /** By quantity: the lowest and the highest block. */
    extremes: Partial<Record<BlockQuantity, { low: BlockValue; high: BlockValue }>>;
    /** The strings in which heat is judged or counted. */
    runaway: RunawayStringView[];
    counter?: { count: number; since: number; by?: string; limit?: number; ah: number; kWh: number };
    /** How many blocks have a baseline of their impedance, and the oldest and the newest moment of it, epoch ms. */
    baseline?: { blocks: number; oldest: number; newest: number };
}

export interface EqualizingPauseView extends Pick<PauseView, 'phase' | 'by' | 'hours'> {
    /** Real seconds until it is resumed. */
    inSeconds?: number;
}

export interface GxPortView {
    key: string;
    kind: 'input' | 'output';
    /** Device and port, both from 1: `2-3`. */
    port: string;
    /** The name that the card has for it. */
    name?: string;
    on: boolean;
}

export interface BlockValue {
    module: number;
    value: number;
}

export interface BlockLimit {
    level: LimitLevel;
    side: LimitSide;
    value: number;
}

export interface RunawayStringView extends Pick<RunawayView, 'string' | 'phase' | 'held' | 'stoppedBy' | 'since'> {
    /** The number of the string. */
    key: string;
    /** Real seconds until the runaway, while the countdown runs; 0: it waits for a fresh reading. */
    inSeconds?: number;
    /** The same of a countdown that is held. */
    heldSeconds?: number;
    reasons: RunawayReason[];
}

/** One quantity of all blocks. Only what is known is there. */
export interface BlockColumn {
    unit: string;
    /** By module, from 1. */
    values: Record<string, number>;
}

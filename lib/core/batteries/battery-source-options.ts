import type { EventLevel } from '../events/ids';
import type { LocalSourceOptions } from '../events/local-source';
import type { WatchedUnit } from '../thresholds/threshold-source';
import type { BatteryConfig } from './battery-config';
import type { BatteryDetail } from './battery-detail';
import type { DischargeChange } from './discharge/discharge-watch';
import type { DischargeRecorder } from './discharge/record';
import type { BatteryDriverEvents } from './model';

/** What the nameplate says, and whom to call (CS141 manual, "Helpful information about the BACS system"); '' where nothing was entered. */
export interface BatteryPlate {
    batteryType: string;
    /** `2026-03-14` */
    installedOn: string;
    contact: string;
    phone: string;
}

export interface BatterySourceOptions extends Omit<LocalSourceOptions, 'ups'> {
    config: BatteryConfig;
    plate?: BatteryPlate;
    /** The UPS that the battery belongs to. */
    ups?: WatchedUnit;
    /** The sentence for an edge, in the language of the site. */
    text(eventId: string, active: boolean, detail: BatteryDetail): string;
    /** Keeps the curves of discharges; default: nobody does. */
    recorder?: DischargeRecorder;
    /** °C of the room. */
    ambient?(): number | undefined;
}

/** One path that feeds a battery: hand it to the `start` of a driver. */
export interface BatteryFeed extends BatteryDriverEvents {
    /** Idempotent. Its values stay until they are too old. */
    close(): void;
}

/**
 * What watchers are told, after the write of the journal. `values`: a pass of all values, judged. `flags`: flags, identity or settings. `set`: an active event
 * concerns other modules, strings or values than before, or somebody else says so; its episode goes on.
 */
export type BatteryChange =
    | { kind: 'values' }
    | { kind: 'flags' }
    | { kind: 'set'; eventId: string; level: EventLevel; text: string; detail: BatteryDetail }
    | { kind: 'discharge'; change: DischargeChange };

import type { Clock } from '../core/clock';
import type { EventLog } from '../core/journal/event-log';
import type { Journal } from '../core/journal/journal';
import type { TemperatureUnit } from '../core/units/temperature';

/** What the engine needs of the store of a site; the one of the runtime does more. */
export interface SiteStore extends Journal, EventLog {}

/** A running site: it says whether jobs are only rehearsed, and where everything of it is kept. */
export interface Site {
    readonly id: string;
    readonly name: string;
    readonly location: string;
    readonly contact: string;
    readonly dryRun: boolean;
    /** How temperatures are shown; everything stored or sent is °C. */
    readonly temperatureUnit?: TemperatureUnit;
    readonly clock: Clock;
    readonly store: SiteStore;
    /** Another process has the store and does the work: this one looks on, until that one is gone. */
    readonly watching?: boolean;
}

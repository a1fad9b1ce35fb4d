import type { Clock } from '../core/clock';
import type { EventLog } from '../core/journal/event-log';
import type { Journal } from '../core/journal/journal';
import type { Words } from '../core/language/words';
import type { SignificantDigits } from '../core/units/digits';
import type { TemperatureUnit } from '../core/units/temperature';

/** The part of a site's store that the engine needs; the store of the runtime has more. */
export interface SiteStore extends Journal, EventLog {}

/** A running site: whether its jobs run as a dry run, and where its data is stored. */
export interface Site {
    readonly id: string;
    readonly name: string;
    readonly location: string;
    readonly contact: string;
    readonly dryRun: boolean;
    /** Unit for the display of temperatures; stored and sent values are °C. */
    readonly temperatureUnit?: TemperatureUnit;
    /** Of values in texts and tables for people; stored and sent values keep theirs. */
    readonly significantDigits?: SignificantDigits;
    /** The texts in its language, for the event log, mails and reports. Default: the language of the process. */
    readonly words?: Words;
    readonly clock: Clock;
    readonly store: SiteStore;
    /** Another process has the store and does the work: this one only watches until that process has ended. */
    readonly watching?: boolean;
}

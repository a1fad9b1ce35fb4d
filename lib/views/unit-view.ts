import type { EventLevel } from '../core/events/ids';
import type { Evidence } from '../core/messages';
import type { UpsStatus } from '../core/status/status';
import type { IndicatorColour, IndicatorState } from '../core/status/indicator';
import type { UnitTile } from './state-view';

/** Everything about one UPS. See StateView for units and unknown values. */
export interface UnitView extends UnitTile {
    at: number;
    identity: UpsStatus['identity'];
    /** The last reading; in a silent outage with charge and runtime counted down. Absent before the first. */
    status?: UpsStatus;
    /** Why there is no fresh reading, as a sentence in the language of the site. */
    trouble?: string;
    paths: UnitPathView[];
    events: ActiveEventView[];
    offers: UnitOffers;
    /** Its device has an alert history of its own (`history/:unit`). */
    history: boolean;
}

/** One way to the UPS: a device node. */
export interface UnitPathView {
    nodeId: string;
    name: string;
    state: IndicatorState;
    colour: IndicatorColour;
    /** Why it has no readings: an error code, and the sentence for it. */
    trouble?: string;
    text?: string;
    /** Since when it has none. */
    since?: number;
    /** The UPS takes its status from this path. */
    leads: boolean;
    /** It answers, but does not show whether the mains are present. */
    blind?: true;
    intervalSeconds?: number;
}

export interface ActiveEventView {
    id: string;
    /** One sentence, in the language of the site. */
    text: string;
    level: EventLevel;
    since: number;
    episode: string;
    value?: number | string;
    unit?: string;
    evidence?: Evidence;
    acknowledged?: { by: string; at: number };
}

/** What this UPS can do now. What it cannot do is not offered. */
export interface UnitOffers {
    /** Kinds of tests, as in the command `test`; `abort` if one can be ended. */
    tests: string[];
    outlets: OutletOffer[];
    /** Its own buzzer can be muted. */
    mute: boolean;
    shutdown: boolean;
    abortShutdown: boolean;
}

export interface OutletOffer {
    id: string;
    name?: string;
    on?: boolean;
    actions: ('on' | 'off' | 'cycle')[];
}

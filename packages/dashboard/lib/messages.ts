import type { BatteryHealthView, BatteryInventory, RidethroughDoor } from '../../../lib/door';
import type {
    BatteryStateView,
    BatteryTile,
    BlockColumn,
    BlockQuantity,
    FailureView,
    Role,
    SourceView,
    StateView,
    UnitView,
} from '../../../lib/views';
import type { Patch } from './patch';

/** The event on the dashboard's socket by which the server tells a page its views. */
export const FEED = 'ridethrough-feed';

/**
 * What a page can ask for. `unit:<id>`: everything about one UPS. `battery:<id>`: a battery without the values of its blocks; `blocks:<quantity>:<id>`: one
 * quantity of all blocks, so that no more than what is on the page comes. `health:<id>`, `inventory:<id>`: what is known of its blocks beyond their values. `log`: only that there is something new in the log.
 */
export type Topic =
    | 'state'
    | 'sources'
    | 'plan'
    | 'failures'
    | 'log'
    | 'batteries'
    | `unit:${string}`
    | `battery:${string}`
    | `blocks:${BlockQuantity}:${string}`
    | `health:${string}`
    | `inventory:${string}`;

/** The view of each topic. The moment that they are of is that of the message. */
export interface Views {
    state: Omit<StateView, 'at'>;
    sources: SourceView[];
    /** Times of what is not on count from its onset, see `steadyPlan`. */
    plan: ReturnType<RidethroughDoor['plan']>;
    failures: FailureView[];
    /** `count` goes up with each change. */
    log: { count: number };
    batteries: BatteryTile[];
    [unit: `unit:${string}`]: Omit<UnitView, 'at'>;
    [battery: `battery:${string}`]: BatteryStateView;
    [blocks: `blocks:${string}`]: BlockColumn;
    [health: `health:${string}`]: BatteryHealthView;
    [inventory: `inventory:${string}`]: BatteryInventory;
}

/** What a widget sends as its `widget-change`: the complete list of what it shows. */
export interface Asking {
    topics: Topic[];
}

/** Where a page is among those of its dashboard. */
export interface Place {
    /** Path of the dashboard as the server knows it; a proxy may put something before it. */
    base: string;
    /** Paths of the pages, by the type of the widget that stands on each. */
    pages: Partial<Record<string, string>>;
}

/** Where a page is, and what whoever looks at it may do. */
export interface PageInfo extends Place {
    /** Path of the HTTP API; absent: there is none (`httpNodeRoot` is off). */
    apiRoot?: string;
    role: Role;
    /** Of the main package. */
    version: string;
}

/** What the server sends. */
export type FeedMessage =
    /** `full`: the views that were asked for. */
    | { kind: 'full'; at: number; page: PageInfo; views: Partial<Views> }
    /** At most once a second, and at least each 5 s as a sign of life. */
    | { kind: 'change'; at: number; patches: Record<string, Patch> }
    /** `no-package`: the package that the pages show is not there. `forbidden`: the role does not include `view`. */
    | { kind: 'refused'; why: 'no-package' | 'old-package' | 'forbidden' };

/** The server says something at least this often. Real seconds. */
export const SIGN_OF_LIFE_S = 5;

import type { PlanView } from './flow/plan/plan-view';
import type { LogPage, PageQuery } from './store/log-page';
import type { BatteryHealthView } from './reports/battery-health-view';
import type { SeriesQuery, SeriesTable } from './store/series';
import type { BatteryInventory } from './core/batteries/inventory';
import type { BlockQuantity } from './core/batteries/model';
import type {
    BatteryStateView,
    BatteryTile,
    BlockColumn,
    FailureView,
    Role,
    SourceView,
    StateView,
    UnitView,
} from './views';

export type { BatteryInventory } from './core/batteries/inventory';
export type { BatteryHealthView, RankedBlock } from './reports/battery-health-view';

/** The version of the door: raised when something is removed or means something else. Additions do not raise it. */
export const DOOR_VERSION = 1;

/** What has changed; `failures`: also an alarm that was acknowledged, or is over. `battery`: beside its events, the values of a battery of many
 * blocks; `health`: what its history tells, or its inventory. `id`: of the unit or source; absent where there is only one, such as the plan. */
export interface DoorChange {
    kind: 'unit' | 'source' | 'battery' | 'health' | 'plan' | 'log' | 'failures' | 'sites';
    id?: string;
}

/** A request as Node's http module has it; Express adds the rest. */
export interface AskingRequest {
    readonly method?: string;
    readonly httpVersion?: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly socket?: { readonly remoteAddress?: string };
    /** Set by `httpNodeAuth` or by a log-in. */
    readonly user?: unknown;
}

/** Says which role the sender of a request has; `undefined`: the built-in rule decides. */
export type RoleOf = (request: AskingRequest) => Role | undefined;

/** What a page may ask the log for; `of`: id of a unit, source or job. */
export type DoorLogQuery = Omit<PageQuery, 'of'> & { of?: string };

/**
 * The door to a running Ridethrough for other packages in the same Node-RED: `RED.plugins.get('ridethrough')`. It lives as long as the process; all
 * answers are plain JSON, taken at the moment of the call. Documented in docs/door.md.
 */
export interface RidethroughDoor {
    readonly id: 'ridethrough';
    readonly type: 'ridethrough-door';
    readonly version: typeof DOOR_VERSION;
    /** Path of the HTTP API as a browser sees it, e.g. `/ridethrough/api/v1`; undefined: `httpNodeRoot` is off, and there is no HTTP API. */
    readonly apiRoot: string | undefined;
    state(): StateView;
    /** Undefined: there is no such UPS. */
    unit(id: string): UnitView | undefined;
    sources(): SourceView[];
    /** Batteries of many blocks, the worst first. */
    batteries(): BatteryTile[];
    /** Undefined: there is no such battery. */
    battery(id: string): BatteryStateView | undefined;
    /** One quantity of all blocks of a battery. */
    blocks(id: string, quantity: BlockQuantity): BlockColumn | undefined;
    /** What the history of a battery tells of its blocks, as last judged. Undefined: there is no such battery. */
    health(id: string): BatteryHealthView | undefined;
    /** What people wrote down of its blocks. */
    inventory(id: string): BatteryInventory | undefined;
    plan(): PlanView;
    failures(): FailureView[];
    log(query?: Partial<DoorLogQuery>): Promise<LogPage>;
    /** Undefined: no site has a history of this owner. */
    series(query: SeriesQuery): SeriesTable | undefined;
    /**
     * Tells changes, at most once a second for each listener and thing, and costs nothing while nobody listens. It goes on over deploys. A
     * listener that throws is told again all the same. @returns unsubscribes; idempotent
     */
    subscribe(listener: (change: DoorChange) => void): () => void;
    /** The role of the sender of a request. */
    role(request: AskingRequest): Role;
    /** For a log-in: asks this function first, until it is taken back. @returns takes it back; idempotent */
    setRoleOf(roleOf: RoleOf): () => void;
}

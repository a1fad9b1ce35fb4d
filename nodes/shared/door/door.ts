import type { NodeAPI } from 'node-red';
import type {
    AskingRequest,
    BatteryHealthView,
    BatteryInventory,
    DoorChange,
    DoorLogQuery,
    RoleOf,
} from '../../../lib/door';
import type { HealthWatch } from '../../../lib/flow/batteries/health-watch';
import type { PlanView } from '../../../lib/flow/plan/plan-view';
import type { SeriesQuery, SeriesTable } from '../../../lib/store/series';
import type { LogPage } from '../../../lib/store/log-page';
import type { BlockQuantity } from '../../../lib/core/batteries/model';
import {
    batteryState,
    batteryTiles,
    blockColumn,
    sourceViews,
    stateView,
    unitView,
    type BatteryStateView,
    type BatteryTile,
    type BlockColumn,
    type FailureView,
    type Role,
    type SourceView,
    type StateView,
    type UnitView,
} from '../../../lib/views';
import { accessOf } from '../api/access';
import { failureViews, readLog } from '../admin/read-log';
import { healthViewOf } from '../config/battery-health';
import { keptBattery, type UpsBatteryNode } from '../config/battery-of';
import { flowOf } from '../runtime/flow-of';
import { Changes, followFlow, type Feed } from './changes';
import { viewFacts } from './facts';
import { seriesOf } from './series-of';
import { auxModules, modems, nodesOf } from './others';

/** How often relay modules and modems are looked up, ms: a deploy, or the end of their use, replaces them. */
const LOOK_MS = 5000;

/** What the door does; loaded with its first use. See RidethroughDoor. */
export const state = (RED: NodeAPI): StateView => stateView(flowOf(RED), viewFacts(RED));
export const unit = (RED: NodeAPI, id: string): UnitView | undefined => unitView(flowOf(RED), id, viewFacts(RED));
export const sources = (RED: NodeAPI): SourceView[] => sourceViews(flowOf(RED), viewFacts(RED));
export const batteries = (RED: NodeAPI): BatteryTile[] => batteryTiles(flowOf(RED));
export const battery = (RED: NodeAPI, id: string): BatteryStateView | undefined => batteryState(flowOf(RED), id);
export const blocks = (RED: NodeAPI, id: string, quantity: BlockQuantity): BlockColumn | undefined =>
    blockColumn(flowOf(RED), id, quantity);
export function health(RED: NodeAPI, id: string): BatteryHealthView | undefined {
    const kept = keptBattery(RED.nodes.getNode(id) as UpsBatteryNode | null);
    return kept && healthViewOf(RED, kept);
}
export const inventory = (RED: NodeAPI, id: string): BatteryInventory | undefined =>
    keptBattery(RED.nodes.getNode(id) as UpsBatteryNode | null)?.health.inventory;
export const plan = (RED: NodeAPI): PlanView => flowOf(RED).planView();
export const failures = (RED: NodeAPI): FailureView[] => failureViews(RED);
export const log = (RED: NodeAPI, query: Partial<DoorLogQuery> = {}): Promise<LogPage> => readLog(RED, query);
export const series = (RED: NodeAPI, query: SeriesQuery): SeriesTable | undefined =>
    seriesOf(RED, query.owner)?.series.read(query);
export const role = (RED: NodeAPI, request: AskingRequest): Role => accessOf(RED).roleOf(RED, request);
export const setRoleOf = (RED: NodeAPI, roleOf: RoleOf): (() => void) => accessOf(RED).set(roleOf);

const changesOf = new WeakMap<object, Changes>();

export function subscribe(RED: NodeAPI, listener: (change: DoorChange) => void): () => void {
    const flow = flowOf(RED);
    const known = changesOf.get(flow);
    const changes =
        known ??
        new Changes(flow, both(followFlow(flow), followOthers(RED)), (error) =>
            RED.log.warn(`ridethrough door: ${(error as Error).stack ?? String(error)}`),
        );
    changesOf.set(flow, changes);
    return changes.subscribe(listener);
}

const both =
    (...feeds: Feed[]): Feed =>
    (tell) => {
        const ends = feeds.map((feed) => feed(tell));
        return () => ends.forEach((end) => end());
    };

/** Follows relay modules by their readings, the health of batteries by its changes, and modems by a look now and then. */
function followOthers(RED: NodeAPI): Feed {
    return (tell) => {
        const { clock } = flowOf(RED);
        const modules = new Map<object, () => void>();
        const judged = new Map<HealthWatch, () => void>();
        const states = new Map<string, string>();
        const look = () => {
            const present = auxModules(RED).flatMap(({ id, module }) => (module ? [{ id, module }] : []));
            for (const { id, module } of present) {
                if (modules.has(module)) continue;
                modules.set(
                    module,
                    module.onReading(() => tell({ kind: 'source', id })),
                );
                tell({ kind: 'source', id });
            }
            for (const [module, end] of modules) {
                if (present.some((each) => each.module === module)) continue;
                end();
                modules.delete(module);
            }
            const healths = nodesOf<UpsBatteryNode>(RED, 'ups-battery');
            for (const { id, health } of healths)
                if (health && !judged.has(health))
                    judged.set(
                        health,
                        health.onChange(() => tell({ kind: 'health', id })),
                    );
            for (const [health, end] of judged) {
                if (healths.some((each) => each.health === health)) continue;
                end();
                judged.delete(health);
            }
            for (const node of modems(RED)) {
                const { id } = node;
                const shown = JSON.stringify(node.running()?.state ?? null);
                if (states.get(id) !== shown) tell({ kind: 'source', id });
                states.set(id, shown);
            }
            timer = clock.setTimeout(look, LOOK_MS);
        };
        let timer: unknown;
        look();
        return () => {
            clock.clearTimeout(timer);
            for (const end of [...modules.values(), ...judged.values()]) end();
        };
    };
}

import type { NodeAPI } from 'node-red';
import type { TimerHandle } from '../../lib/core/clock';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { adminRoute } from './admin-route';
import { keepDataLog } from './data-log';
import { flowOf, type SiteRuntime } from './flow-of';
import { serveLog } from './log-admin';
import { languages } from './site-words';
import { describeUnit, type Announced } from './unit-view';

const PUBLISH_EVERY_MS = 1000;

const units = new Map<string, Announced>();
const stops = new Map<UpsUnit, () => void>();

/** Shows a unit in the editor's sidebar, and keeps its data log. */
export function announceUnit(RED: NodeAPI, unit: UpsUnit, site: SiteRuntime | undefined, dataLogSeconds: number): void {
    units.set(unit.id, { unit, site });
    const stopDataLog = site && dataLogSeconds > 0 ? keepDataLog(unit, site, dataLogSeconds) : undefined;
    let due: TimerHandle;
    const unsubscribe = unit.subscribe(() => {
        // Readings come often; editors need not see each of them.
        due ??= flowOf(RED).clock.setTimeout(() => {
            due = undefined;
            RED.comms.publish('ridethrough/units', describeUnit(RED, units.get(unit.id) ?? { unit, site }), false);
        }, PUBLISH_EVERY_MS);
    });
    stops.set(unit, () => {
        flowOf(RED).clock.clearTimeout(due);
        unsubscribe();
        stopDataLog?.();
    });
}

export function forgetUnit(unit: UpsUnit): void {
    stops.get(unit)?.();
    stops.delete(unit);
    if (units.get(unit.id)?.unit === unit) units.delete(unit.id);
}

/** The endpoints behind the sidebar. Once per Node-RED. */
export function serveAdmin(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'units', 'flows.read', (_request, response) => {
        response.json([...units.values()].map((each) => describeUnit(RED, each)));
    });
    adminRoute(RED, 'get', 'languages', 'flows.read', (_request, response) => response.json(languages()));
    serveLog(RED);
}

import type { NodeAPI } from 'node-red';
import type { TimerHandle } from '../../../lib/core/clock';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { adminRoute } from './admin-route';
import { serveChannels } from './device-channels';
import { serveMaps } from './device-maps';
import { serveMibFiles } from './mib-file';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { serveLog } from './log-admin';
import { languages } from '../words/site-words';
import { liveViews } from './live-views';
import { describeUnit } from './unit-view';

const PUBLISH_EVERY_MS = 1000;

/** Sends a unit to the editor's sidebar, while somebody looks at it. @returns ends it */
export function announceUnit(RED: NodeAPI, unit: UpsUnit, site: SiteRuntime | undefined): () => void {
    const { clock } = flowOf(RED);
    const views = liveViews(RED);
    let due: TimerHandle;
    const unsubscribe = unit.subscribe(() => {
        if (!views.watched) return;
        // Readings are frequent; editors do not need each of them.
        due ??= clock.setTimeout(() => {
            due = undefined;
            RED.comms.publish('ridethrough/units', describeUnit(RED, { unit, site }), false);
        }, PUBLISH_EVERY_MS);
    });
    return () => {
        clock.clearTimeout(due);
        unsubscribe();
    };
}

/** Adds the endpoints of the sidebar, once per Node-RED. */
export function serveAdmin(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'units', 'flows.read', (_request, response) => {
        const { registry } = flowOf(RED);
        liveViews(RED).asked();
        response.json(
            registry.units().flatMap(({ id }) => {
                const member = registry.byId(id);
                return member?.kind === 'unit' ? [describeUnit(RED, member)] : [];
            }),
        );
    });
    adminRoute(RED, 'get', 'languages', 'flows.read', (_request, response) => response.json(languages()));
    serveChannels(RED);
    serveMaps(RED);
    serveMibFiles(RED);
    serveLog(RED);
}

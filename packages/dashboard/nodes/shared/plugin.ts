import type { NodeAPI } from 'node-red';
import type { RidethroughDoor } from '../../../../lib/door';
import type { Place } from '../../lib/messages';
import type { Base } from './dashboard-types';
import { Feed } from './feed';

export const PLUGIN = 'ridethrough-dashboard';

/** The plugin object, which all widgets of one Node-RED share. */
export interface DashboardPlugin {
    type: 'node-red-dashboard-2';
    hooks: { onSetup(): object };
    feed: Feed;
}

export function pluginOf(RED: NodeAPI): DashboardPlugin {
    return RED.plugins.get(PLUGIN) as unknown as DashboardPlugin;
}

export function makeFeed(RED: NodeAPI): Feed {
    return new Feed({
        door: () => (RED.plugins.get('ridethrough') as unknown as RidethroughDoor | undefined) ?? undefined,
        wallNow: () => Date.now(),
        now: () => performance.now(),
        setInterval: (run, ms) => setInterval(run, ms),
        clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout),
        failed: (error) => RED.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
}

/** The pages with our widgets on one dashboard, so that one can lead to another. Of several with one widget the first. */
export function placeOf(base: Base): Place {
    const found: Record<string, { path: string; order: number }> = {};
    const root = base.getBaseURL().replace(/\/$/, '');
    for (const { type, props } of base.ui.widgets.values()) {
        if (!type.startsWith('ui-ups-')) continue;
        const page = base.ui.pages.get(base.ui.groups.get(props.group ?? '')?.page ?? '');
        if (!page) continue;
        const order = page.order ?? 0;
        if (!found[type] || order < found[type].order) {
            found[type] = { path: `${root}/${page.path.replace(/^\//, '')}`, order };
        }
    }
    return { base: root, pages: Object.fromEntries(Object.entries(found).map(([type, { path }]) => [type, path])) };
}

import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodeAPI } from 'node-red';
import * as door from '../door/door';
import { flowOf } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import { apiRoute, ApiError } from './api-route';

/** Routes of what is now. */
export function serveState(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'state', 'view', () => door.state(RED));
    apiRoute(RED, 'get', 'units/:id', 'view', ({ params }) => {
        const view = door.unit(RED, params.id!);
        if (!view) throw new ApiError(404, 'no-such-unit', { id: params.id });
        return view;
    });
    apiRoute(RED, 'get', 'sources', 'view', () => ({ at: flowOf(RED).clock.now(), sources: door.sources(RED) }));
    apiRoute(RED, 'get', 'plan', 'view', () => door.plan(RED));
    apiRoute(RED, 'get', 'failures', 'view', () => ({ failures: door.failures(RED) }));
    apiRoute(RED, 'get', 'about', 'view', async ({ role, who }) => ({
        name: '@ridethrough/node-red-ups',
        version: packageVersion(),
        role,
        who,
        upSeconds: Math.round(process.uptime()),
        stores: await storeSizes(RED),
    }));
}

/** The size of each store on the disk; sites may share one. */
async function storeSizes(RED: NodeAPI): Promise<{ sites: string[]; bytes: number }[]> {
    const byFolder = new Map<string, string[]>();
    for (const { name, store } of flowOf(RED).registry.sites()) {
        const folder = dirname(store.file);
        byFolder.set(folder, [...(byFolder.get(folder) ?? []), name]);
    }
    return Promise.all([...byFolder].map(async ([folder, sites]) => ({ sites, bytes: await bytesIn(folder) })));
}

/** Of all files in it; a file that is gone meanwhile counts nothing. */
async function bytesIn(folder: string): Promise<number> {
    const names = await readdir(folder).catch(() => []);
    const sizes = names.map((name) =>
        stat(join(folder, name)).then(
            (found) => (found.isFile() ? found.size : 0),
            () => 0,
        ),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

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
    apiRoute(RED, 'get', 'about', 'view', ({ role, who }) => ({
        name: '@ridethrough/node-red-ups',
        version: packageVersion(),
        role,
        who,
    }));
}

import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';

/** Every route of this package's admin API begins with it. */
const ROOT = '/ridethrough/';

const served = new WeakMap<object, Set<string>>();

/**
 * Adds a route to Node-RED's admin API, once, however many nodes ask for it. The only place that does: each route has a permission, and
 * none that acts takes a request that a page of another site could make.
 * @param path what comes behind `/ridethrough/`
 * @param permission `flows.read` to look, `flows.write` to act
 */
export function adminRoute(
    RED: NodeAPI,
    method: 'get' | 'post',
    path: string,
    permission: 'flows.read' | 'flows.write',
    handler: (request: Request, response: Response) => unknown,
): void {
    const routes = served.get(RED.httpAdmin) ?? new Set();
    served.set(RED.httpAdmin, routes);
    const route = `${method} ${path}`;
    if (routes.has(route)) return;
    routes.add(route);
    const guards = [RED.auth.needsPermission(permission), ...(method === 'get' ? [] : [ownPagesOnly])];
    RED.httpAdmin[method](`${ROOT}${path}`, ...guards, handler);
}

/**
 * A page of any site can send a plain form to a Node-RED on the reader's own machine, where nobody logs in. It cannot add these headers
 * without asking first (a CORS preflight), which Node-RED refuses. The editor's own requests have one of them.
 */
function ownPagesOnly(request: Request, response: Response, next: NextFunction): void {
    const { authorization, 'x-requested-with': requestedWith, 'content-type': type } = request.headers;
    if (authorization || requestedWith || /^application\/json\b/i.test(type ?? '')) {
        next();
        return;
    }
    response
        .status(403)
        .json({ error: 'foreign-page', expected: 'X-Requested-With, or Content-Type: application/json' });
}

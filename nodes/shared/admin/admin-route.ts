import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';

/** The prefix of every admin route of this package. */
const ROOT = '/ridethrough/';

const served = new WeakMap<object, Set<string>>();

/**
 * Adds a route to Node-RED's admin API, once, however many nodes ask for it. All routes are added here, so that each has a permission, and
 * a page of another site cannot call a route that changes something.
 * @param path the path behind `/ridethrough/`
 * @param permission `flows.read` to read, `flows.write` to act
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
 * A page of any site can send a plain form to a Node-RED on the reader's own machine, where no login is needed. It cannot add these headers
 * without a CORS preflight, which Node-RED refuses. The editor's own requests have one of them.
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

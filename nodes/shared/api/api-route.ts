import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { Role } from '../../../lib/views/access';

/** The path of the API behind `httpNodeRoot`. The number is raised when something is removed or means something else. */
export const API_PATH = '/ridethrough/api/v1';

export type ApiMethod = 'get' | 'post' | 'delete';

/** One request to the API, checked: its sender has the role that the route needs. */
export interface ApiCall {
    RED: NodeAPI;
    request: IncomingMessage;
    response: ServerResponse;
    /** The parts of the path that the route names, e.g. `id` of `units/:id`. */
    params: Readonly<Record<string, string>>;
    query: URLSearchParams;
    /** The JSON object of a POST; empty if nothing was sent. A DELETE has a query only: proxies may drop its body. */
    body: Readonly<Record<string, unknown>>;
    role: Role;
    /** Who asks, for the event log: the user, or else the address. */
    who: string;
}

/** An answer that is no JSON. */
export class ApiFile {
    constructor(
        /** Media type, e.g. `text/csv; charset=utf-8`. */
        readonly type: string,
        /** In pieces: all of them, or sent as they are made. */
        readonly content: string | Uint8Array | readonly Uint8Array[] | AsyncIterable<string>,
        /** Name of the download; undefined: the browser shows it. */
        readonly name?: string,
    ) {}
}

/** An answer that is an error: `code` is for programs; `data` says what was wrong, and what is expected. */
export class ApiError extends Error {
    constructor(
        readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 502 | 503,
        readonly code: string,
        readonly data: object = {},
        /** The event log has it already. */
        readonly noted = false,
    ) {
        super(code);
    }
}

/** Gives the JSON value of the answer, or an ApiFile. Throws ApiError, or UpsError for what a device or a setting refuses. */
export type ApiHandler = (call: ApiCall) => unknown;

export interface ApiRouteEntry {
    method: ApiMethod;
    /** The path in segments; those that begin with a colon stand for any text. */
    segments: readonly string[];
    role: Role;
    handler: ApiHandler;
}

const routesOf = new WeakMap<object, Map<string, ApiRouteEntry>>();

/** The routes of this Node-RED. */
export function apiRoutes(RED: NodeAPI): Map<string, ApiRouteEntry> {
    const known = routesOf.get(RED.events) ?? new Map<string, ApiRouteEntry>();
    routesOf.set(RED.events, known);
    return known;
}

/**
 * Adds a route to the HTTP API. All routes are added here, so that each has a role. What changes something (not `get`) also needs the same
 * origin and our header, and is written down with who asked: see `answer-api.ts`.
 * @param path behind `API_PATH`, e.g. `units/:id`
 * @param role what the sender of a request must be at least
 */
export function apiRoute(RED: NodeAPI, method: ApiMethod, path: string, role: Role, handler: ApiHandler): void {
    apiRoutes(RED).set(`${method} ${path}`, { method, segments: path.split('/'), role, handler });
}

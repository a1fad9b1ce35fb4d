import type { NodeAPI } from 'node-red';
import { adminRoute } from '../admin/admin-route';
import { onePerFlow } from '../runtime/flow-of';

/** A client of a server, as it is shown. */
export interface ServedClient {
    address: string;
    /** Epoch ms. */
    since: number;
    user?: string;
    /** What it asked last, without secrets. */
    lastRequest?: string;
    [further: string]: unknown;
}

export interface RunningServer {
    id: string;
    type: string;
    name: string;
    /** Id of the site that it belongs to; absent: to none alone. */
    site?: string;
    /** Where it listens; absent while it does not. */
    at?: { address: string; port: number };
    /** In place of `at`: where it stands behind Node-RED's own `httpNodeRoot`. */
    path?: string;
    /** Why it does not serve. */
    error?: string;
    clients: readonly ServedClient[];
    /** Of one that has no clients, but publishes to a broker. */
    publishes?: {
        mode: string;
        upses: number;
        /** Since it connected first. */
        messages: number;
        waiting: { events: number; lostEvents: number; upses: number };
        /** Epoch ms; absent while it is not connected. */
        since?: number;
        waitsForHost?: boolean;
    };
}

const viewsOf = onePerFlow(() => new Map<string, () => RunningServer>());

/** Every server that runs now. */
export function runningServers(RED: NodeAPI): RunningServer[] {
    return [...viewsOf(RED).values()].map((view) => view());
}

/** Shows a server at `/ridethrough/servers` of Node-RED's admin API. @returns ends it */
export function announceServer(RED: NodeAPI, id: string, view: () => RunningServer): () => void {
    adminRoute(RED, 'get', 'servers', 'flows.read', (_request, response) => response.json(runningServers(RED)));
    const all = viewsOf(RED);
    all.set(id, view);
    return () => {
        if (all.get(id) === view) all.delete(id);
    };
}

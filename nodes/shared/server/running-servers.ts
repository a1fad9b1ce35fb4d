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
    /** Where it listens; absent while it does not. */
    at?: { address: string; port: number };
    /** Why it does not listen. */
    error?: string;
    clients: readonly ServedClient[];
}

const runningServers = onePerFlow(() => new Map<string, () => RunningServer>());

/** Shows a server at `/ridethrough/servers` of Node-RED's admin API. @returns ends it */
export function announceServer(RED: NodeAPI, id: string, view: () => RunningServer): () => void {
    adminRoute(RED, 'get', 'servers', 'flows.read', (_request, response) =>
        response.json([...runningServers(RED).values()].map((each) => each())),
    );
    const all = runningServers(RED);
    all.set(id, view);
    return () => {
        if (all.get(id) === view) all.delete(id);
    };
}

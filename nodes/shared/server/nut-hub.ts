import { createHash } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '../../../lib/core/clock';
import type { NutServer } from '../../../lib/protocols/nut-server/server';
import type { NutServing } from '../../../lib/protocols/nut-server/serving';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import { nutServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { KeptServers, type LastingServer } from './kept-servers';

/** A client that has logged in. */
export interface Login {
    address: string;
    user?: string;
    /** Epoch ms. */
    since: number;
}

/** What a job orders of the server of a node. */
export interface NutControl {
    readonly name: string;
    readonly names: readonly string[];
    isOrdered(name: string): boolean;
    /** @param by for people */
    order(name: string, by: string): void;
    /** @returns whether there was an order */
    withdraw(name: string): boolean;
    logins(name: string): Login[];
}

export interface Wanted {
    at: Endpoint;
    tls?: SecureContextOptions;
    serving: NutServing;
    changed: () => void;
    failed: (error: unknown) => void;
}

class Kept implements LastingServer<Wanted> {
    readonly server: NutServer;

    constructor(
        clock: Clock,
        private wanted: Wanted,
    ) {
        const { at, tls, serving } = wanted;
        this.server = new (nutServer().NutServer)({
            ...{ clock, at, tls, serving },
            changed: () => this.wanted.changed(),
            failed: (error) => this.wanted.failed(error),
        });
    }

    start(): void {
        this.server.start();
    }

    serve(wanted: Wanted): void {
        this.wanted = wanted;
        this.server.serve(wanted.serving);
    }

    stop(): Promise<void> {
        return this.server.stop();
    }
}

/** The NUT servers of one Node-RED, by address, port and TLS. */
export class NutHub {
    readonly controls = new Map<string, NutControl>();
    private readonly servers: KeptServers<Wanted, Kept>;

    constructor(private readonly flow: RuntimeFlow) {
        this.servers = new KeptServers(flow);
    }

    /** @throws what Node throws at a wrong key or certificate */
    take(owner: string, wanted: Wanted): NutServer {
        return this.servers.take(owner, keyOf(wanted), wanted, () => new Kept(this.flow.clock, wanted)).server;
    }

    /** @param removed nobody takes it over */
    leave(owner: string, removed: boolean): Promise<void> {
        return this.servers.leave(owner, removed);
    }
}

export const nutHub = onePerFlow((flow) => new NutHub(flow));

function keyOf({ at: { address, port }, tls }: Wanted): string {
    const secret = tls ? createHash('sha256').update(JSON.stringify(tls)).digest('base64url') : '';
    return `${address}|${port}|${secret}`;
}

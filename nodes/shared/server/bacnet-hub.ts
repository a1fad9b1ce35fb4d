import type { BacnetServer } from '../../../lib/protocols/bacnet/server';
import type { BacnetServing } from '../../../lib/protocols/bacnet/serving';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import { bacnetServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { KeptServers, type LastingServer } from './kept-servers';

interface Wanted {
    at: Endpoint;
    serving: BacnetServing;
    changed: () => void;
}

class Kept implements LastingServer<Wanted> {
    readonly server: BacnetServer;

    constructor(
        { clock }: RuntimeFlow,
        private wanted: Wanted,
    ) {
        const { at, serving } = wanted;
        this.server = new (bacnetServer().BacnetServer)({ clock, at, serving, changed: () => this.wanted.changed() });
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

/** The BACnet devices of one Node-RED, by address and port. They keep their subscriptions, answers under way, and who switched their communication off. */
export class BacnetHub {
    private readonly servers: KeptServers<Wanted, Kept>;

    constructor(private readonly flow: RuntimeFlow) {
        this.servers = new KeptServers(flow);
    }

    take(owner: string, at: Endpoint, serving: BacnetServing, changed: () => void): BacnetServer {
        const wanted = { at, serving, changed };
        const key = `${at.address}|${at.port}`;
        return this.servers.take(owner, key, wanted, () => new Kept(this.flow, wanted)).server;
    }

    /** @param removed nobody takes it over */
    leave(owner: string, removed: boolean): Promise<void> {
        return this.servers.leave(owner, removed);
    }
}

export const bacnetHub = onePerFlow((flow) => new BacnetHub(flow));

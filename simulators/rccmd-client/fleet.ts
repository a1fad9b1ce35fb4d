import { addressAfter } from '../shared/addresses';
import { RccmdClient, type RccmdClientOptions } from './rccmd-client';
import { UnresponsiveHosts } from './unresponsive-hosts';

export interface FleetOptions extends Omit<RccmdClientOptions, 'address' | 'port'> {
    count: number;
    /** Number of hosts that do not answer at all (unresponsive-hosts.ts), spread evenly. */
    unresponsive?: number;
    /** Address of the first host; the others follow. Default 127.0.1.1. */
    firstAddress?: string;
    /** Port of all hosts; 0 is not allowed. Default 6003. */
    port?: number;
}

/** Many hosts on consecutive loopback addresses, to test sending to many hosts. */
export class RccmdFleet {
    readonly clients: RccmdClient[];
    readonly unresponsive: UnresponsiveHosts;
    /** All addresses, in order. */
    readonly addresses: string[];

    constructor(options: FleetOptions) {
        const { count, unresponsive = 0, firstAddress = '127.0.1.1', port = 6003, ...behaviour } = options;
        this.addresses = Array.from({ length: count }, (_, index) => addressAfter(firstAddress, index));
        const isDead = (index: number) =>
            Math.floor(((index + 1) * unresponsive) / count) > Math.floor((index * unresponsive) / count);
        this.unresponsive = new UnresponsiveHosts(
            this.addresses.filter((_, index) => isDead(index)),
            port,
        );
        this.clients = this.addresses
            .filter((_, index) => !isDead(index))
            .map((address) => new RccmdClient({ ...behaviour, address, port }));
    }

    async start(): Promise<void> {
        await this.unresponsive.start();
        await Promise.all(this.clients.map((client) => client.start()));
    }

    async stop(): Promise<void> {
        await Promise.all([this.unresponsive.stop(), ...this.clients.map((client) => client.stop())]);
    }
}

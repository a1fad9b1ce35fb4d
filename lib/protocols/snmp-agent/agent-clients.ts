import { PduType } from 'net-snmp';
import type { Clock } from '../../core/clock';
import type { DecodedRequest } from './messages';

/** A manager that has asked for nothing for so long is gone, ms. */
const GONE_MS = 300_000;
const MOST = 1000;

export interface AgentClient {
    address: string;
    /** Epoch ms. */
    since: number;
    user?: string;
    /** E.g. `GetRequest 1.3.6.1.2.1.33.1.2.4.0`. */
    lastRequest: string;
}

/** Who asks. UDP has no connections: a manager is one that has asked within five minutes. */
export class AgentClients {
    private readonly known = new Map<string, { client: AgentClient; at: number }>();

    constructor(private readonly clock: Clock) {}

    note(address: string, user: string | undefined, { type, varbinds }: DecodedRequest): void {
        const key = `${address} ${user ?? ''}`;
        const at = this.clock.monotonic();
        const lastRequest = `${PduType[type]} ${varbinds[0]?.oid ?? ''}`.trim();
        const before = this.known.get(key);
        const since = before && at - before.at < GONE_MS ? before.client.since : this.clock.now();
        // Newest last: the bound drops whoever has been quiet for longest.
        this.known.delete(key);
        this.known.set(key, { client: { address, since, ...(user !== undefined && { user }), lastRequest }, at });
        if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
    }

    active(): AgentClient[] {
        const now = this.clock.monotonic();
        return [...this.known.values()].filter(({ at }) => now - at < GONE_MS).map(({ client }) => client);
    }
}

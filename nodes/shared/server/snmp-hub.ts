import type { Endpoint } from '../../../lib/protocols/shared/listener';
import type { SeenSets } from '../../../lib/protocols/snmp-agent/seen-sets';
import type { SnmpServer } from '../../../lib/protocols/snmp-agent/server';
import type { AgentServing } from '../../../lib/protocols/snmp-agent/serving';
import { snmpAgent } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { setMemory } from './agent-memory';
import { KeptServers, type LastingServer } from './kept-servers';

interface Wanted {
    at: Endpoint;
    serving: AgentServing;
    changed: () => void;
}

class Kept implements LastingServer<Wanted> {
    readonly server: SnmpServer;

    constructor(
        { clock }: RuntimeFlow,
        sets: SeenSets,
        private wanted: Wanted,
    ) {
        const { at, serving } = wanted;
        this.server = new (snmpAgent().SnmpServer)({ clock, at, serving, sets, changed: () => this.wanted.changed() });
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

/** The SNMP agents of one Node-RED, by address and port. They keep the rows of their alarms, their locks, and the SETs that they have seen. */
export class SnmpHub {
    /** Of all agents, also of those that were: a recorded SET must not come again at another port. */
    private readonly sets: SeenSets;
    private readonly startedAt: number;
    private readonly servers: KeptServers<Wanted, Kept>;

    constructor(private readonly flow: RuntimeFlow) {
        this.sets = new (snmpAgent().SeenSets)(flow.clock, setMemory(flow));
        this.startedAt = flow.clock.monotonic();
        this.servers = new KeptServers(flow);
    }

    /** For how long SETs have been remembered, ms. */
    get remembersMs(): number {
        return this.flow.clock.monotonic() - this.startedAt;
    }

    take(owner: string, at: Endpoint, serving: AgentServing, changed: () => void): SnmpServer {
        const wanted = { at, serving, changed };
        const key = `${at.address}|${at.port}`;
        return this.servers.take(owner, key, wanted, () => new Kept(this.flow, this.sets, wanted)).server;
    }

    /** The agent of a node; undefined: it has none now. */
    serverOf(owner: string): SnmpServer | undefined {
        return this.servers.of(owner)?.server;
    }

    /** @param removed nobody takes it over */
    leave(owner: string, removed: boolean): Promise<void> {
        return this.servers.leave(owner, removed);
    }
}

export const snmpHub = onePerFlow((flow) => new SnmpHub(flow));

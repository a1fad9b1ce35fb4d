import type { TimerHandle } from '../../../lib/core/clock';
import { ServedViews } from '../../../lib/core/served/served-views';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import type { SeenSets } from '../../../lib/protocols/snmp-agent/seen-sets';
import type { SnmpServer } from '../../../lib/protocols/snmp-agent/server';
import type { AgentServing } from '../../../lib/protocols/snmp-agent/serving';
import { snmpAgent } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';

/** Flows that were stopped and do not start again keep no port for longer. */
const ORPHANED_MS = 5000;

interface Held {
    key: string;
    server: SnmpServer;
    /** Id of the node that serves; undefined: it is being replaced. */
    owner?: string;
    lastOwner: string;
    changed: () => void;
    orphaned?: TimerHandle;
}

/**
 * The SNMP agents of one Node-RED, by address and port. A node that closes leaves its agent here, and the node that a deploy puts in its place takes it over: with
 * the rows of its alarms, its locks, and the SETs that it has seen. One that nobody takes over ends with the deploy.
 */
export class SnmpHub {
    readonly views: ServedViews;
    /** Of all agents, also of those that were: a recorded SET must not come again at another port. */
    private readonly sets: SeenSets;
    private readonly startedAt: number;
    private readonly held = new Set<Held>();

    constructor(private readonly flow: RuntimeFlow) {
        this.views = new ServedViews(flow.clock);
        this.sets = new (snmpAgent().SeenSets)(flow.clock);
        this.startedAt = flow.clock.monotonic();
        flow.deploys.afterEachStart(() => {
            for (const each of this.held) if (each.owner === undefined) void this.end(each);
        });
    }

    /** For how long SETs have been remembered, ms. */
    get remembersMs(): number {
        return this.flow.clock.monotonic() - this.startedAt;
    }

    take(owner: string, at: Endpoint, serving: AgentServing, changed: () => void): SnmpServer {
        const key = `${at.address}|${at.port}`;
        const known = [...this.held].find((each) => each.key === key && each.owner === undefined);
        if (known) {
            this.flow.clock.clearTimeout(known.orphaned);
            Object.assign(known, { owner, lastOwner: owner, changed });
            known.server.serve(serving);
            return known.server;
        }
        const { clock } = this.flow;
        const { sets } = this;
        const held: Held = {
            ...{ key, owner, lastOwner: owner, changed },
            server: new (snmpAgent().SnmpServer)({ clock, at, serving, sets, changed: () => held.changed() }),
        };
        // What the node had before may have the port.
        const before = [...this.held].filter((each) => each.owner === undefined && each.lastOwner === owner);
        this.held.add(held);
        void Promise.all(before.map((each) => this.end(each))).then(() => {
            if (this.held.has(held)) held.server.start();
        });
        return held.server;
    }

    /** @param removed nobody takes it over */
    async leave(owner: string, removed: boolean): Promise<void> {
        const left = [...this.held].filter((each) => each.owner === owner);
        for (const each of left) {
            Object.assign(each, { owner: undefined, changed: () => undefined });
            if (!removed) each.orphaned = this.flow.clock.setTimeout(() => void this.end(each), ORPHANED_MS);
        }
        if (removed) await Promise.all(left.map((each) => this.end(each)));
    }

    private async end(held: Held): Promise<void> {
        this.flow.clock.clearTimeout(held.orphaned);
        this.held.delete(held);
        await held.server.stop();
    }
}

export const snmpHub = onePerFlow((flow) => new SnmpHub(flow));

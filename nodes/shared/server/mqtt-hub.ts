import type { OpenLink } from '../../../lib/protocols/mqtt/link';
import type { MqttMode } from '../../../lib/protocols/mqtt/mode';
import type { MqttServer, MqttServing } from '../../../lib/protocols/mqtt/server';
import { mqttServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { KeptServers, type LastingServer } from './kept-servers';

export interface MqttWanted {
    /** The broker, by host and port. */
    where: string;
    clientId: string;
    open: OpenLink;
    /** Made once for each connection that is kept. */
    mode: () => MqttMode;
    serving: MqttServing;
    changed: () => void;
}

class Kept implements LastingServer<MqttWanted> {
    readonly server: MqttServer;
    /** Its node is gone for good: nothing is left at the broker. */
    isRemoved = false;

    constructor(
        { clock }: RuntimeFlow,
        private wanted: MqttWanted,
    ) {
        const { open, clientId, mode, serving } = wanted;
        const changed = () => this.wanted.changed();
        this.server = new (mqttServer().MqttServer)({ clock, open, clientId, mode: mode(), serving, changed });
    }

    get where(): string {
        return this.wanted.where;
    }

    start(): void {
        this.server.start();
    }

    serve(wanted: MqttWanted): void {
        this.wanted = wanted;
        this.server.serve(wanted.serving);
    }

    stop(): Promise<void> {
        return this.server.stop(this.isRemoved);
    }
}

/** The connections of all `ups-mqtt` of one Node-RED, by their brokers and modes. */
export class MqttHub {
    private readonly servers: KeptServers<MqttWanted, Kept>;
    private readonly byOwner = new Map<string, Kept>();
    /** What each node had last, also between two deploys. */
    private readonly lastOf = new Map<string, Kept>();

    constructor(private readonly flow: RuntimeFlow) {
        this.servers = new KeptServers(flow);
    }

    /** @param key all that needs another connection */
    take(owner: string, key: string, wanted: MqttWanted): MqttServer {
        const kept = this.servers.take(owner, key, wanted, () => new Kept(this.flow, wanted));
        const before = this.lastOf.get(owner);
        // Nobody else takes back what it has left there. It ends in a microtask, before the new one starts.
        if (before && before !== kept && before.where !== kept.where) before.isRemoved = true;
        this.byOwner.set(owner, kept);
        this.lastOf.set(owner, kept);
        return kept.server;
    }

    /** @param removed nobody takes it over */
    leave(owner: string, removed: boolean): Promise<void> {
        const kept = this.byOwner.get(owner);
        this.byOwner.delete(owner);
        if (removed) this.lastOf.delete(owner);
        if (kept && removed) kept.isRemoved = true;
        return this.servers.leave(owner, removed);
    }
}

export const mqttHub = onePerFlow((flow) => new MqttHub(flow));

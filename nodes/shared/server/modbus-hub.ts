import type { TimerHandle } from '../../../lib/core/clock';
import type { UpsError } from '../../../lib/core/errors';
import { ServedViews } from '../../../lib/core/served/served-views';
import type { ServedCard } from '../../../lib/protocols/cs141/served/served-card';
import type { ModbusListener, ModbusListenerEvents, ServedLine } from '../../../lib/protocols/modbus-server/listeners';
import type { ModbusClient } from '../../../lib/protocols/modbus-server/tcp-server';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import { ListenerKeeper } from '../../../lib/protocols/shared/listener-keeper';
import { modbusServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';

/**
 * Flows that were stopped and do not start again keep no port for longer. A deploy waits up to 15 s (Node-RED's nodeCloseTimeout) for nodes that close
 * slowly, and no client may be lost by that.
 */
const ORPHANED_MS = 45_000;

/** What a listener serves, until a deploy puts another in its place. */
export interface ModbusServing extends Pick<ModbusListenerEvents, 'refused' | 'problem'> {
    card: ServedCard;
    admits(address: string): boolean;
    mostClients: number;
    /** The listener came up, or did not. */
    changed(): void;
}

export type ModbusPlace = { tcp: Endpoint } | { rtu: ServedLine };

/** The listener of a node. */
export interface HeldListener {
    readonly at: Endpoint | undefined;
    readonly error: UpsError | undefined;
    clients(): ModbusClient[];
}

class Held implements HeldListener {
    readonly keeper: ListenerKeeper;
    owner: string | undefined;
    orphaned: TimerHandle;
    private listener: ModbusListener | undefined;

    constructor(
        { clock }: RuntimeFlow,
        readonly place: ModbusPlace,
        public lastOwner: string,
        public serving: ModbusServing,
    ) {
        this.owner = lastOwner;
        const units = (id: number) => this.serving.card.unit(id);
        this.keeper = new ListenerKeeper(
            clock,
            () => this.serving.changed(),
            async (failed) => {
                const events: ModbusListenerEvents = {
                    failed,
                    refused: (...told) => this.serving.refused(...told),
                    clients: () => this.serving.changed(),
                    problem: (error) => this.serving.problem(error),
                };
                const { listenRtu, listenTcp } = modbusServer();
                if ('rtu' in place) return (this.listener = await listenRtu(place.rtu, { clock, units }, events));
                const self = () => this.serving;
                const options = {
                    ...{ clock, units, ...place.tcp },
                    admits: (address: string) => self().admits(address),
                    get mostClients() {
                        return self().mostClients;
                    },
                };
                return (this.listener = await listenTcp(options, events));
            },
        );
    }

    get at(): Endpoint | undefined {
        return this.keeper.at;
    }

    get error(): UpsError | undefined {
        return this.keeper.at ? undefined : this.keeper.error;
    }

    clients(): ModbusClient[] {
        return this.at ? (this.listener?.clients() ?? []) : [];
    }

    serve(owner: string, serving: ModbusServing): void {
        this.owner = this.lastOwner = owner;
        this.serving = serving;
        this.listener?.dropStrangers((address) => serving.admits(address));
    }
}

/**
 * The Modbus listeners of one Node-RED, by address and port, or line. A node that closes leaves its listener here, and the node that a deploy puts in its place takes it over with
 * all of its clients. One that nobody takes over ends with the deploy.
 */
export class ModbusHub {
    readonly views: ServedViews;
    private readonly held = new Set<Held>();

    constructor(private readonly flow: RuntimeFlow) {
        this.views = new ServedViews(flow.clock);
        flow.deploys.afterEachStart(() => {
            for (const each of this.held) if (each.owner === undefined) void this.end(each);
        });
    }

    take(owner: string, place: ModbusPlace, serving: ModbusServing): HeldListener {
        const key = keyOf(place);
        const free = [...this.held].filter((each) => each.owner === undefined && keyOf(each.place) === key);
        // Of two nodes with one port each gets its own back.
        const known = free.find(({ lastOwner }) => lastOwner === owner) ?? free[0];
        if (known) {
            this.flow.clock.clearTimeout(known.orphaned);
            known.serve(owner, serving);
            return known;
        }
        const held = new Held(this.flow, place, owner, serving);
        // What the node had before may have the port or the line.
        const before = [...this.held].filter((each) => each.owner === undefined && each.lastOwner === owner);
        this.held.add(held);
        void Promise.all(before.map((each) => this.end(each))).then(() => {
            if (this.held.has(held)) held.keeper.start();
        });
        return held;
    }

    /** @param removed nobody takes it over */
    async leave(owner: string, removed: boolean): Promise<void> {
        const left = [...this.held].filter((each) => each.owner === owner);
        for (const each of left) {
            each.owner = undefined;
            each.serving = { ...each.serving, changed: () => {}, refused: () => {}, problem: () => {} };
            if (!removed) each.orphaned = this.flow.clock.setTimeout(() => void this.end(each), ORPHANED_MS);
        }
        if (removed) await Promise.all(left.map((each) => this.end(each)));
    }

    private async end(held: Held): Promise<void> {
        this.flow.clock.clearTimeout(held.orphaned);
        this.held.delete(held);
        await held.keeper.stop();
    }
}

export const modbusHub = onePerFlow((flow) => new ModbusHub(flow));

function keyOf(place: ModbusPlace): string {
    if ('tcp' in place) return `${place.tcp.address}|${place.tcp.port}`;
    const { path, baudRate, parity, stopBits } = place.rtu;
    return `${path}|${baudRate}|${parity}|${stopBits}`;
}

import type { Clock } from '../../../lib/core/clock';
import type { UpsError } from '../../../lib/core/errors';
import type { ServedCard } from '../../../lib/protocols/cs141/served/served-card';
import type { ModbusListener, ModbusListenerEvents, ServedLine } from '../../../lib/protocols/modbus-server/listeners';
import type { ModbusClient } from '../../../lib/protocols/modbus-server/tcp-server';
import type { Endpoint } from '../../../lib/protocols/shared/listener';
import { ListenerKeeper } from '../../../lib/protocols/shared/listener-keeper';
import { modbusServer } from '../device/protocols';
import { onePerFlow, type RuntimeFlow } from '../runtime/flow-of';
import { KeptServers, type LastingServer } from './kept-servers';

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

class Kept implements HeldListener, LastingServer<ModbusServing> {
    private readonly keeper: ListenerKeeper;
    private listener: ModbusListener | undefined;

    constructor(
        clock: Clock,
        place: ModbusPlace,
        private serving: ModbusServing,
    ) {
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

    start(): void {
        this.keeper.start();
    }

    serve(serving: ModbusServing): void {
        this.serving = serving;
        this.listener?.dropStrangers((address) => serving.admits(address));
    }

    stop(): Promise<void> {
        return this.keeper.stop();
    }
}

/** The Modbus listeners of one Node-RED, by address and port, or line. */
export class ModbusHub {
    private readonly listeners: KeptServers<ModbusServing, Kept>;

    constructor(private readonly flow: RuntimeFlow) {
        this.listeners = new KeptServers(flow);
    }

    take(owner: string, place: ModbusPlace, serving: ModbusServing): HeldListener {
        const make = () => new Kept(this.flow.clock, place, serving);
        return this.listeners.take(owner, keyOf(place), serving, make);
    }

    /** @param removed nobody takes it over */
    leave(owner: string, removed: boolean): Promise<void> {
        return this.listeners.leave(owner, removed);
    }
}

export const modbusHub = onePerFlow((flow) => new ModbusHub(flow));

function keyOf(place: ModbusPlace): string {
    if ('tcp' in place) return `${place.tcp.address}|${place.tcp.port}`;
    const { path, baudRate, parity, stopBits } = place.rtu;
    return `${path}|${baudRate}|${parity}|${stopBits}`;
}

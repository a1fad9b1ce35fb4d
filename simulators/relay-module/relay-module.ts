import { EventEmitter } from 'node:events';
import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { EXCEPTION, ModbusException, type ModbusDevice } from '../../lib/protocols/modbus-server/device';
import { ModbusEndpoint, type SerialLine } from '../shared/modbus-endpoint';

/** State of a relay when the module is powered up. */
export type PowerUp = 'on' | 'off' | 'last';

export interface RelayModuleOptions {
    clock: Clock;
    /** Number of relays, 1 to 256. Default 8. */
    outputs?: number;
    /** Number of inputs, 0 to 256. Default 8. */
    inputs?: number;
    /** Address of the first coil. Default 0. */
    firstCoil?: number;
    /** Address of the first discrete input. Default 0. */
    firstInput?: number;
    /** For each relay, or one for all. Default `off`. */
    powerUp?: PowerUp | readonly PowerUp[];
    /**
     * The value of a coil: the state of the relay's contact (default), or the last command. With `command`, a stuck relay is only
     * visible in the contacts at `firstContact`.
     */
    readBack?: 'contact' | 'command';
    /** Address of the first relay's contact in the discrete inputs. Default: contacts are not served. */
    firstContact?: number;
    /** Supports function 15. Default true; small modules support only function 5. */
    manyCoils?: boolean;
    /** Unit id. Default 1. */
    unitId?: number;
    tcp?: { port?: number; address?: string };
    rtu?: SerialLine;
}

interface Relay {
    commanded: boolean;
    /** Real state of the contact. */
    contact: boolean;
    /** The contact stays in this state, whatever the command. */
    stuckAt?: boolean;
    /** Number of changes of the contact. */
    switched: number;
}

export interface RelayModuleEvents {
    /** The contact of a relay, or an input, has changed; `port` counts from 1. */
    change: [{ kind: 'output' | 'input'; port: number; on: boolean }];
    /** A relay was commanded, even without a change. */
    command: [{ port: number; on: boolean }];
}

const MOST_PORTS = 256;

/** A module with relays (coils) and contact inputs (discrete inputs) over Modbus TCP and RTU. Ports count from 1. */
export class RelayModule extends EventEmitter<RelayModuleEvents> {
    readonly endpoint: ModbusEndpoint;
    private readonly relays: Relay[];
    private readonly inputStates: boolean[];
    private readonly powerUp: PowerUp[];
    private powered = true;

    /** @throws UpsError out-of-range */
    constructor(private readonly options: RelayModuleOptions) {
        super();
        const { clock, outputs = 8, inputs = 8, powerUp = 'off', unitId, tcp, rtu } = options;
        requirePorts('outputs', outputs, 1);
        requirePorts('inputs', inputs, 0);
        this.powerUp = Array.from(
            { length: outputs },
            (_, i) => (typeof powerUp === 'string' ? powerUp : powerUp[i]) ?? 'off',
        );
        this.relays = this.powerUp.map((state) => {
            const on = state === 'on';
            return { commanded: on, contact: on, switched: 0 };
        });
        this.inputStates = Array.from({ length: inputs }, () => false);
        this.endpoint = new ModbusEndpoint({ clock, device: this.device(), unitId, tcp, rtu });
    }

    /** States of the contacts. */
    get outputs(): boolean[] {
        return this.relays.map(({ contact }) => contact);
    }

    get inputs(): boolean[] {
        return [...this.inputStates];
    }

    /** Number of changes of a relay's contact. @throws UpsError out-of-range */
    switched(port: number): number {
        return this.relay(port).switched;
    }

    /** @throws UpsError port-in-use, port-forbidden, host-unreachable */
    start(): Promise<void> {
        return this.endpoint.start();
    }

    /** Idempotent. */
    stop(): Promise<void> {
        return this.endpoint.stop();
    }

    /** Commands a relay, like a Modbus request. @throws UpsError out-of-range */
    switch(port: number, on: boolean): void {
        const relay = this.relay(port);
        this.emit('command', { port, on });
        relay.commanded = on;
        this.settle(port);
    }

    /** @throws UpsError out-of-range */
    setInput(port: number, on: boolean): void {
        requireRange('input', port, this.inputStates.length);
        if (this.inputStates[port - 1] === on) return;
        this.inputStates[port - 1] = on;
        this.emit('change', { kind: 'input', port, on });
    }

    /** Makes the contact of a relay stick in a state; undefined: the relay follows its command again. @throws UpsError out-of-range */
    setStuck(port: number, at: boolean | undefined): void {
        this.relay(port).stuckAt = at;
        this.settle(port);
    }

    /**
     * Without power, the module answers nothing and all relays drop; with power, each relay takes its power-up state. A welded
     * contact stays closed.
     */
    setPower(on: boolean): void {
        if (on === this.powered) return;
        this.powered = on;
        this.endpoint.faults.silent = !on;
        if (!on) this.endpoint.dropClients();
        this.relays.forEach((relay, i) => {
            const powerUp = this.powerUp[i];
            if (on && powerUp !== 'last') relay.commanded = powerUp === 'on';
            this.settle(i + 1);
        });
    }

    /** Moves the contact to its proper state, and emits `change` if it moved. */
    private settle(port: number): void {
        const relay = this.relay(port);
        const on = relay.stuckAt ?? (this.powered && relay.commanded);
        if (on === relay.contact) return;
        relay.contact = on;
        relay.switched++;
        this.emit('change', { kind: 'output', port, on });
    }

    private relay(port: number): Relay {
        requireRange('output', port, this.relays.length);
        return this.relays[port - 1]!;
    }

    private device(): ModbusDevice {
        const { firstCoil = 0, firstInput = 0, firstContact, readBack = 'contact', manyCoils = true } = this.options;
        const coil = (relay: Relay) => (readBack === 'command' ? relay.commanded : relay.contact);
        return {
            readCoils: (address, count) => slice(this.relays.map(coil), address - firstCoil, count),
            readDiscreteInputs: (address, count) => {
                const contacts = firstContact === undefined ? -1 : address - firstContact;
                if (contacts >= 0 && contacts + count <= this.relays.length)
                    return slice(this.outputs, contacts, count);
                return slice(this.inputStates, address - firstInput, count);
            },
            writeCoils: (address, values) => {
                slice(this.relays, address - firstCoil, values.length);
                values.forEach((on, i) => this.switch(address - firstCoil + i + 1, on));
            },
            writesManyCoils: manyCoils,
        };
    }
}

/** @throws ModbusException illegal address */
function slice<T>(all: readonly T[], from: number, count: number): T[] {
    if (from < 0 || from + count > all.length) throw new ModbusException(EXCEPTION.illegalAddress);
    return all.slice(from, from + count);
}

function requirePorts(property: string, value: number, min: number): void {
    if (!Number.isInteger(value) || value < min || value > MOST_PORTS)
        throw new UpsError('out-of-range', { property, value, min, max: MOST_PORTS });
}

function requireRange(property: string, port: number, max: number): void {
    if (!Number.isInteger(port) || port < 1 || port > max)
        throw new UpsError('out-of-range', { property, value: port, min: 1, max });
}

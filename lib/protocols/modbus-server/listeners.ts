import type { Failed, Listener } from '../shared/listener';
import { serialPorts } from '../shared/packages';
import { serialFailure } from '../shared/serial-failure';
import { ModbusRtuServer, type ModbusRtuServerOptions } from './rtu-server';
import { ModbusTcpServer, type ModbusClient, type ModbusTcpServerOptions } from './tcp-server';

/** A Modbus server that listens. */
export interface ModbusListener extends Listener {
    /** Who is connected; empty on a serial line, where nobody says who he is. */
    clients(): ModbusClient[];
    /** Disconnects clients that may not connect any more. */
    dropStrangers(admits: (address: string) => boolean): void;
}

/** What a listener tells besides that it broke down. */
export interface ModbusListenerEvents {
    failed: Failed;
    /** A client was refused or disconnected, see `ModbusServerEvents`. */
    refused(address: string, reason: string): void;
    /** A client has connected or gone. */
    clients(): void;
    /** A device threw an error at a request. */
    problem(error: unknown): void;
}

/** @throws UpsError port-in-use, port-forbidden */
export async function listenTcp(
    options: ModbusTcpServerOptions,
    { refused, clients, problem }: ModbusListenerEvents,
): Promise<ModbusListener> {
    const server = new ModbusTcpServer(options);
    server.on('refused', ({ client, reason }) => refused(client.replace(/:\d+$/, ''), reason));
    server.on('clients', clients);
    server.on('failure', problem);
    await server.start();
    return {
        at: { address: server.address, port: server.port },
        clients: () => server.connected,
        dropStrangers: (admits) => server.dropClients((address) => !admits(address)),
        close: () => server.stop(),
    };
}

/** A serial port with 8 data bits. */
export interface ServedLine {
    path: string;
    baudRate: number;
    parity: 'none' | 'even' | 'odd';
    stopBits: 1 | 2;
}

/** `at.address` is the path of the line, and `at.port` is 0. @throws UpsError device-silent: the port cannot be opened */
export async function listenRtu(
    line: ServedLine,
    options: Omit<ModbusRtuServerOptions, 'line' | 'name'>,
    { failed, problem }: ModbusListenerEvents,
): Promise<ModbusListener> {
    const { path } = line;
    const port = new (serialPorts().SerialPort)({ ...line, dataBits: 8, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
        port.open((error) => (error ? reject(serialFailure(error, path)) : resolve()));
    });
    const server = new ModbusRtuServer({ ...options, line: port, name: path });
    server.on('failure', problem);
    let open = true;
    let reason = 'closed';
    port.on('error', (error) => {
        reason = error.message;
    });
    port.on('close', () => {
        if (!open) return;
        open = false;
        server.stop();
        failed(reason);
    });
    server.start();
    return {
        at: { address: path, port: 0 },
        clients: () => [],
        dropStrangers: () => {},
        close: async () => {
            open = false;
            server.stop();
            if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
        },
    };
}

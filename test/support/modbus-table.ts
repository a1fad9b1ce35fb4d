import { once } from 'node:events';
import type { Server } from 'node:net';
import { ServerTCP } from 'modbus-serial';
import { freePort } from './free-port';

type Done<T> = (error: Error | null, value?: T) => void;

/** Registers and bits of one unit, served over TCP by modbus-serial's own server; what is not in its tables is exception 2. */
export class ModbusTable {
    readonly words = { holding: new Map<number, number>(), input: new Map<number, number>() };
    readonly bits = { coil: new Map<number, boolean>(), discrete: new Map<number, boolean>() };
    readonly requests: [table: string, address: number, count: number, unit: number][] = [];
    readonly written: [address: number, value: number | boolean][] = [];
    readonly sockets = new Set<{ destroy(): void }>();
    /** So many connections were ever made. */
    connections = 0;
    private server!: ServerTCP;

    /** @returns its port */
    async start(): Promise<number> {
        const missing = Object.assign(new Error('no such register'), { modbusErrorCode: 2 });
        const many =
            <T>(table: string, values: Map<number, T>) =>
            (address: number, count: number, unit: number, done: Done<T[]>) => {
                this.requests.push([table, address, count, unit]);
                const found = Array.from({ length: count }, (_, index) => values.get(address + index));
                const isKnown = found.every((value) => value !== undefined);
                done(isKnown ? null : missing, found as T[]);
            };
        // One by one, as its library asks for a single register, and for bits.
        const one =
            <T>(table: string, values: Map<number, T>) =>
            (address: number, unit: number, done: Done<T>) =>
                many(table, values)(address, 1, unit, (error, found) => done(error, found?.[0]));
        const set =
            <T extends number | boolean>(values: Map<number, T>) =>
            (address: number, value: T, _unit: number, done: Done<void>) => {
                this.written.push([address, value]);
                values.set(address, value);
                done(null);
            };
        this.server = new ServerTCP(
            {
                getMultipleHoldingRegisters: many('holding', this.words.holding),
                getMultipleInputRegisters: many('input', this.words.input),
                getHoldingRegister: one('holding', this.words.holding),
                getInputRegister: one('input', this.words.input),
                getCoil: one('coil', this.bits.coil),
                getDiscreteInput: one('discrete', this.bits.discrete),
                setRegister: set(this.words.holding),
                setCoil: set(this.bits.coil),
            } as never,
            // A port of 0 would be 502 to it.
            { host: '127.0.0.1', port: await freePort(), unitID: 255 },
        );
        const { _server: net } = this.server as unknown as { _server: Server };
        net.on('connection', (socket) => {
            this.sockets.add(socket);
            this.connections++;
            socket.on('close', () => this.sockets.delete(socket));
        });
        if (!net.listening) await once(net, 'listening');
        return (net.address() as { port: number }).port;
    }

    stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }
}

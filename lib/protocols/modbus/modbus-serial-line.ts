import type { EventEmitter } from 'node:events';
import type ModbusRTU from 'modbus-serial';
import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { modbusSerial } from '../shared/packages';
import type { ModbusBlock, ModbusLine } from './line';
import { RequestQueue } from './request-queue';

export type Parity = 'none' | 'even' | 'odd';

export interface TcpEndpoint {
    transport: 'tcp';
    host: string;
    port: number;
}

export interface RtuEndpoint {
    transport: 'rtu';
    path: string;
    baudRate: number;
    parity: Parity;
    stopBits: 1 | 2;
}

export interface LineOptions {
    endpoint: TcpEndpoint | RtuEndpoint;
    /** For the connection, and for each answer from first byte sent to last byte received. */
    timeoutMs: number;
}

/** Requests that may wait: 31 units on a serial line, with some to spare. */
const MOST_WAITING = 64;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
const CLOSING_MS = 1000;
/**
 * A serial answer that comes too late would be taken for that of the next request, for RTU frames carry no number: after a
 * request without an answer the line is left alone for as long, but not longer than this.
 */
const LONGEST_SETTLING_MS = 500;

/** A Modbus TCP connection or a serial line, by modbus-serial. What is in doubt is given up and opened anew. */
export class ModbusSerialLine implements ModbusLine {
    private readonly queue = new RequestQueue(MOST_WAITING);
    private readonly Client = modbusSerial();
    private client: ModbusRTU | undefined;
    private pauseMs = 0;
    private pausedUntil = -Infinity;
    private lastFailure: UpsError | undefined;
    private closed = false;
    /** Ends every wait at once. */
    private readonly interrupts = new Set<() => void>();

    constructor(
        private readonly clock: Clock,
        private readonly options: LineOptions,
    ) {}

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        return this.queue.run(() =>
            this.request(unitId, async (client) => {
                const { address, count } = block;
                switch (block.table) {
                    case 'coil':
                        return bits((await client.readCoils(address, count)).data, count);
                    case 'discrete':
                        return bits((await client.readDiscreteInputs(address, count)).data, count);
                    case 'holding':
                        return words((await client.readHoldingRegisters(address, count)).data, count);
                    case 'input':
                        return words((await client.readInputRegisters(address, count)).data, count);
                }
            }),
        );
    }

    writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        return this.queue.run(() =>
            this.request(unitId, async (client) => {
                const { state } = await client.writeCoil(address, on);
                if (state !== on) throw new Error('the answer tells another value than the one written');
            }),
        );
    }

    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        const { client } = this;
        this.client = undefined;
        for (const interrupt of [...this.interrupts]) interrupt();
        await this.queue.close();
        // A serial port must be free again when the next one opens it.
        if (client) await this.inTime(destroy(client), CLOSING_MS).catch(() => undefined);
    }

    private get place(): string {
        const { endpoint } = this.options;
        return endpoint.transport === 'tcp' ? endpoint.host : endpoint.path;
    }

    private async request<T>(unitId: number, ask: (client: ModbusRTU) => Promise<T>): Promise<T> {
        const client = (this.client ??= await this.connect());
        client.setID(unitId);
        try {
            return await this.inTime(untilClosed(client, ask(client)), this.options.timeoutMs);
        } catch (error) {
            const { modbusCode } = error as { modbusCode?: number };
            if (modbusCode !== undefined) {
                const reason = `Modbus exception ${modbusCode}`;
                throw new UpsError(
                    'device-refused',
                    { host: this.place, reason, exception: modbusCode },
                    { cause: error },
                );
            }
            await this.recover();
            throw this.failure(error);
        }
    }

    /** Numbered answers of another connection cannot be mistaken; a serial line is left to fall silent. */
    private async recover(): Promise<void> {
        if (this.closed) return;
        if (this.options.endpoint.transport === 'tcp' || !this.client?.isOpen) {
            this.abandon();
            return;
        }
        await this.pause(Math.min(this.options.timeoutMs, LONGEST_SETTLING_MS));
        forgetReceived(this.client);
    }

    private failure(error: unknown): UpsError {
        if (this.closed) return new UpsError('interrupted', {}, { cause: error });
        return asUpsError(error, 'device-silent', { host: this.place });
    }

    private async connect(): Promise<ModbusRTU> {
        if (this.clock.monotonic() < this.pausedUntil && this.lastFailure) throw this.lastFailure;
        const client = new this.Client();
        // Told by the failing request, too; without a listener it would end the process.
        client.on('error', () => this.abandon(client));
        client.on('close', () => this.abandon(client));
        let givenUp = false;
        const opening = this.open(client).then(() => {
            // A port that opens too late is not left open.
            if (givenUp) void destroy(client);
        });
        try {
            await this.inTime(opening, this.options.timeoutMs);
            if (this.closed) throw new UpsError('interrupted');
        } catch (error) {
            givenUp = true;
            void destroy(client);
            this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pauseMs * 2));
            this.pausedUntil = this.clock.monotonic() + this.pauseMs;
            this.lastFailure = this.failure(error);
            throw this.lastFailure;
        }
        this.pauseMs = 0;
        // Its own time limit lies behind ours, so that a request given up is forgotten in the end.
        client.setTimeout(this.options.timeoutMs + 100);
        return client;
    }

    private open(client: ModbusRTU): Promise<void> {
        const { endpoint } = this.options;
        if (endpoint.transport === 'tcp') return client.connectTCP(endpoint.host, { port: endpoint.port });
        const { path, baudRate, parity, stopBits } = endpoint;
        return client.connectRTUBuffered(path, { baudRate, parity, stopBits, dataBits: 8 });
    }

    private abandon(client = this.client): void {
        if (!client) return;
        if (client === this.client) this.client = undefined;
        void destroy(client);
    }

    private pause(ms: number): Promise<void> {
        return this.inTime(new Promise<never>(() => {}), ms).catch(() => undefined);
    }

    private async inTime<T>(work: Promise<T>, ms: number): Promise<T> {
        let timer: TimerHandle;
        let interrupt = () => {};
        const late = new Promise<never>((_, reject) => {
            timer = this.clock.setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
            interrupt = () => reject(new UpsError('interrupted'));
            this.interrupts.add(interrupt);
        });
        // What fails after its time is up has been told already.
        work.catch(() => {});
        try {
            return await Promise.race([work, late]);
        } finally {
            this.interrupts.delete(interrupt);
            this.clock.clearTimeout(timer);
        }
    }
}

/** Half a frame left in modbus-serial's buffer would be taken for the head of the next answer; it has no call to drop it. */
function forgetReceived(client: ModbusRTU | undefined): void {
    const { _port: port } = (client ?? {}) as { _port?: { _buffer?: Buffer } };
    if (port?._buffer) port._buffer = Buffer.alloc(0);
}

/** A connection that ends takes its request with it: modbus-serial would wait for the answer until its time is up. */
function untilClosed<T>(client: ModbusRTU, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
        const closed = () => reject(new Error('the connection was closed'));
        // It is an emitter; its types say so of `on` alone.
        const emitter = client as unknown as EventEmitter;
        emitter.once('close', closed);
        void answer.then(resolve, reject).finally(() => emitter.off('close', closed));
    });
}

/** A client that never got so far as to have a port has nothing to destroy. */
function destroy(client: ModbusRTU): Promise<void> {
    const { _port: port } = client as unknown as { _port?: { destroy?: (done: () => void) => void; isOpen: boolean } };
    return new Promise((resolve) => {
        if (port?.destroy) {
            port.destroy(() => {});
            resolve();
        } else if (port?.isOpen) client.close(() => resolve());
        else resolve();
    });
}

function words(data: readonly number[], count: number): number[] {
    if (data.length !== count) throw new Error(`${data.length} registers instead of ${count}`);
    return [...data];
}

/** Bits come in whole bytes. */
function bits(data: readonly boolean[], count: number): number[] {
    if (data.length < count) throw new Error(`${data.length} bits instead of ${count}`);
    return data.slice(0, count).map(Number);
}

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { FrameReader } from '../../lib/protocols/delta/frame';
import type { DeltaUps } from './delta-ups';

export interface LineServerOptions {
    clock: Clock;
    /** The UPSs on this line, identified by their ids. */
    upses: readonly DeltaUps[];
    /** A serial port, e.g. one end of a pair of pseudo-terminals by socat ... */
    path?: string;
    /** ... or a TCP port, like a serial server; 0 (default): any free port. */
    port?: number;
    address?: string;
    /** Commands and answers take as long as at this speed; undefined: no delay. */
    pacedBaudRate?: number;
}

/** An incomplete command is dropped after this silence. */
const QUIET_MS = 1000;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** `~`, id, type and length. */
const HEAD_BYTES = 7;

/** A serial line with simulated UPSs. */
export class LineServer {
    private server?: Server;
    private serial?: SerialPort;
    private readonly sockets = new Set<Socket>();
    private readonly timers = new Set<TimerHandle>();

    constructor(private readonly options: LineServerOptions) {}

    /** The TCP port; 0 for a serial line. */
    get port(): number {
        return (this.server?.address() as AddressInfo | undefined)?.port ?? 0;
    }

    get clients(): number {
        return this.sockets.size;
    }

    async start(): Promise<void> {
        const { path, port = 0, address = '127.0.0.1' } = this.options;
        if (path !== undefined) return this.openSerial(path);
        const server = createServer((socket) => {
            this.sockets.add(socket);
            const take = this.receiver((bytes) => socket.write(bytes));
            socket.setNoDelay(true);
            socket.on('data', take);
            socket.on('error', () => socket.destroy());
            socket.on('close', () => this.sockets.delete(socket));
        });
        this.server = server;
        await new Promise<void>((resolve, reject) => {
            server.once('error', reject);
            server.listen(port, address, resolve);
        });
    }

    /** Ends all connections, like a restart of a serial server. */
    dropClients(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        for (const timer of this.timers) this.options.clock.clearTimeout(timer);
        this.timers.clear();
        for (const ups of this.options.upses) ups.destroy();
        this.dropClients();
        const { server, serial } = this;
        this.server = undefined;
        this.serial = undefined;
        if (server) await new Promise((resolve) => server.close(resolve));
        if (serial?.isOpen) await new Promise((resolve) => serial.close(resolve));
    }

    private async openSerial(path: string): Promise<void> {
        const serial = new SerialPort({ path, baudRate: 2400, autoOpen: false });
        await new Promise<void>((resolve, reject) => serial.open((error) => (error ? reject(error) : resolve())));
        this.serial = serial;
        // Caused when the other end of a pseudo-terminal is closed: harmless.
        serial.on('error', () => undefined);
        const take = this.receiver((bytes) => {
            if (serial.isOpen) serial.write(bytes);
        });
        serial.on('data', take);
    }

    private receiver(send: (bytes: Buffer) => void): (bytes: Buffer) => void {
        const { upses } = this.options;
        const reader = new FrameReader();
        let quiet: TimerHandle;
        return (bytes) => {
            if (quiet !== undefined) this.cancel(quiet);
            quiet = undefined;
            const frames = reader.push(bytes);
            if (reader.state === 'complete') {
                const last = reader.flush();
                if (last) frames.push(last);
            } else if (reader.state === 'partial') {
                quiet = this.later(() => reader.reset(), QUIET_MS);
            }
            for (const frame of frames) {
                for (const ups of upses) {
                    const answer = ups.receive(frame);
                    if (!answer) continue;
                    const { pacedBaudRate } = this.options;
                    if (!pacedBaudRate) send(answer);
                    else
                        this.later(
                            () => send(answer),
                            (((frame.data.length + HEAD_BYTES + answer.length) * BITS_PER_BYTE) / pacedBaudRate) * 1000,
                        );
                    break;
                }
            }
        };
    }

    private later(action: () => void, ms: number): TimerHandle {
        const { clock } = this.options;
        const timer = clock.setTimeout(() => {
            this.timers.delete(timer);
            action();
        }, ms * clock.speed);
        this.timers.add(timer);
        return timer;
    }

    private cancel(timer: TimerHandle): void {
        this.timers.delete(timer);
        this.options.clock.clearTimeout(timer);
    }
}

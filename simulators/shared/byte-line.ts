import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';

/** One end of a line that a device listens at. */
export interface LineEnd {
    /** Takes the bytes of one client. */
    take(bytes: Uint8Array): void;
    /** The client is gone. */
    closed?(): void;
}

export interface ByteLineOptions {
    /** A serial port, e.g. one end of a pair of pseudo-terminals by socat ... */
    path?: string;
    baudRate?: number;
    /** ... or a TCP port, like a serial server; 0 (default): any free port. */
    port?: number;
    /** Default 127.0.0.1. */
    address?: string;
    /** A client has come: what takes its bytes. @param send writes to it */
    connect(send: (bytes: Uint8Array) => void): LineEnd;
}

/** A line at which a simulated device listens: a TCP port, for several clients, or a serial port. */
export class ByteLine {
    private server?: Server;
    private serial?: SerialPort;
    private readonly sockets = new Set<Socket>();

    constructor(private readonly options: ByteLineOptions) {}

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
        const server = createServer((socket) => this.accept(socket));
        this.server = server;
        await new Promise<void>((resolve, reject) => {
            server.once('error', reject);
            server.listen(port, address, resolve);
        });
    }

    /** Ends all connections, as a cable that is pulled out, or a serial server that restarts. */
    dropClients(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        this.dropClients();
        const { server, serial } = this;
        this.server = undefined;
        this.serial = undefined;
        if (server) await new Promise((resolve) => server.close(resolve));
        if (serial?.isOpen) await new Promise((resolve) => serial.close(resolve));
    }

    private accept(socket: Socket): void {
        this.sockets.add(socket);
        socket.setNoDelay(true);
        const end = this.options.connect((bytes) => {
            if (!socket.destroyed) socket.write(bytes);
        });
        socket.on('data', (bytes) => end.take(bytes));
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
            this.sockets.delete(socket);
            end.closed?.();
        });
    }

    private async openSerial(path: string): Promise<void> {
        const serial = new SerialPort({ path, baudRate: this.options.baudRate ?? 9600, autoOpen: false });
        await new Promise<void>((resolve, reject) => serial.open((error) => (error ? reject(error) : resolve())));
        this.serial = serial;
        // Caused when the other end of a pseudo-terminal is closed: harmless.
        serial.on('error', () => undefined);
        const end = this.options.connect((bytes) => {
            if (serial.isOpen) serial.write(Buffer.from(bytes));
        });
        serial.on('data', (bytes: Buffer) => end.take(bytes));
    }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SimulatedModem, type ModemOptions } from './modem';

/** A simulated modem behind a TCP port, like a modem at a terminal server; all connections share it. */
export class ModemServer {
    readonly modem: SimulatedModem;
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();
    private pty: ChildProcess | undefined;

    constructor(options: ModemOptions = {}) {
        this.modem = new SimulatedModem(options);
        this.modem.on('data', (text) => {
            for (const socket of this.sockets) socket.write(text, 'latin1');
        });
        this.server = createServer((socket) => {
            this.sockets.add(socket);
            socket.on('data', (bytes) => this.modem.take(bytes));
            // An error is followed by `close`.
            socket.on('error', () => undefined);
            socket.on('close', () => this.sockets.delete(socket));
        });
    }

    get connections(): number {
        return this.sockets.size;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    async listen(port = 0, address = '127.0.0.1'): Promise<this> {
        this.server.listen(port, address);
        await once(this.server, 'listening');
        return this;
    }

    /** Creates a pseudo-terminal with this name, by socat, which must be installed. */
    openPty(path: string, socat = 'socat'): void {
        this.pty = spawn(socat, [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${this.port}`], { stdio: 'ignore' });
        this.pty.on('error', (error) => process.stderr.write(`socat: ${error.message}\n`));
    }

    /** Closes all connections, like an unplugged cable. */
    drop(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    async close(): Promise<void> {
        this.pty?.kill('SIGTERM');
        this.drop();
        if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
    }
}

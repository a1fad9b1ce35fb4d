import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { bareHost } from '../shared/host';
import { names } from '../shared/names';
import type { NutConnection, NutHandlers, NutTransport } from './transport';
import { SentenceError, said } from '../../core/language/sentence';

export interface TcpTarget {
    host: string;
    port: number;
    /** For STARTTLS: CA, client certificate, rejectUnauthorized. */
    tls?: ConnectionOptions;
}

/** upsd over TCP, and over TLS on the same connection after STARTTLS. */
export class TcpNutTransport implements NutTransport {
    constructor(private readonly target: TcpTarget) {}

    open(handlers: NutHandlers): NutConnection {
        return new TcpConnection(this.target, handlers);
    }
}

class TcpConnection implements NutConnection {
    readonly opened: Promise<void>;
    private readonly target: TcpTarget;
    private socket: Socket;
    private over = false;
    private readonly onData = (bytes: Buffer) => {
        if (!this.over) this.handlers.data(bytes);
    };

    constructor(
        target: TcpTarget,
        private readonly handlers: NutHandlers,
    ) {
        this.target = { ...target, host: bareHost(target.host) };
        const { host, port } = this.target;
        this.socket = connect({ host, port, noDelay: true, keepAlive: true, lookup: names.lookup });
        this.opened = this.settled('connect');
        this.listen();
    }

    write(text: string): void {
        if (!this.over) this.socket.write(text);
    }

    startTls(): Promise<void> {
        const plain = this.socket;
        plain.off('data', this.onData);
        plain.removeAllListeners('close');
        this.socket = connectTls({
            ...(isIP(this.target.host) ? {} : { servername: this.target.host }),
            // Without a server name Node compares the certificate with `host`, which a wrapped socket would lose.
            host: this.target.host,
            ...this.target.tls,
            socket: plain,
        });
        const secured = this.settled('secureConnect');
        this.listen();
        return secured;
    }

    close(): void {
        this.over = true;
        this.socket.destroy();
    }

    private settled(event: 'connect' | 'secureConnect'): Promise<void> {
        const { socket } = this;
        const settled = new Promise<void>((resolve, reject) => {
            socket.once(event, () => resolve());
            socket.once('error', reject);
            socket.once('close', () => reject(new SentenceError(said('closed'))));
        });
        // Whoever closes early no longer waits for it.
        settled.catch(() => undefined);
        return settled;
    }

    private listen(): void {
        let reason: Error | undefined;
        this.socket.on('data', this.onData);
        this.socket.on('error', (error) => (reason = error));
        this.socket.once('close', () => {
            if (this.over) return;
            this.over = true;
            this.handlers.closed(reason);
        });
    }
}

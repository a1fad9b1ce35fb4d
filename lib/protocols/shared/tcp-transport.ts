import { connect } from 'node:net';
import { bareHost } from './host';
import type { ByteConnection, ByteHandlers, ByteTransport } from './byte-transport';
import { names } from './names';
import { SentenceError, said } from '../../core/language/sentence';

/** A TCP connection that carries bytes: a serial server in raw mode, a Modbus TCP device. */
export class TcpTransport implements ByteTransport {
    readonly speedChangeable = false;

    private readonly host: string;

    constructor(
        host: string,
        private readonly port: number,
    ) {
        this.host = bareHost(host);
    }

    open(handlers: ByteHandlers): ByteConnection {
        const { host, port } = this;
        const socket = connect({ host, port, noDelay: true, keepAlive: true, lookup: names.lookup });
        let over = false;
        let reason: Error | undefined;
        const opened = new Promise<void>((resolve, reject) => {
            socket.once('connect', () => resolve());
            socket.once('close', () => reject(reason ?? new SentenceError(said('closed'))));
        });
        // Whoever closes early no longer waits for it.
        opened.catch(() => undefined);
        socket.on('error', (error) => (reason = error));
        socket.on('data', (bytes) => {
            if (!over) handlers.data(bytes);
        });
        // A serial server that ends its half has ended the line.
        socket.once('end', () => socket.destroy());
        socket.once('close', () => {
            if (over) return;
            over = true;
            handlers.closed(reason);
        });
        return {
            opened,
            write: (bytes) => {
                if (!over) socket.write(bytes);
            },
            close: async () => {
                over = true;
                socket.destroy();
            },
        };
    }
}

import { connect } from 'node:net';
import { serialPorts } from '../shared/packages';
import { bracketedHost } from '../shared/host';
import { names } from '../shared/names';
import { serialFailure } from '../shared/serial-failure';
import { SentenceError, said } from '../../core/language/sentence';

/** Events of a connection; none follows `closed`. */
export interface ModemHandlers {
    data(bytes: Uint8Array): void;
    closed(reason?: Error): void;
}

export interface ModemConnection {
    /** Resolves when bytes can be written; rejects with the reason if opening failed. */
    readonly opened: Promise<void>;
    /** Characters up to 0xff, one byte each. */
    write(text: string): void;
    /** Idempotent; does not cause `closed`. Resolves when the port is free. */
    close(): Promise<void>;
}

/** Access to a modem: serial or TCP, in memory for tests. */
export interface ModemTransport {
    /** Path, or host and port, for errors. */
    readonly name: string;
    open(handlers: ModemHandlers): ModemConnection;
}

/** A modem behind a terminal server or a raw TCP port. */
export class TcpModemTransport implements ModemTransport {
    readonly name: string;

    constructor(
        private readonly host: string,
        private readonly port: number,
    ) {
        this.name = `${bracketedHost(host)}:${port}`;
    }

    open(handlers: ModemHandlers): ModemConnection {
        const { host, port } = this;
        const socket = connect({ host, port, noDelay: true, keepAlive: true, lookup: names.lookup });
        let over = false;
        let reason: Error | undefined;
        const opened = new Promise<void>((resolve, reject) => {
            socket.once('connect', () => resolve());
            socket.once('error', reject);
            socket.once('close', () => reject(new SentenceError(said('closed'))));
        });
        // After an early close the promise has no user: its rejection is ignored.
        opened.catch(() => undefined);
        socket.on('error', (error) => (reason = error));
        socket.on('data', (bytes) => {
            if (!over) handlers.data(bytes);
        });
        socket.once('close', () => {
            if (over) return;
            over = true;
            handlers.closed(reason);
        });
        return {
            opened,
            write: (text) => void (over || socket.write(text, 'latin1')),
            close: async () => {
                over = true;
                socket.destroy();
            },
        };
    }
}

/** A modem at a serial port, 8N1. */
export class SerialModemTransport implements ModemTransport {
    readonly name: string;
    private readonly Port = serialPorts().SerialPort;

    constructor(
        path: string,
        private readonly baudRate: number,
    ) {
        this.name = path;
    }

    open(handlers: ModemHandlers): ModemConnection {
        const port = new this.Port({ path: this.name, baudRate: this.baudRate, autoOpen: false });
        let over = false;
        let reason: Error | undefined;
        port.on('error', (error: Error) => (reason = error));
        port.on('data', (bytes: Buffer) => {
            if (!over) handlers.data(bytes);
        });
        port.on('close', (error?: Error | null) => {
            if (over) return;
            over = true;
            handlers.closed(error ?? reason);
        });
        const opened = new Promise<void>((resolve, reject) => {
            port.open((error) => (error ? reject(serialFailure(error, this.name)) : resolve()));
        });
        const settled = opened.catch(() => undefined);
        return {
            opened,
            write: (text) => {
                if (!over && port.isOpen) port.write(Buffer.from(text, 'latin1'));
            },
            close: async () => {
                over = true;
                // A port cannot be closed while it is being opened.
                await settled;
                if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
            },
        };
    }
}

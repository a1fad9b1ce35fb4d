import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { UpsError } from '../../core/errors';
import type { Endpoint, Failed, Listener } from './listener';

export interface UdpListener extends Listener {
    send(message: Buffer, to: Endpoint): void;
}

export type ListenUdp = typeof listenUdp;

/**
 * A UDP port that listens. What `receive` throws goes to `malformed`, and never reaches the event loop.
 * @throws UpsError port-in-use, port-forbidden
 */
export async function listenUdp(
    { address, port }: Endpoint,
    receive: (message: Buffer, from: RemoteInfo) => void,
    failed: Failed,
    malformed: (from: RemoteInfo) => void,
): Promise<UdpListener> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    let isClosed = false;
    const close = async () => {
        if (isClosed) return;
        isClosed = true;
        await new Promise<void>((resolve) => socket.close(() => resolve()));
    };
    try {
        socket.bind(port, address);
        await once(socket, 'listening');
    } catch (cause) {
        socket.on('error', () => undefined);
        await close();
        const isForbidden = (cause as NodeJS.ErrnoException).code === 'EACCES';
        throw new UpsError(isForbidden ? 'port-forbidden' : 'port-in-use', { port, address }, { cause });
    }
    socket.on('message', (message, from) => {
        try {
            receive(message, from);
        } catch {
            malformed(from);
        }
    });
    socket.on('error', (error) => {
        if (!isClosed) void close().then(() => failed(error.message));
    });
    return {
        at: { address, port: socket.address().port },
        send: (message, to) => {
            // A sender that is gone has no use for its answer; nor has anybody after the port has broken down. Port 0 is forged, and
            // the socket would throw, perhaps out of a timer.
            if (!isClosed && isPort(to.port)) socket.send(message, to.port, to.address, () => undefined);
        },
        close,
    };
}

/** Whether a datagram can be sent to it. */
export const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

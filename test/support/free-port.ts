import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and new sockets, so that no spec beside this one takes it; above what flows name. */
const FIRST = 22_000;
const LAST = 32_000;
const TRIES = 200;

/** A port that nobody uses at this moment on any address, neither by TCP nor by UDP. */
export async function freePort(): Promise<number> {
    for (let tries = 0; tries < TRIES; tries++) {
        const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
        if ((await tcpIsFree(port)) && (await udpIsFree(port))) return port;
    }
    throw new Error(`no free port was found in ${TRIES} tries from ${FIRST} to ${LAST}`);
}

function tcpIsFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(false));
        server.listen(port, () => server.close(() => resolve(true)));
    });
}

function udpIsFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createSocket('udp4');
        socket.once('error', () => resolve(false));
        socket.bind(port, () => socket.close(() => resolve(true)));
    });
}

import { createSocket } from 'node:dgram';

/** Below what systems hand out by themselves: a port from there could go to one of the many sockets that open meanwhile. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** A UDP port that was free on all addresses a moment ago. */
export async function freeUdpPort(): Promise<number> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
        const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
        if (await isFree(port)) return port;
    }
    throw new Error(`no free UDP port in ${TRIES} tries`);
}

function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createSocket('udp4');
        socket.once('error', () => resolve(false));
        socket.bind(port, () => socket.close(() => resolve(true)));
    });
}

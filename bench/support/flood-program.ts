import { connect, type Socket } from 'node:net';
import { serve } from './program';

/** A stranger in a process of his own; see servers.ts. */

const TICK_MS = 10;
let ticker: NodeJS.Timeout | undefined;
let done = 0;
let sockets: Socket[] = [];

serve({
    /** Sends `bytes` so often a second, over so many connections; without connections each by one of its own. */
    start({ port, from, bytes, perSecond, connections }: FloodOptions) {
        done = 0;
        const request = Buffer.from(bytes, 'hex');
        const open = () => {
            const socket = connect({ port, host: '127.0.0.1', localAddress: from });
            socket.on('error', () => undefined);
            socket.resume();
            return socket;
        };
        sockets = Array.from({ length: connections }, open);
        let owed = 0;
        let last = performance.now();
        let next = 0;
        ticker = setInterval(() => {
            const now = performance.now();
            // What a slow machine missed comes later, but no more than of a quarter of a second.
            owed = Math.min(owed + ((now - last) / 1000) * perSecond, perSecond / 4);
            last = now;
            for (; owed >= 1; owed--, done++) {
                if (connections > 0) sockets[next++ % connections]!.write(request);
                else open().end(request);
            }
        }, TICK_MS);
    },
    /** @returns how many there were */
    stop() {
        clearInterval(ticker);
        for (const socket of sockets) socket.destroy();
        return done;
    },
});

export interface FloodOptions {
    port: number;
    from: string;
    /** Hexadecimal. */
    bytes: string;
    perSecond: number;
    connections: number;
}

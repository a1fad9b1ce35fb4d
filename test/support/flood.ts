import { Worker } from 'node:worker_threads';

const PROGRAM = `
const { connect } = require('node:net');
const { parentPort, workerData: { port, connections, bytes, from, answer } } = require('node:worker_threads');
let open = 0;
let received = 0;
let ended = 0;
const sockets = Array.from({ length: connections }, () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => {});
    socket.on('connect', () => ++open === connections && all());
    socket.on('data', (chunk) => (received += chunk.length) === answer && parentPort.postMessage({ received }));
    socket.on('close', () => ++ended === connections && parentPort.postMessage({ received }));
    return socket;
});
function all() {
    for (const socket of sockets) socket.write(bytes);
}
`;

/**
 * Floods a server from a thread of its own: many connections, which all send at once.
 * @param target.answer of so many bytes in all; absent: the server ends the connections
 * @returns bytes that came back
 */
export async function flood(target: {
    port: number;
    connections: number;
    bytes: Buffer;
    from?: string;
    answer?: number;
}): Promise<number> {
    const worker = new Worker(PROGRAM, { eval: true, workerData: { from: '127.0.0.1', ...target } });
    try {
        return await new Promise<number>((resolve, reject) => {
            worker.once('message', ({ received }: { received: number }) => resolve(received));
            worker.once('error', reject);
        });
    } finally {
        await worker.terminate();
    }
}

/** The most processor time of this thread, ms, in one turn of the event loop while `work` goes on: so long a timer, and with it an event of a UPS, may be held up. */
export async function longestTurn(work: Promise<unknown>): Promise<number> {
    let longest = 0;
    let over = false;
    let before = process.threadCpuUsage();
    const look = () => {
        const { user, system } = process.threadCpuUsage(before);
        longest = Math.max(longest, (user + system) / 1000);
        before = process.threadCpuUsage();
        if (!over) setImmediate(look);
    };
    setImmediate(look);
    try {
        await work;
    } finally {
        over = true;
    }
    return longest;
}

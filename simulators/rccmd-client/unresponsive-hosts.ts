import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * Listens on every address with the smallest backlog and then blocks its thread, so that no connection is ever accepted.
 * JavaScript in a string, since the worker's file would have different names in the sources and in the build.
 */
const LISTEN_AND_SLEEP = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const listen = (address) => new Promise((resolve, reject) => {
    createServer().once('error', reject).listen(workerData.port, address, 1, resolve);
});
Promise.all(workerData.addresses.map(listen)).then(() => {
    parentPort.postMessage('listening');
    Atomics.wait(new Int32Array(workerData.wake), 0, 0);
    process.exit(0);
});
`;
/** Linux accepts one connection more than the backlog, then drops every SYN. */
const QUEUE_LENGTH = 2;

/**
 * Hosts that do not answer: connecting to them neither succeeds nor fails, as with a machine that is switched off. The loopback
 * interface never loses packets, so each host is a listening socket with a full accept queue, in a thread that never accepts: the
 * kernel drops the SYN (Linux; other systems may refuse the connection).
 */
export class UnresponsiveHosts {
    private worker?: Worker;
    private readonly wake = new SharedArrayBuffer(4);
    private readonly fillers: Socket[] = [];

    /** @param port the same for all; 0 is not allowed */
    constructor(
        readonly addresses: readonly string[],
        readonly port: number,
    ) {}

    /** Rejects with Node's error if listening on an address fails. */
    async start(): Promise<void> {
        if (!this.addresses.length) return;
        const workerData = { addresses: this.addresses, port: this.port, wake: this.wake };
        this.worker = new Worker(LISTEN_AND_SLEEP, { eval: true, workerData });
        await once(this.worker, 'message');
        await Promise.all(
            this.addresses.flatMap((address) => Array.from({ length: QUEUE_LENGTH }, () => this.fill(address))),
        );
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        for (const socket of this.fillers) socket.destroy();
        const worker = this.worker;
        this.worker = undefined;
        if (!worker) return;
        const exited = once(worker, 'exit');
        Atomics.store(new Int32Array(this.wake), 0, 1);
        Atomics.notify(new Int32Array(this.wake), 0);
        await exited;
    }

    private async fill(address: string): Promise<void> {
        const socket = createConnection({ host: address, port: this.port });
        this.fillers.push(socket);
        await once(socket, 'connect');
        // The connections end with the worker.
        socket.on('error', () => socket.destroy());
    }
}

import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * Listens on every address with the shortest backlog and then never runs again, so that nothing is ever accepted. JavaScript in a string,
 * because a worker's file has another name in the sources than in the build.
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
/** Linux takes one connection more than the backlog says, then drops every SYN. */
const QUEUE_LENGTH = 2;

/**
 * Hosts that do not answer: connecting to them neither succeeds nor fails, as with a machine that is switched off. On loopback no
 * packet is ever lost, so each is a listening socket whose accept queue is full, in a thread that never accepts: the
 * kernel drops the SYN (Linux; elsewhere a full queue may refuse instead).
 */
export class UnresponsiveHosts {
    private worker?: Worker;
    private readonly wake = new SharedArrayBuffer(4);
    private readonly fillers: Socket[] = [];

    /** All on the same port, which cannot be 0. */
    constructor(
        readonly addresses: readonly string[],
        readonly port: number,
    ) {}

    /** Rejects with what Node says when an address cannot be listened on. */
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
        // They end with the worker, which is what stop() wants.
        socket.on('error', () => socket.destroy());
    }
}

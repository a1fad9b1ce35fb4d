import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { delay } from './machine-clock';
import { Program } from './program';

/** More than the kernel queues for a listener whose backlog is 1. */
const FILLERS = 4;

/**
 * Loopback addresses that answer nothing at all, as hosts that are switched off: listeners in a stopped process whose accept queues
 * are full, so that the kernel drops every further SYN. (An address without a listener would refuse at once.)
 */
export class SilentHosts {
    private readonly fillers: Socket[] = [];

    private constructor(private readonly program: Program) {}

    static async start(addresses: string[], port: number): Promise<SilentHosts> {
        const hosts = new SilentHosts(new Program(join(__dirname, 'silent-program.ts')));
        await hosts.program.ask('listen', { addresses, port });
        process.kill(hosts.program.pid, 'SIGSTOP');
        const reachable = addresses.map((address) => hosts.fill(address, port));
        await delay(500);
        const answering = addresses.filter((_, n) => reachable[n]() === FILLERS);
        if (answering.length) throw new Error(`not silent: ${answering.join(', ')}`);
        return hosts;
    }

    /** Returns how many connections the kernel has taken so far. */
    private fill(address: string, port: number): () => number {
        let connected = 0;
        for (let n = 0; n < FILLERS; n++) {
            const socket = connect(port, address, () => connected++);
            // Those beyond the queue never connect; that is their purpose.
            socket.on('error', () => socket.destroy());
            this.fillers.push(socket);
        }
        return () => connected;
    }

    async stop(): Promise<void> {
        for (const socket of this.fillers) socket.destroy();
        await this.program.stop();
    }
}

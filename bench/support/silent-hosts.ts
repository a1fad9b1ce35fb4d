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
        for (const address of addresses) {
            for (let n = 0; n < FILLERS; n++) {
                const socket = connect(port, address);
                // Those beyond the queue never connect; that is their purpose.
                socket.on('error', () => {});
                hosts.fillers.push(socket);
            }
        }
        await delay(500);
        return hosts;
    }

    async stop(): Promise<void> {
        for (const socket of this.fillers) socket.destroy();
        await this.program.stop();
    }
}

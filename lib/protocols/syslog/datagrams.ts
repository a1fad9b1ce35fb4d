import { createSocket, type Socket } from 'node:dgram';
import type { Clock, TimerHandle } from '../../core/clock';
import { names } from '../shared/names';

/** Time in which a host in the same network reports a closed port by ICMP. */
const REFUSAL_MS = 100;
/** Most names remembered. */
const MOST_NAMES = 100;

/** Address family of the server, by host and port, for names with two addresses of which one refused. */
const listening = new Map<string, number>();

interface AddressRoute {
    address: string;
    family: number;
}

/** Sends messages over UDP, in order, on its own sockets. */
export class SyslogDatagrams {
    private readonly sockets = new Set<Socket>();
    private readonly timers: TimerHandle[] = [];
    private abandoned = false;
    /** Its first byte was sent. */
    begun = false;

    constructor(
        private readonly host: string,
        private readonly port: number,
        private readonly messages: readonly Buffer[],
        private readonly clock: Clock,
    ) {}

    /**
     * Resolves when the messages were sent and no host has refused them; whether they arrived is unknown. A name may have
     * addresses of both families while the server listens at one of them: the messages go to the family that is known to listen,
     * else to one address of each.
     * @throws the system's error, such as ECONNREFUSED, if all addresses failed
     */
    async send(): Promise<void> {
        const routes = await this.routes();
        const key = `${this.host} ${this.port}`;
        const known = routes.filter(({ family }) => family === listening.get(key));
        if (known.length > 0 && routes.length > 1) {
            try {
                return await this.sendTo(known[0]!);
            } catch {
                // The server has moved: try all addresses again.
                listening.delete(key);
            }
        }
        const told = await Promise.allSettled(routes.map((route) => this.sendTo(route)));
        const well = routes.filter((_, n) => told[n]!.status === 'fulfilled');
        const failed = told.find((one) => one.status === 'rejected');
        if (well.length === 0 && failed) throw failed.reason;
        if (routes.length > 1 && well.length === 1) remember(key, well[0]!.family);
    }

    /** Idempotent. */
    abandon(): void {
        this.abandoned = true;
        for (const socket of this.sockets) socket.close();
        this.sockets.clear();
        for (const timer of this.timers) this.clock.clearTimeout(timer);
    }

    private async routes(): Promise<AddressRoute[]> {
        const found = await names.addressesOf(this.host);
        return [4, 6].flatMap((family) => found.find((way) => way.family === family) ?? []);
    }

    private sendTo({ address, family }: AddressRoute): Promise<void> {
        // The look-up took longer than the time limit: a socket opened now would never be closed.
        if (this.abandoned) return Promise.resolve();
        const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
        this.sockets.add(socket);
        return new Promise<void>((resolve, reject) => {
            socket.on('error', reject);
            // Connected, since the system reports a refusal to connected sockets only.
            socket.connect(this.port, address, (failed?: Error) => {
                if (failed) return reject(failed);
                const left = (error: Error | null) => (error ? reject(error) : undefined);
                this.begun = true;
                if (this.sockets.has(socket)) for (const message of this.messages) socket.send(message, left);
                this.timers.push(this.clock.setTimeout(resolve, REFUSAL_MS));
            });
        });
    }
}

function remember(key: string, family: number): void {
    listening.delete(key);
    listening.set(key, family);
    if (listening.size > MOST_NAMES) listening.delete(listening.keys().next().value!);
}

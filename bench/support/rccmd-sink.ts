import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { edgeIn } from './flow';
import { machineNow, within } from './machine-clock';

/** A client that many jobs call at once must not make the kernel drop the call. */
const BACKLOG = 4096;

export interface Arrival {
    /** When the first bytes came, `machineNow`. */
    at: number;
    text: string;
}

/** Takes RCCMD messages by TCP on one or many loopback addresses and notes when their first bytes came. */
export class RccmdSink {
    readonly arrivals: Arrival[] = [];
    private readonly servers: Server[] = [];
    private readonly sockets = new Set<Socket>();
    private readonly followers = new Set<(arrival: Arrival) => void>();
    private waiting: { matches(arrival: Arrival): boolean; found(arrival: Arrival): void }[] = [];

    /** @param port 0 = any, the same on all addresses. */
    static async start(addresses = ['127.0.0.1'], port = 0): Promise<RccmdSink> {
        const sink = new RccmdSink();
        for (const address of addresses) await sink.listen(address, port || (sink.servers.length ? sink.port : 0));
        return sink;
    }

    get port(): number {
        return (this.servers[0].address() as AddressInfo).port;
    }

    /** The first message after `since` whose text matches. */
    next(pattern: RegExp, since: number, ms: number): Promise<Arrival> {
        const matches = ({ at, text }: Arrival) => at >= since && pattern.test(text);
        const had = this.arrivals.find(matches);
        if (had) return Promise.resolve(had);
        return within(
            ms,
            `RCCMD ${pattern.source}`,
            new Promise<Arrival>((found) => this.waiting.push({ matches, found })),
        );
    }

    /** The first message of each of these edges (see flow.ts) after `since`; for thousands no slower than for one. */
    async edges(names: readonly string[], since: number, ms: number): Promise<Arrival[]> {
        const missing = new Set(names);
        const found = new Map<string, Arrival>();
        let complete = () => {};
        const take = (arrival: Arrival) => {
            const name = edgeIn(arrival.text);
            if (arrival.at < since || name === undefined || !missing.delete(name)) return;
            found.set(name, arrival);
            if (missing.size === 0) complete();
        };
        this.arrivals.forEach(take);
        this.followers.add(take);
        try {
            if (missing.size) await within(ms, 'RCCMD of all', new Promise<void>((done) => (complete = done)));
        } catch (error) {
            const some = [...missing].slice(0, 5).join(', ');
            throw new Error(`${String(error)}: ${missing.size} missing (${some})`, { cause: error });
        } finally {
            this.followers.delete(take);
        }
        return names.map((name) => found.get(name)!);
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
    }

    private async listen(address: string, port: number): Promise<void> {
        const server = createServer((socket) => this.take(socket));
        this.servers.push(server);
        await new Promise<void>((done, fail) => {
            server.once('error', fail);
            server.listen({ port, host: address, backlog: BACKLOG }, done);
        });
    }

    private take(socket: Socket): void {
        this.sockets.add(socket);
        let at: number | undefined;
        let text = '';
        socket.on('data', (bytes: Buffer) => {
            at ??= machineNow();
            text += bytes.toString('latin1');
        });
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
            this.sockets.delete(socket);
            if (at !== undefined) this.note({ at, text });
        });
    }

    private note(arrival: Arrival): void {
        this.arrivals.push(arrival);
        for (const follow of this.followers) follow(arrival);
        const found = this.waiting.filter(({ matches }) => matches(arrival));
        this.waiting = this.waiting.filter((entry) => !found.includes(entry));
        for (const entry of found) entry.found(arrival);
    }
}

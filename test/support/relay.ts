import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes TCP connections on from an address of this machine, for programs that cannot be told theirs. */
export class Relay {
    private readonly sockets = new Set<Socket>();

    private constructor(private readonly server: Server) {}

    /** @param from the address that the other end sees */
    static async start(port: number, from: string): Promise<Relay> {
        const server = createServer();
        const relay = new Relay(server);
        server.on('connection', (near) => {
            const far = connect({ host: '127.0.0.1', port, localAddress: from });
            for (const [one, other] of [
                [near, far],
                [far, near],
            ] as const) {
                relay.sockets.add(one);
                one.on('error', () => other.destroy());
                one.on('close', () => {
                    relay.sockets.delete(one);
                    other.destroy();
                });
                one.pipe(other);
            }
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        return relay;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    stop(): void {
        this.server.close();
        for (const socket of this.sockets) socket.destroy();
    }
}

import { createSocket, type Socket as DatagramSocket, type SocketOptions } from 'node:dgram';
import { connect, createServer, isIPv6, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Endpoint, Failed, Listener } from './listener';
import { names } from './names';
import type { DatagramSender, Network, NetworkStream, StreamHandlers } from './network';

/** A bound for connections that the receiver has not looked at yet; it keeps far fewer. */
const MAX_ACCEPTED = 512;

/** The machine's own network. */
export class NetNetwork implements Network {
    connect(host: string, port: number, handlers: StreamHandlers): NetworkStream {
        const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, lookup: names.lookup });
        socket.once('connect', () => handlers.connected?.());
        return wire(socket, handlers);
    }

    /** @param interfaces for tests: the network cards of this machine, as `os.networkInterfaces` tells them */
    constructor(private readonly interfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces) {}

    async openDatagrams(family: 4 | 6, broadcast: boolean): Promise<DatagramSender> {
        const plain = datagramSender(await openSocket(family, broadcast));
        return broadcast && family === 4 ? new EveryCard(plain, cardAddresses(this.interfaces())) : plain;
    }

    listenStreams(at: Endpoint, accept: (stream: NetworkStream) => StreamHandlers, failed: Failed): Promise<Listener> {
        const server = createServer({ allowHalfOpen: true, noDelay: true });
        const sockets = new Set<Socket>();
        server.maxConnections = MAX_ACCEPTED;
        server.on('connection', (socket) => {
            sockets.add(socket);
            socket.once('close', () => sockets.delete(socket));
            const late: { handlers?: StreamHandlers } = {};
            const stream = wire(socket, {
                flushed: () => late.handlers?.flushed?.(),
                data: (bytes) => late.handlers?.data(bytes),
                ended: () => late.handlers?.ended?.(),
                closed: (error) => late.handlers?.closed(error),
            });
            late.handlers = accept(stream);
        });
        const listener = (): Listener => ({
            at: endpointOf(server.address() as AddressInfo),
            close: () =>
                new Promise((resolve) => {
                    for (const socket of sockets) socket.destroy();
                    server.close(() => resolve());
                }),
        });
        return new Promise((resolve, reject) => {
            const refused = (error: NodeJS.ErrnoException) => reject(listenFailure(error, at));
            server.once('error', refused);
            server.listen({ host: at.address, port: at.port, exclusive: true }, () => {
                server.off('error', refused);
                server.on('error', (error) => {
                    for (const socket of sockets) socket.destroy();
                    server.close();
                    failed(reasonOf(error));
                });
                resolve(listener());
            });
        });
    }

    listenDatagrams(
        at: Endpoint,
        received: (bytes: Uint8Array, from: Endpoint) => void,
        failed: Failed,
    ): Promise<Listener> {
        const socket = createSocket({ type: isIPv6(at.address) ? 'udp6' : 'udp4' });
        let open = true;
        const close = () =>
            new Promise<void>((resolve) => {
                if (!open) return resolve();
                open = false;
                socket.close(() => resolve());
            });
        return new Promise((resolve, reject) => {
            const refused = (error: NodeJS.ErrnoException) => {
                void close();
                reject(listenFailure(error, at));
            };
            socket.once('error', refused);
            socket.bind({ address: at.address, port: at.port, exclusive: true }, () => {
                socket.off('error', refused);
                socket.on('error', (error) => void close().then(() => failed(reasonOf(error))));
                socket.on('message', (bytes, from) => received(bytes, { address: from.address, port: from.port }));
                resolve({ at: endpointOf(socket.address()), close });
            });
        });
    }
}

function wire(socket: Socket, handlers: StreamHandlers): NetworkStream {
    let dropped = false;
    let failure: string | undefined;
    const unlessDropped = (call: () => void) => () => {
        if (!dropped) call();
    };
    socket.on('data', (bytes) => {
        if (!dropped) handlers.data(bytes);
    });
    socket.once(
        'finish',
        unlessDropped(() => handlers.flushed?.()),
    );
    socket.once(
        'end',
        unlessDropped(() => handlers.ended?.()),
    );
    socket.on('error', (error) => (failure ??= reasonOf(error)));
    socket.once(
        'close',
        unlessDropped(() => handlers.closed(failure)),
    );
    return {
        remote: socket.remoteAddress ? { address: socket.remoteAddress, port: socket.remotePort ?? 0 } : undefined,
        local: socket.localAddress ? { address: socket.localAddress, port: socket.localPort ?? 0 } : undefined,
        finish: (bytes) => void (bytes ? socket.end(bytes) : socket.end()),
        destroy: (reset) => {
            dropped = true;
            if (reset) socket.resetAndDestroy();
            else socket.destroy();
        },
    };
}

/** The limited broadcast (RFC 919 section 7). A system sends it through one network card only: that of the sender's address, or of the default route. */
const EVERYONE = '255.255.255.255';

/** Sends a broadcast through every network card; any other datagram is sent as usual. */
class EveryCard implements DatagramSender {
    private readonly cards: Promise<DatagramSender[]>;

    /** @param addresses one of each card */
    constructor(
        private readonly plain: DatagramSender,
        addresses: readonly string[],
    ) {
        const opening = addresses.map((address) => openSocket(4, true, address).then(datagramSender));
        // A card that has just lost its address is left out.
        this.cards = Promise.allSettled(opening).then((opened) =>
            opened.flatMap((card) => (card.status === 'fulfilled' ? [card.value] : [])),
        );
    }

    /** Rejects when no card could send it. */
    async send(bytes: Uint8Array, host: string, port: number): Promise<void> {
        const cards = await this.cards;
        if (host !== EVERYONE || cards.length === 0) return this.plain.send(bytes, host, port);
        const sent = await Promise.allSettled(cards.map((card) => card.send(bytes, host, port)));
        const [first] = sent.filter((one) => one.status === 'rejected');
        if (first && sent.every(({ status }) => status === 'rejected')) throw first.reason;
    }

    close(): void {
        this.plain.close();
        void this.cards.then((cards) => cards.forEach((card) => card.close()));
    }
}

/** One IPv4 address of each card, without the loopback, where nobody waits for broadcasts. */
export function cardAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
    return Object.values(interfaces).flatMap((addresses) => {
        const first = addresses?.find(({ family, internal }) => family === 'IPv4' && !internal);
        return first ? [first.address] : [];
    });
}

function openSocket(family: 4 | 6, broadcast: boolean, address?: string): Promise<DatagramSocket> {
    return new Promise((resolve, reject) => {
        const socket = createSocket({
            type: family === 6 ? 'udp6' : 'udp4',
            lookup: names.lookup as SocketOptions['lookup'],
        });
        const failed = (error: Error) => {
            socket.close();
            reject(new UpsError('host-unreachable', { reason: reasonOf(error) }, { cause: error }));
        };
        socket.once('error', failed);
        socket.bind({ port: 0, address }, () => {
            socket.off('error', failed);
            // ICMP errors of earlier datagrams may arrive here; each send reports its own failure.
            socket.on('error', () => undefined);
            if (broadcast) socket.setBroadcast(true);
            resolve(socket);
        });
    });
}

function datagramSender(socket: DatagramSocket): DatagramSender {
    return {
        send: (bytes, host, port) =>
            new Promise((resolve, reject) =>
                socket.send(bytes, port, host, (error) => (error ? reject(new Error(reasonOf(error))) : resolve())),
            ),
        close: () => socket.close(),
    };
}

function endpointOf(info: AddressInfo): Endpoint {
    return { address: info.address, port: info.port };
}

/** The short name of a system error: it says more than the sentence, and contains no path. */
function reasonOf(error: Error): string {
    return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** Why a socket cannot listen there. */
export function listenFailure(error: NodeJS.ErrnoException, at: Endpoint): UpsError {
    const data = { port: at.port, address: at.address };
    if (error.code === 'EADDRINUSE') return new UpsError('port-in-use', data, { cause: error });
    if (error.code === 'EACCES') return new UpsError('port-forbidden', data, { cause: error });
    return new UpsError(
        'config-invalid',
        { property: 'address', value: at.address, expected: said('expected.ownAddress'), reason: reasonOf(error) },
        { cause: error },
    );
}

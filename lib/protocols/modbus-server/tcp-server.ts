import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { plainAddress } from '../../core/addresses/ip';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { placeFor } from '../shared/places';
import { Stretches } from '../shared/stretches';
import { ClientSession } from './client-session';
import type { UnitLookup } from './device';
import { noFaults, type ModbusFaults } from './faults';
import { MbapParser, mbapFrame, type RequestFrame } from './framing';

/** A client that does not read its answers is disconnected when this many bytes wait for it. */
const MOST_UNREAD = 65_536;
/** Bytes of one client that are answered at a stretch, ten requests: others, and the UPSs, come first then. */
const STRETCH = 120;
/** Clients poll every few seconds: one that is silent for longer may have disappeared, and can be replaced by a new client. */
const REPLACEABLE_AFTER_MS = 60_000;

export interface ModbusTcpServerOptions {
    clock: Clock;
    units: UnitLookup;
    /** 0 (default): any free port; read `port` after `start()`. */
    port?: number;
    /** Default 127.0.0.1. */
    address?: string;
    /** Most clients; a further one is refused, unless one of them has been silent for a minute, or another address has two more than its own. Default 16. */
    mostClients?: number;
    /** Whether a client with this address may connect. Default: any. */
    admits?: (address: string) => boolean;
    faults?: ModbusFaults;
}

/** A connected client. */
export interface ModbusClient {
    address: string;
    /** Epoch ms. */
    since: number;
    /** What it asked last, e.g. `unit 1, function 3, address 97, count 18`. */
    lastRequest?: string;
}

interface Connected extends Omit<ModbusClient, 'lastRequest'> {
    session: ClientSession;
    last?: RequestFrame;
}

export interface ModbusServerEvents {
    /** A client was refused or disconnected. */
    refused: [{ client: string; reason: string }];
    /** A client has connected or gone. */
    clients: [];
    /** A device threw an error at a request, which was answered with exception 4. */
    failure: [unknown];
}

/** A Modbus TCP server for any number of clients and unit ids. */
export class ModbusTcpServer extends EventEmitter<ModbusServerEvents> {
    readonly faults: ModbusFaults;
    readonly address: string;
    /** Number of requests answered, or suppressed by a fault. */
    requests = 0;
    private boundPort: number;
    private server?: Server;
    private readonly sockets = new Map<Socket, Connected>();
    private readonly stretches = new Stretches();
    /** When each client was last heard, monotonic ms. */
    private readonly lastHeard = new Map<Socket, number>();

    constructor(private readonly options: ModbusTcpServerOptions) {
        super();
        this.faults = options.faults ?? noFaults();
        this.boundPort = options.port ?? 0;
        this.address = options.address ?? '127.0.0.1';
    }

    get port(): number {
        return this.boundPort;
    }

    /** Number of connected clients. */
    get clients(): number {
        return this.sockets.size;
    }

    /** Who is connected, in the order in which they came. */
    get connected(): ModbusClient[] {
        return [...this.sockets.values()].map(({ address, since, last }) => ({
            address,
            since,
            ...(last && { lastRequest: requestText(last) }),
        }));
    }

    /** @throws UpsError port-in-use, port-forbidden */
    async start(): Promise<void> {
        const server = createServer((socket) => this.accept(socket));
        const { boundPort: port, address } = this;
        try {
            server.listen(port, address);
            await once(server, 'listening');
        } catch (cause) {
            const forbidden = (cause as NodeJS.ErrnoException).code === 'EACCES';
            throw new UpsError(forbidden ? 'port-forbidden' : 'port-in-use', { port, address }, { cause });
        }
        server.on('error', (error) => this.emit('failure', error));
        this.server = server;
        this.boundPort = (server.address() as AddressInfo).port;
    }

    /** Disconnects clients; they may connect again. @param which by address; default: all */
    dropClients(which: (address: string) => boolean = () => true): void {
        for (const [socket, { session, address }] of this.sockets) {
            if (!which(address)) continue;
            session.end();
            socket.destroy();
        }
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        const { server } = this;
        this.server = undefined;
        if (!server) return;
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        this.dropClients();
        await closed;
    }

    private accept(socket: Socket): void {
        const client = `${socket.remoteAddress}:${socket.remotePort}`;
        const address = plainAddress(socket.remoteAddress ?? '');
        const refuse = (reason: string) => {
            this.emit('refused', { client, reason });
            socket.destroy();
        };
        // An error of a client's connection only closes this connection.
        socket.on('error', () => socket.destroy());
        if (this.options.admits?.(address) === false) return refuse('not allowed');
        if (!this.hasRoom(address)) return refuse('too many clients');
        socket.setNoDelay(true);
        const parser = new MbapParser();
        const conversation = new ClientSession({
            clock: this.options.clock,
            client: address,
            units: this.options.units,
            faults: this.faults,
            frame: mbapFrame,
            send: (bytes) => {
                socket.write(bytes);
                if (socket.writableLength > MOST_UNREAD) refuse('does not read its answers');
            },
            onRequest: (request) => {
                this.requests++;
                connected.last = request;
            },
            onFailure: (error) => this.emit('failure', error),
            serial: false,
        });
        const connected: Connected = { address, since: this.options.clock.now(), session: conversation };
        this.sockets.set(socket, connected);
        this.emit('clients');
        this.lastHeard.set(socket, this.options.clock.monotonic());
        const take = (bytes: Buffer) => {
            try {
                for (const frame of parser.push(bytes)) conversation.take(frame);
            } catch (error) {
                refuse((error as Error).message);
            }
        };
        socket.on('data', (chunk: Buffer) => {
            this.lastHeard.set(socket, this.options.clock.monotonic());
            let from = 0;
            const stretch = () => {
                if (!socket.destroyed) take(chunk.subarray(from, (from += STRETCH)));
                return from < chunk.length && !socket.destroyed;
            };
            if (!this.stretches.run(stretch, () => socket.resume())) socket.pause();
        });
        socket.on('close', () => {
            this.forget(socket);
            conversation.end();
        });
    }

    /**
     * Whether one more client may connect; if necessary, it replaces one of an address that has more, or the client that has been silent longest (Modbus Messaging on
     * TCP/IP 1.0b: the oldest unused connection).
     */
    private hasRoom(address: string): boolean {
        if (this.sockets.size < (this.options.mostClients ?? 16)) return true;
        const now = this.options.clock.monotonic();
        const holders = [...this.sockets].map(([socket, { address: from }]) => {
            return { address: from, silentMs: now - (this.lastHeard.get(socket) ?? now), socket };
        });
        const given = placeFor(address, holders, REPLACEABLE_AFTER_MS);
        if (!given) return false;
        const { socket, silentMs } = given;
        const reason = silentMs < REPLACEABLE_AFTER_MS ? 'too many clients' : 'silent for too long';
        this.emit('refused', { client: `${socket.remoteAddress}:${socket.remotePort}`, reason });
        this.sockets.get(socket)?.session.end();
        this.forget(socket);
        socket.destroy();
        return true;
    }

    private forget(socket: Socket): void {
        if (this.sockets.delete(socket)) this.emit('clients');
        this.lastHeard.delete(socket);
    }
}

/** Without the values that are written. */
function requestText({ unitId, pdu }: RequestFrame): string {
    const parts = [`unit ${unitId}`, `function ${pdu[0] ?? 0}`];
    if (pdu.length >= 3) parts.push(`address ${pdu.readUInt16BE(1)}`);
    if (pdu.length >= 5 && (pdu[0] ?? 0) <= 4) parts.push(`count ${pdu.readUInt16BE(3)}`);
    return parts.join(', ');
}

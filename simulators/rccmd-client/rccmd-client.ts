import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { parseMessages, type ParsedMessage } from './parse';

/** Bytes; longer data is not RCCMD. */
const LONGEST_MESSAGE = 8192;
/** Silence that ends a message: a sender that waits for an answer does not close its side. */
const IDLE_MS = 100;

/**
 * - `serve`: reads, and closes when the sender closes
 * - `hang`: accepts, never reads, never closes
 * - `refuse`: does not listen on TCP, so connections are refused; ignores UDP
 *
 * For hosts that do not even accept a connection, see unresponsive-hosts.ts.
 */
export type ClientBehaviour = 'serve' | 'hang' | 'refuse';

export interface RccmdClientOptions {
    /** 0: any free port. Default 6003. */
    port?: number;
    /** Default 127.0.0.1. */
    address?: string;
    behaviour?: ClientBehaviour;
    /** Milliseconds between accepting a connection and reading. */
    delayMs?: number;
    /** Answer over TCP to each message. The answers of real clients are not published: none by default. */
    reply?: string;
}

export interface ReceivedMessage extends ParsedMessage {
    transport: 'tcp' | 'udp';
    sender: string;
    senderPort: number;
    /** Epoch ms */
    at: number;
}

/** A host with an RCCMD client that only reports what it would do. */
export class RccmdClient extends EventEmitter<{ message: [ReceivedMessage] }> {
    readonly messages: ReceivedMessage[] = [];
    readonly address: string;
    private boundPort: number;
    private tcp?: Server;
    private udp?: UdpSocket;
    private readonly connections = new Set<Socket>();
    private readonly timers = new Map<Socket, NodeJS.Timeout>();

    constructor(private readonly options: RccmdClientOptions = {}) {
        super();
        this.address = options.address ?? '127.0.0.1';
        this.boundPort = options.port ?? 6003;
    }

    get port(): number {
        return this.boundPort;
    }

    /** Listens on TCP and UDP with the same port. Rejects with Node's error if that fails. */
    async start(): Promise<void> {
        if (this.options.behaviour === 'refuse') return;
        const tcp = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.accept(socket));
        this.tcp = tcp;
        tcp.listen(this.boundPort, this.address);
        await once(tcp, 'listening');
        this.boundPort = (tcp.address() as { port: number }).port;
        const udp = createSocket({ type: 'udp4', reuseAddr: true });
        this.udp = udp;
        udp.on('message', (data, from) => {
            if (this.options.behaviour !== 'hang') this.take(data.toString('utf8'), 'udp', from.address, from.port);
        });
        udp.bind(this.boundPort, this.address);
        await once(udp, 'listening');
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        for (const timer of this.timers.values()) clearTimeout(timer);
        this.timers.clear();
        for (const socket of this.connections) socket.destroy();
        const { tcp, udp } = this;
        this.tcp = this.udp = undefined;
        if (udp) await new Promise<void>((resolve) => udp.close(() => resolve()));
        if (tcp) await new Promise<void>((resolve) => tcp.close(() => resolve()));
    }

    private accept(socket: Socket): void {
        this.connections.add(socket);
        socket.once('close', () => {
            clearTimeout(this.timers.get(socket));
            this.timers.delete(socket);
            this.connections.delete(socket);
        });
        // A sender may close early; `close` follows.
        socket.on('error', () => socket.destroy());
        if (this.options.behaviour === 'hang') return;
        const { delayMs } = this.options;
        if (delayMs)
            this.timers.set(
                socket,
                setTimeout(() => this.read(socket), delayMs),
            );
        else this.read(socket);
    }

    private read(socket: Socket): void {
        const sender = socket.remoteAddress ?? '';
        const senderPort = socket.remotePort ?? 0;
        let buffered = '';
        const flush = () => {
            clearTimeout(this.timers.get(socket));
            const data = buffered;
            buffered = '';
            if (this.take(data, 'tcp', sender, senderPort) && this.options.reply && socket.writable)
                socket.write(this.options.reply);
        };
        socket.setEncoding('utf8');
        socket.on('data', (chunk: string) => {
            buffered += chunk;
            clearTimeout(this.timers.get(socket));
            if (/[\0\r\n]$/.test(buffered)) flush();
            else if (buffered.length > LONGEST_MESSAGE) socket.destroy();
            else this.timers.set(socket, setTimeout(flush, IDLE_MS));
        });
        socket.on('end', () => {
            flush();
            socket.end();
        });
        socket.resume();
    }

    private take(data: string, transport: 'tcp' | 'udp', sender: string, senderPort: number): number {
        const parsed = parseMessages(data);
        for (const message of parsed) {
            const received: ReceivedMessage = { ...message, transport, sender, senderPort, at: Date.now() };
            this.messages.push(received);
            this.emit('message', received);
        }
        return parsed.length;
    }
}

import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { DatagramSender, Network, NetworkStream, StreamHandlers } from '../../lib/protocols/shared/network';
import type { Endpoint, Failed, Listener } from '../../lib/protocols/shared/listener';

/** `serve`: takes, closes. `silent`: no connection. `hang`: connects, never closes. `refuse`: ECONNREFUSED. `reset`: breaks after the bytes. */
export type Behaviour = 'serve' | 'silent' | 'hang' | 'refuse' | 'reset';

export interface MemoryHost {
    behaviour: Behaviour;
    answer?: string;
    /** Each way, ms. */
    latency?: number;
}

interface Delivery {
    key: string;
    bytes: string;
    at: number;
}

/** The in-memory twin of NetNetwork: hosts that behave as told, and listeners that can be sent to. */
export class MemoryNetwork implements Network {
    readonly hosts = new Map<string, MemoryHost>();
    readonly delivered: Delivery[] = [];
    readonly datagrams: (Delivery & { broadcast: boolean })[] = [];
    readonly attempts = new Map<string, number>();
    /** Ports that something else holds: `tcp:6003`. */
    readonly taken = new Set<string>();
    readonly failing: { tcp?: Failed; udp?: Failed } = {};
    openStreams = 0;
    mostOpen = 0;
    private accept?: (stream: NetworkStream) => StreamHandlers;
    private received?: (bytes: Uint8Array, from: Endpoint) => void;

    constructor(private readonly clock: Clock) {}

    connect(host: string, port: number, handlers: StreamHandlers): NetworkStream {
        const key = `${host}:${port}`;
        const { behaviour, answer, latency = 1 } = this.hosts.get(key) ?? { behaviour: 'silent' };
        this.attempts.set(key, (this.attempts.get(key) ?? 0) + 1);
        this.mostOpen = Math.max(this.mostOpen, ++this.openStreams);
        let over = false;
        const later = (call: () => void) => this.clock.setTimeout(() => void (over || call()), latency);
        const close = (error?: string) => {
            over = true;
            this.openStreams--;
            handlers.closed(error);
        };
        if (behaviour === 'refuse') later(() => close('ECONNREFUSED'));
        else if (behaviour !== 'silent') later(() => handlers.connected?.());
        return {
            finish: (bytes = new Uint8Array()) => {
                handlers.flushed?.();
                later(() => {
                    this.delivered.push({ key, bytes: Buffer.from(bytes).toString(), at: this.clock.monotonic() });
                    if (answer) handlers.data(Buffer.from(answer));
                    if (behaviour === 'serve') close();
                    if (behaviour === 'reset') close('ECONNRESET');
                });
            },
            destroy: () => {
                if (!over) this.openStreams--;
                over = true;
            },
        };
    }

    async openDatagrams(_family: 4 | 6, broadcast: boolean): Promise<DatagramSender> {
        return {
            send: async (bytes, host, port) => {
                const key = `${host}:${port}`;
                this.attempts.set(key, (this.attempts.get(key) ?? 0) + 1);
                if (this.hosts.get(key)?.behaviour === 'refuse') throw new Error('ENETUNREACH');
                this.datagrams.push({
                    key,
                    broadcast,
                    bytes: Buffer.from(bytes).toString(),
                    at: this.clock.monotonic(),
                });
            },
            close: () => undefined,
        };
    }

    async listenStreams(
        at: Endpoint,
        accept: (stream: NetworkStream) => StreamHandlers,
        failed: Failed,
    ): Promise<Listener> {
        this.checkPort('tcp', at);
        this.accept = accept;
        this.failing.tcp = failed;
        return { at, close: async () => void (this.accept = undefined) };
    }

    async listenDatagrams(
        at: Endpoint,
        received: (bytes: Uint8Array, from: Endpoint) => void,
        failed: Failed,
    ): Promise<Listener> {
        this.checkPort('udp', at);
        this.received = received;
        this.failing.udp = failed;
        return { at, close: async () => void (this.received = undefined) };
    }

    /** Somebody connects to our TCP listener. */
    dial(address: string, local = '10.0.0.9'): IncomingPeer {
        if (!this.accept) throw new Error('nobody listens');
        const peer: IncomingPeer = { state: 'open' };
        const handlers = this.accept({
            remote: { address, port: 40_000 },
            local: { address: local, port: 6003 },
            finish: () => void (peer.state = 'finished'),
            destroy: (reset) => void (peer.state = reset ? 'reset' : 'destroyed'),
        });
        peer.handlers = handlers;
        return peer;
    }

    /** Somebody sends a datagram to our UDP listener. */
    datagram(address: string, bytes: string | Uint8Array, port = 40_000): void {
        this.received?.(Buffer.from(bytes as string), { address, port });
    }

    private checkPort(transport: 'tcp' | 'udp', at: Endpoint): void {
        if (this.taken.has(`${transport}:${at.port}`)) throw new UpsError('port-in-use', { ...at });
    }
}

export interface IncomingPeer {
    state: 'open' | 'finished' | 'destroyed' | 'reset';
    handlers?: StreamHandlers;
}

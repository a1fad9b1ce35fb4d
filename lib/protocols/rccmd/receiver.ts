import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import { parseDatagram, type ParsedMessage } from './codec';
import { DuplicateFilter } from './duplicate-filter';
import { RccmdConnection } from './connection';
import { ListenerKeeper } from '../shared/listener-keeper';
import type { Endpoint } from '../shared/listener';
import type { Network } from '../shared/network';
import { RateLimit } from '../shared/rate-limit';
import { RefusalLogLimiter } from '../shared/refusal-log-limiter';
import { plainAddress } from '../../core/addresses/ip';
import type { AllowedSenders } from '../shared/senders';

export interface ReceiverConfig {
    /** Local addresses to listen at, e.g. 127.0.0.1, or 0.0.0.0 for all of IPv4. */
    addresses: readonly string[];
    port: number;
    transport: 'tcp' | 'udp' | 'both';
    senders: AllowedSenders;
    /** Most TCP connections; a further one closes the oldest. Default 64. */
    maxConnections?: number;
    /** Most bytes accepted from one connection. Default 64 KiB. */
    maxBytes?: number;
    /** Silence after which a message in one chunk counts as complete and the connection is closed, ms. Default 2000. */
    idleMs?: number;
    /** Longest duration of a connection, ms. Default 15000. */
    lifeMs?: number;
}

/** One message from an allowed sender. */
export interface ReceivedCommand extends ParsedMessage {
    /** IP address without port. */
    sender: string;
    senderPort: number;
    /** Local address that received it; undefined for UDP, where Node does not report it. */
    address?: string;
    /** Local port that received it. */
    port: number;
    transport: 'tcp' | 'udp';
}

/** A message or connection that was refused. */
export interface Refusal {
    sender: string;
    transport: 'tcp' | 'udp';
    reason: 'sender-not-allowed' | 'not-a-message' | 'too-long' | 'too-many';
    /** Number of refusals not reported since the last report, because too many came at once. */
    unreported: number;
}

export type ReceiverState =
    | { state: 'closed' }
    | { state: 'starting' }
    | { state: 'listening'; at: { tcp?: Endpoint; udp?: Endpoint } }
    /** At least one address or transport is not listening yet, and is retried. `at`: the first address of each. */
    | { state: 'waiting'; error: UpsError; at: { tcp?: Endpoint; udp?: Endpoint } };

export interface ReceiverEvents {
    command(command: ReceivedCommand): void;
    refused(refusal: Refusal): void;
    state(state: ReceiverState): void;
}

/** One socket: a transport at an address. */
interface ListeningPort {
    transport: 'tcp' | 'udp';
    keeper: ListenerKeeper;
}
/** Limits for datagrams and connections of one sender and of all, per minute: far more than UPSs send. Excess is dropped unread. */
const SENDER_PER_MINUTE = 1200;
const ALL_PER_MINUTE = 6000;

/**
 * Receives RCCMD messages over TCP and UDP from allowed senders. Never answers, since the format of answers is not published.
 * Invalid data cannot stop it, and an occupied port is retried until it is free.
 */
export class RccmdReceiver {
    private readonly listeningPorts: readonly ListeningPort[];
    private readonly connections = new Set<RccmdConnection>();
    private readonly limiter: RefusalLogLimiter;
    private readonly duplicates: DuplicateFilter;
    private readonly senderLimit: RateLimit;
    private readonly totalLimit: RateLimit;
    private started = false;

    constructor(
        network: Network,
        private readonly clock: Clock,
        private readonly config: ReceiverConfig,
        private readonly events: ReceiverEvents,
    ) {
        this.limiter = new RefusalLogLimiter(clock);
        this.duplicates = new DuplicateFilter(clock);
        this.senderLimit = new RateLimit(clock, SENDER_PER_MINUTE);
        this.totalLimit = new RateLimit(clock, ALL_PER_MINUTE);
        const changed = () => this.events.state(this.state);
        const { transport, port } = config;
        this.listeningPorts = config.addresses.flatMap((address): ListeningPort[] => {
            const at = { address, port };
            const tcp = new ListenerKeeper(clock, changed, (failed) =>
                network.listenStreams(at, (stream) => this.accept(stream.remote, stream.local, stream), failed),
            );
            const udp: ListenerKeeper = new ListenerKeeper(clock, changed, (failed) =>
                network.listenDatagrams(at, (bytes, from) => this.datagram(bytes, from, udp.at?.port ?? port), failed),
            );
            const both: ListeningPort[] = [
                { transport: 'tcp', keeper: tcp },
                { transport: 'udp', keeper: udp },
            ];
            return both.filter((ear) => transport === 'both' || transport === ear.transport);
        });
    }

    get state(): ReceiverState {
        if (!this.started) return { state: 'closed' };
        const first = (wanted: ListeningPort['transport']) =>
            this.listeningPorts.find(({ transport }) => transport === wanted)?.keeper.at;
        const at = { tcp: first('tcp'), udp: first('udp') };
        const all = this.listeningPorts.map(({ keeper }) => keeper);
        const error = all.find((keeper) => keeper.error)?.error;
        if (error) return { state: 'waiting', error, at };
        return all.every((keeper) => keeper.at) ? { state: 'listening', at } : { state: 'starting' };
    }

    /** Starts to listen; `state` events report the progress. */
    start(): void {
        if (this.started) return;
        this.started = true;
        this.events.state(this.state);
        for (const { keeper } of this.listeningPorts) keeper.start();
    }

    /** Idempotent; after it, only the state `closed` is reported. */
    async stop(): Promise<void> {
        if (!this.started) return;
        this.started = false;
        for (const connection of [...this.connections]) connection.destroy();
        await Promise.all(this.listeningPorts.map(({ keeper }) => keeper.stop()));
        this.events.state(this.state);
    }

    private accept(
        remote: Endpoint | undefined,
        local: Endpoint | undefined,
        stream: ConstructorParameters<typeof RccmdConnection>[1],
    ): RccmdConnection {
        const sender = plainAddress(remote?.address ?? '');
        const allowed = this.started && this.config.senders.allows(sender);
        const incoming: RccmdConnection = new RccmdConnection(this.clock, stream, {
            idleMs: this.config.idleMs ?? 2000,
            lifeMs: this.config.lifeMs ?? 15_000,
            maxBytes: this.config.maxBytes ?? 65_536,
            message: (message) =>
                this.take({
                    ...message,
                    sender,
                    senderPort: remote?.port ?? 0,
                    address: local && plainAddress(local.address),
                    port: local?.port ?? this.config.port,
                    transport: 'tcp',
                }),
            refused: (reason) => this.refuse(sender, 'tcp', reason),
            gone: () => this.connections.delete(incoming),
        });
        if (!allowed || this.exceedsRate(sender)) {
            // A reset: an orderly close would look like a delivery to the sender.
            incoming.destroy(true);
            this.refuse(sender, 'tcp', allowed ? 'too-many' : 'sender-not-allowed');
            return incoming;
        }
        const [oldest] = this.connections;
        if (oldest && this.connections.size >= (this.config.maxConnections ?? 64)) oldest.destroy(true);
        this.connections.add(incoming);
        return incoming;
    }

    private datagram(bytes: Uint8Array, from: Endpoint, port: number): void {
        const sender = plainAddress(from.address);
        if (!this.config.senders.allows(sender)) return this.refuse(sender, 'udp', 'sender-not-allowed');
        if (this.exceedsRate(sender)) return this.refuse(sender, 'udp', 'too-many');
        const { messages, garbage } = parseDatagram(bytes);
        if (messages.length && this.duplicates.isDuplicate(`${sender} ${from.port}`, bytes)) return;
        for (const message of messages) {
            this.take({ ...message, sender, senderPort: from.port, port, transport: 'udp' });
        }
        if (garbage || !messages.length) this.refuse(sender, 'udp', 'not-a-message');
    }

    private exceedsRate(sender: string): boolean {
        return this.senderLimit.take(sender) > 0 || this.totalLimit.take('') > 0;
    }

    private take(command: ReceivedCommand): void {
        if (this.started) this.events.command(command);
    }

    private refuse(sender: string, transport: 'tcp' | 'udp', reason: Refusal['reason']): void {
        if (!this.started) return;
        const unreported = this.limiter.pass();
        if (unreported !== undefined) this.events.refused({ sender, transport, reason, unreported });
    }
}

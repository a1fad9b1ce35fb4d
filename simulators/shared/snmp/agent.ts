import type { RemoteInfo } from 'node:dgram';
import snmp from 'net-snmp';
import { realMs, type Clock, type TimerHandle } from '../../../lib/core/clock';
import type { SnmpUser } from '../../../lib/protocols/snmp/config';
import { SnmpMessages } from '../../../lib/protocols/snmp-agent/messages';
import { AgentSocket } from './agent-socket';
import type { SnmpAnswer, SnmpRequest } from '../../../lib/protocols/snmp-agent/responder';

export interface AgentFaults {
    /** Answers nothing, like a device with an unplugged network cable. */
    silent: boolean;
    /** Delay of answers, real milliseconds. */
    slowMs: number;
    /** Answers with bytes that are not SNMP. */
    garbage: boolean;
}

export interface SnmpAgentOptions {
    clock: Clock;
    /** 0: any free port; read `port` after `start()`. */
    port: number;
    address: string;
    /** Community for reading. */
    community: string;
    /** Community for reading and writing. */
    writeCommunity: string;
    /** v3 users; all may write. */
    users: readonly SnmpUser[];
    /** Hexadecimal; default: derived from address and port. */
    engineId?: string;
    /** Asked at each datagram. */
    faults(): AgentFaults;
    /** Called for each request that net-snmp has decoded and authenticated. */
    respond(request: SnmpRequest): SnmpAnswer;
    /** A request was refused: wrong community, user or key, or not SNMP. */
    onRefused(reason: string): void;
}

/** An SNMP agent over v1, v2c and v3: see `SnmpMessages`. */
export class SnmpAgent {
    /** Number of answered requests. */
    requests = 0;
    private boundPort: number;
    private socket?: AgentSocket;
    private readonly delayed = new Set<TimerHandle>();

    constructor(private readonly options: SnmpAgentOptions) {
        this.boundPort = options.port;
    }

    get port(): number {
        return this.boundPort;
    }

    /** snmpEngineID, hexadecimal: a receiver of v3 traps needs it. */
    get engineId(): string {
        if (this.options.engineId) return this.options.engineId;
        const address = this.options.address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
        // RFC 3411: enterprise format 5 (octets assigned by the administrator), with net-snmp's enterprise number.
        return `8000b98305${address.join('')}${this.boundPort.toString(16).padStart(4, '0')}`;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    async start(): Promise<void> {
        const { address, onRefused } = this.options;
        const socket = new AgentSocket((error) => onRefused(error.message));
        this.boundPort = await socket.open(this.boundPort, address);
        this.socket = socket;
        socket.filter = (message, from, pass) => this.admit(socket, message, from, pass);
        this.attach(socket);
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        for (const timer of this.delayed) this.options.clock.clearTimeout(timer);
        this.delayed.clear();
        const { socket } = this;
        this.socket = undefined;
        await socket?.shut();
    }

    private admit(socket: AgentSocket, message: Buffer, from: RemoteInfo, pass: () => void): void {
        const { clock, faults } = this.options;
        const { silent, slowMs, garbage } = faults();
        // As many bytes as the request has, none of them valid BER.
        const handle = garbage ? () => socket.send(Buffer.alloc(message.length, 0xff), from) : pass;
        if (silent) return;
        if (!slowMs) return handle();
        const timer = clock.setTimeout(
            () => {
                this.delayed.delete(timer);
                handle();
            },
            realMs(clock, slowMs),
        );
        this.delayed.add(timer);
    }

    private attach(socket: AgentSocket): void {
        const { community, writeCommunity, users, respond, onRefused } = this.options;
        const messages = new SnmpMessages({
            engineId: this.engineId,
            users,
            send: (message, to) => socket.send(message, to),
            unanswered: (reason) => onRefused(reason),
            respond: ({ from: _from, ...request }) => {
                const mayWrite = request.version === snmp.Version3 || request.community === writeCommunity;
                this.requests++;
                return respond({ ...request, mayWrite });
            },
        });
        socket.listener = (message, from) => messages.receive(message, from, [community, writeCommunity]);
    }
}

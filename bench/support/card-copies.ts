import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../lib/core/clock';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card } from '../../simulators/rfc1628-card/card';
import { messageOf, parseMessage, type SnmpParts } from './snmp-parts';

/** An answer is given again for so long; a count of seconds is no older than that. */
const KEEP_MS = 1000;
const ORIGINAL = '127.0.0.1';

interface Asker {
    socket: Socket;
    from: RemoteInfo;
    request: SnmpParts;
}

interface Known {
    at: number;
    answer?: SnmpParts;
    waiting: Asker[];
}

/**
 * One simulated UPS whose card answers at many addresses. Each distinct request is put to a real simulated card once a second; its answer is
 * then given to everybody who asks the same. Thousands of cards so cost a fraction of a core, and cannot be what is measured.
 */
export class CardCopies {
    /** Requests answered. */
    requests = 0;
    readonly addresses: { address: string; port: number }[] = [];
    private readonly card: Rfc1628Card;
    private readonly upstream = createSocket('udp4');
    private readonly sockets: Socket[] = [];
    private known = new Map<string, Known>();
    private readonly asked = new Map<number, Known>();
    private nextId = 1;
    private readonly forget = () => (this.known = new Map());

    constructor(
        private readonly clock: Clock,
        private readonly ups: SimulatedUps,
    ) {
        this.card = new Rfc1628Card({ ups, clock, address: ORIGINAL });
    }

    async start(addresses: readonly string[], port: number): Promise<void> {
        await this.card.start();
        this.upstream.on('message', (message) => this.answered(parseMessage(message)));
        await bound(this.upstream, 0, ORIGINAL);
        this.ups.on('change', this.forget);
        for (const address of addresses) {
            const socket = createSocket('udp4');
            this.sockets.push(socket);
            socket.on('message', (message, from) => this.ask({ socket, from, request: parseMessage(message) }));
            await bound(socket, port, address);
            this.addresses.push({ address, port: socket.address().port });
        }
    }

    async stop(): Promise<void> {
        this.ups.off('change', this.forget);
        for (const socket of [...this.sockets, this.upstream]) socket.close();
        await this.card.stop();
    }

    private ask(asker: Asker): void {
        const key = `${asker.request.version}/${asker.request.type}/${asker.request.rest.toString('latin1')}`;
        const now = this.clock.monotonic();
        let known = this.known.get(key);
        if (!known || now - known.at > KEEP_MS) {
            known = { at: now, waiting: [] };
            this.known.set(key, known);
            const id = this.nextId++;
            this.asked.set(id, known);
            this.upstream.send(messageOf({ ...asker.request, id }), this.card.port, ORIGINAL);
        }
        if (known.answer) this.reply(asker, known.answer);
        else known.waiting.push(asker);
    }

    private answered(answer: SnmpParts): void {
        const known = this.asked.get(answer.id);
        this.asked.delete(answer.id);
        if (!known) return;
        known.answer = answer;
        for (const asker of known.waiting) this.reply(asker, answer);
        known.waiting = [];
    }

    private reply({ socket, from, request }: Asker, { type, rest }: SnmpParts): void {
        this.requests++;
        socket.send(messageOf({ ...request, type, rest }), from.port, from.address);
    }
}

async function bound(socket: Socket, port: number, address: string): Promise<void> {
    socket.bind(port, address);
    await once(socket, 'listening');
}

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { UpsError } from '../../../lib/core/errors';

type MessageListener = (message: Buffer, from: RemoteInfo) => void;

/** The card's UDP socket: any free port can be used, a failure to bind rejects a promise, and the faults of the card can filter datagrams. */
export class AgentSocket {
    /** Filters each datagram; `pass` hands it to the agent. */
    filter: (message: Buffer, from: RemoteInfo, pass: () => void) => void = (_message, _from, pass) => pass();
    private readonly socket: Socket = createSocket('udp4');
    listener?: MessageListener;

    constructor(onError: (error: Error) => void) {
        this.socket.on('error', onError);
        this.socket.on('message', (message, from) => this.filter(message, from, () => this.listener?.(message, from)));
    }

    /** Returns the bound port. @throws UpsError port-in-use, port-forbidden */
    async open(port: number, address: string): Promise<number> {
        try {
            this.socket.bind(port, address);
            await once(this.socket, 'listening');
        } catch (cause) {
            this.socket.close();
            const forbidden = (cause as NodeJS.ErrnoException).code === 'EACCES';
            throw new UpsError(forbidden ? 'port-forbidden' : 'port-in-use', { port, address }, { cause });
        }
        return this.socket.address().port;
    }

    send(message: Buffer, to: Pick<RemoteInfo, 'address' | 'port'>): void {
        this.socket.send(message, to.port, to.address);
    }

    async shut(): Promise<void> {
        await new Promise<void>((resolve) => this.socket.close(() => resolve()));
    }
}

import { EventEmitter } from 'node:events';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Network, Stream } from '../world/network';
import type { Surroundings } from './engine';
import type { Life } from './process-globals';

/** What Node's `net.Socket` is to the code under test, on the network of the simulation. */
class SimulatedSocket extends EventEmitter {
    private stream: Stream | undefined;
    private opened = false;
    private waiting: (() => void)[] = [];
    private dropped = false;
    private encoding: BufferEncoding | undefined;
    remoteAddress: string | undefined;
    remotePort: number | undefined;
    localAddress = '192.0.2.1';

    constructor(
        private readonly network: Network,
        private readonly life: Life,
        private readonly allowHalfOpen: boolean,
    ) {
        super();
    }

    connect(host: string, port: number): this {
        this.remoteAddress = host;
        this.remotePort = port;
        this.stream = this.network.connect(host, port, {
            life: this.life,
            opened: () => {
                this.opened = true;
                this.emit('connect');
                this.emit('ready');
                for (const act of this.waiting.splice(0)) act();
            },
            data: (bytes) => void this.emit('data', this.encoding ? bytes.toString(this.encoding) : bytes),
            ended: () => {
                this.emit('end');
                if (!this.allowHalfOpen) this.end();
            },
            closed: (error) => {
                if (this.dropped) return;
                this.dropped = true;
                if (error) this.emit('error', Object.assign(new Error(error), { code: error }));
                this.emit('close', error !== undefined);
            },
        });
        return this;
    }

    get destroyed(): boolean {
        return this.dropped;
    }

    write(data: string | Uint8Array, ...rest: unknown[]): boolean {
        const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
        const bytes = Buffer.from(data as string);
        this.whenOpen(() => {
            this.stream?.write(bytes);
            done?.();
        });
        return true;
    }

    end(data?: string | Uint8Array): this {
        if (data !== undefined) this.write(data);
        this.whenOpen(() => {
            // Handed to the system in a later turn, as in Node.
            this.network.time.after(0, () => this.isLive && this.emit('finish'));
            this.stream?.end();
        });
        return this;
    }

    destroy(): this {
        if (this.dropped) return this;
        this.dropped = true;
        this.stream?.destroy();
        this.network.time.after(0, () => this.life.alive && this.emit('close', false));
        return this;
    }

    resetAndDestroy(): this {
        return this.destroy();
    }

    setEncoding(encoding: BufferEncoding): this {
        this.encoding = encoding;
        return this;
    }

    setNoDelay(): this {
        return this;
    }

    setKeepAlive(): this {
        return this;
    }

    setTimeout(): this {
        return this;
    }

    ref(): this {
        return this;
    }

    unref(): this {
        return this;
    }

    private get isLive(): boolean {
        return this.life.alive && !this.dropped;
    }

    private whenOpen(act: () => void): void {
        if (!this.isLive) return;
        if (this.opened) act();
        else this.waiting.push(() => this.isLive && act());
    }
}

/** Node's `net` for the process that calls it. */
export function netModule(now: Surroundings): Record<string, unknown> {
    const connect = ({ host, port, allowHalfOpen = false }: { host: string; port: number; allowHalfOpen?: boolean }) =>
        new SimulatedSocket(now.network, now.life, allowHalfOpen).connect(host, port);
    return {
        connect,
        createConnection: connect,
        createServer: () => {
            throw new Error('nothing in the simulation listens for streams');
        },
        Socket: SimulatedSocket,
        Server: EventEmitter,
        isIP,
        isIPv4,
        isIPv6,
    };
}

type Sent = (error: Error | null, bytes?: number) => void;

class SimulatedDatagrams extends EventEmitter {
    private closed = false;
    private peer: [port: number, host: string] | undefined;

    constructor(
        private readonly network: Network,
        private readonly life: Life,
    ) {
        super();
    }

    bind(...given: unknown[]): this {
        const done = given.find((each) => typeof each === 'function') as (() => void) | undefined;
        if (done) this.once('listening', done);
        this.soon(() => this.emit('listening'));
        return this;
    }

    /** `(bytes, port, host, done)`, or with offset and length behind the bytes. */
    send(bytes: Uint8Array, ...given: unknown[]): void {
        const done = given.find((each) => typeof each === 'function') as Sent | undefined;
        const plain = given.filter((each) => typeof each !== 'function');
        const [port, host] = plain.length > 1 ? (plain.slice(-2) as [number, string]) : this.peer!;
        if (this.life.alive) {
            this.network.datagram(Buffer.from(bytes), host, port, (answer) => {
                if (this.isLive)
                    this.emit('message', answer, { address: host, port, family: 'IPv4', size: answer.length });
            });
        }
        if (done) this.soon(() => done(null, bytes.length));
    }

    close(done?: () => void): this {
        if (this.closed) return this;
        this.closed = true;
        this.network.time.after(0, () => {
            if (!this.life.alive) return;
            this.emit('close');
            done?.();
        });
        return this;
    }

    address(): { address: string; port: number; family: string } {
        return { address: '192.0.2.1', port: 40_000, family: 'IPv4' };
    }

    /** A datagram socket that is bound to one peer learns that nobody listens there; the simulated network tells nobody. */
    connect(port: number, host: string, done?: () => void): void {
        this.peer = [port, host];
        if (done) this.soon(done);
        this.soon(() => this.emit('connect'));
    }

    setBroadcast(): void {}

    ref(): this {
        return this;
    }

    unref(): this {
        return this;
    }

    private get isLive(): boolean {
        return this.life.alive && !this.closed;
    }

    private soon(act: () => void): void {
        this.network.time.after(0, () => this.isLive && act());
    }
}

/** Node's `dgram` for the process that calls it. */
export function dgramModule(now: Surroundings): Record<string, unknown> {
    return { createSocket: () => new SimulatedDatagrams(now.network, now.life), Socket: SimulatedDatagrams };
}

import type { Life } from '../machine/process-globals';
import type { Prng } from '../kernel/prng';
import type { VirtualTime } from '../kernel/virtual-time';

/**
 * What may become of traffic with one address. `refused`: an RST for each connection. `silent`: nothing arrives. `one-way`: what is sent to it
 * arrives, its answers do not. `cut`: connections are made, and break before their bytes arrive.
 */
export type Weather = 'fine' | 'refused' | 'silent' | 'one-way' | 'cut' | 'slow' | 'doubling' | 'lossy';

/** The end of a stream that lies in the machine under test. */
export interface NearEnd {
    readonly life: Life;
    opened(): void;
    data(bytes: Buffer): void;
    ended(): void;
    closed(error?: string): void;
}

/** The end of a stream that lies in the world. */
export interface FarEnd {
    /** Each gets what the stream carries, in order. */
    data?(bytes: Buffer): void;
    ended?(): void;
    /** The machine has dropped it, or died. */
    closed?(): void;
}

/** What a service of the world does with a stream. */
export interface Conversation {
    /** @param arrived called just before the machine gets it */
    send(bytes: Buffer | string, arrived?: () => void): void;
    /** Has sent all. */
    end(): void;
    /** The machine under test has seen this stream end in order. */
    onConfirmed?: () => void;
}

export type StreamService = (conversation: Conversation) => FarEnd;
/** `sentAt`: when the machine sent it, ms; `arrived` is told the moment at which the answer has come. */
export type DatagramService = (
    bytes: Buffer,
    answer: (bytes: Buffer, arrived?: (at: number) => void) => void,
    sentAt: number,
) => void;

const TRIP_MS = [0.2, 3] as const;
const SLOW_TRIP_MS = [200, 1400] as const;
const LOSSY_PART = 0.4;

/** Between the machine under test and everything else: streams and datagrams by IP address and port, each as its weather lets it. */
export class Network {
    private readonly streams = new Map<string, StreamService>();
    private readonly datagrams = new Map<string, DatagramService>();
    private readonly weathers = new Map<string, Weather>();

    constructor(
        readonly time: VirtualTime,
        private readonly prng: Prng,
    ) {}

    serveStreams(address: string, port: number, service: StreamService | undefined): void {
        if (service) this.streams.set(`${address}:${port}`, service);
        else this.streams.delete(`${address}:${port}`);
    }

    serveDatagrams(address: string, port: number, service: DatagramService): void {
        this.datagrams.set(`${address}:${port}`, service);
    }

    setWeather(address: string, weather: Weather): void {
        this.weathers.set(address, weather);
    }

    weatherOf(address: string): Weather {
        return this.weathers.get(address) ?? 'fine';
    }

    connect(address: string, port: number, near: NearEnd): Stream {
        return new Stream(this, address, port, near);
    }

    service(address: string, port: number): StreamService | undefined {
        return this.streams.get(`${address}:${port}`);
    }

    datagram(bytes: Buffer, address: string, port: number, answered: (bytes: Buffer) => void): void {
        const weather = this.weatherOf(address);
        if (weather === 'silent' || weather === 'refused' || weather === 'cut') return;
        const lost = () => weather === 'lossy' && this.prng.chance(LOSSY_PART);
        const copies = weather === 'doubling' ? 2 : 1;
        const sentAt = this.time.elapsed;
        for (let copy = 0; copy < copies; copy++) {
            if (lost()) continue;
            this.time.after(this.trip(address), () => {
                const answer: Parameters<DatagramService>[1] = (text, arrived) => {
                    if (weather === 'one-way' || lost()) return;
                    this.time.after(this.trip(address), () => {
                        arrived?.(this.time.elapsed);
                        answered(text);
                    });
                };
                this.datagrams.get(`${address}:${port}`)?.(bytes, answer, sentAt);
            });
        }
    }

    trip(address: string): number {
        const [least, most] = this.weatherOf(address) === 'slow' ? SLOW_TRIP_MS : TRIP_MS;
        return least + this.prng.next() * (most - least);
    }
}

/** One TCP connection from the machine under test to a service of the world. */
export class Stream {
    private far: FarEnd | undefined;
    /** The latest moment at which something that was sent arrives: streams keep their order. */
    private arrivesAt = 0;
    private returnsAt = 0;
    private nearEnded = false;
    private farEnded = false;
    private over = false;
    private readonly conversation: Conversation = {
        send: (bytes, arrived) =>
            this.toNear(() => {
                arrived?.();
                this.near.data(Buffer.from(bytes as string));
            }),
        end: () => this.toNear(() => this.farEnds()),
    };

    constructor(
        private readonly network: Network,
        private readonly address: string,
        private readonly port: number,
        private readonly near: NearEnd,
    ) {
        const weather = network.weatherOf(address);
        if (weather === 'silent') return;
        network.time.after(2 * network.trip(address), () => {
            if (this.over || !near.life.alive) return;
            const service = weather === 'refused' ? undefined : network.service(address, port);
            if (!service) return this.close('ECONNREFUSED');
            this.far = service(this.conversation);
            near.opened();
        });
    }

    write(bytes: Buffer): void {
        if (this.network.weatherOf(this.address) === 'cut') {
            this.network.time.after(this.network.trip(this.address), () => this.close('ECONNRESET'));
            return;
        }
        this.toFar(() => this.far?.data?.(bytes));
    }

    end(): void {
        if (this.nearEnded) return;
        this.nearEnded = true;
        this.toFar(() => this.far?.ended?.());
        if (this.farEnded) this.finish();
    }

    /** Drops it; also what becomes of it when its process dies. */
    destroy(): void {
        if (this.over) return;
        this.over = true;
        const { far } = this;
        this.network.time.after(this.network.trip(this.address), () => far?.closed?.());
    }

    /** The other end is gone, with all that it knew. */
    private close(error: string): void {
        if (this.over) return;
        this.over = true;
        if (this.near.life.alive) this.near.closed(error);
    }

    private farEnds(): void {
        this.farEnded = true;
        this.near.ended();
        if (this.nearEnded && !this.over) this.finish();
    }

    private finish(): void {
        this.over = true;
        // Before the machine acts on it: whoever judges has to know what the machine could know.
        this.conversation.onConfirmed?.();
        this.near.closed();
    }

    private toFar(arrive: () => void): void {
        const { time } = this.network;
        if (['silent', 'refused'].includes(this.network.weatherOf(this.address))) return;
        this.arrivesAt = Math.max(this.arrivesAt, time.elapsed + this.network.trip(this.address));
        time.at(this.arrivesAt, () => {
            // A service that has gone away meanwhile hears nothing more.
            if (this.network.service(this.address, this.port)) arrive();
        });
    }

    private toNear(arrive: () => void): void {
        const { time } = this.network;
        if (['silent', 'refused', 'one-way'].includes(this.network.weatherOf(this.address))) return;
        this.returnsAt = Math.max(this.returnsAt, time.elapsed + this.network.trip(this.address));
        time.at(this.returnsAt, () => {
            if (!this.over && this.near.life.alive) arrive();
        });
    }
}

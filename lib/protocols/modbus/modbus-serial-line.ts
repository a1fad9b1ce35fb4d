import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import type { ByteTransport } from '../shared/byte-transport';
import { SerialTransport } from '../shared/serial-transport';
import { TcpTransport } from '../shared/tcp-transport';
import { Doubts } from './doubts';
import type { ModbusBlock, ModbusLine } from './line';
import { exceptionIn, isRead, readRequest, valuesIn, writeCoilRequest } from './request';
import { RequestQueue } from './request-queue';
import { RtuLink } from './rtu-link';
import { TcpLink } from './tcp-link';

export type Parity = 'none' | 'even' | 'odd';

export interface TcpEndpoint {
    transport: 'tcp';
    host: string;
    port: number;
}

export interface RtuEndpoint {
    transport: 'rtu';
    path: string;
    baudRate: number;
    parity: Parity;
    stopBits: 1 | 2;
}

export interface LineOptions {
    endpoint: TcpEndpoint | RtuEndpoint;
    /** For the connection, and for each answer from first byte sent to last byte received. */
    timeoutMs: number;
}

/** Requests that may wait: 31 units on a serial line, with some to spare. */
const MOST_WAITING = 64;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
const CLOSING_MS = 1000;
/** A gateway may hang up on a connection that was not used for so long, at the moment at which it is used again ... */
const IDLE_MS = 1000;
/** ... and a firewall forgets one without a word. */
const LONG_IDLE_MS = 30_000;

/** A Modbus TCP connection or a serial line. What is in doubt is given up and opened anew. */
export class ModbusSerialLine implements ModbusLine {
    private readonly queue = new RequestQueue(MOST_WAITING);
    private readonly doubts: Doubts;
    private link: TcpLink | RtuLink | undefined;
    private usedAt = 0;
    /** The last request failed because the other side ended the connection. */
    private hungUp = false;
    private pauseMs = 0;
    private pausedUntil = -Infinity;
    private lastFailure: UpsError | undefined;
    private closed = false;
    /** Ends every wait at once. */
    private readonly interrupts = new Set<() => void>();

    /** @param transport for tests: bytes in memory */
    constructor(
        private readonly clock: Clock,
        private readonly options: LineOptions,
        private readonly transport: ByteTransport = transportTo(options.endpoint),
    ) {
        this.doubts = new Doubts(clock);
    }

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        const request = readRequest(block);
        return this.queue.run(async () => valuesIn(request, await this.request(unitId, request)));
    }

    async writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        await this.queue.run(() => this.request(unitId, writeCoilRequest(address, on)));
    }

    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        const { link } = this;
        this.link = undefined;
        for (const interrupt of [...this.interrupts]) interrupt();
        // A serial port must be free again when the next one opens it.
        const closing = link?.close();
        await this.queue.close();
        if (closing) await this.inTime(closing, CLOSING_MS).catch(() => undefined);
    }

    private get place(): string {
        const { endpoint } = this.options;
        return endpoint.transport === 'tcp' ? endpoint.host : endpoint.path;
    }

    private async request(unitId: number, pdu: Buffer): Promise<Buffer> {
        const idleMs = this.link ? this.clock.monotonic() - this.usedAt : 0;
        let answer: Buffer;
        try {
            answer = await this.exchange(unitId, pdu);
        } catch (error) {
            // A write may have been carried out, and is not said twice.
            if (!isRead(pdu) || !this.mayHaveGone(idleMs) || this.closed) throw error;
            answer = await this.exchange(unitId, pdu);
        }
        const exception = exceptionIn(answer);
        if (exception === undefined) return answer;
        const reason = `Modbus exception ${exception}`;
        throw new UpsError('device-refused', { host: this.place, reason, exception });
    }

    private async exchange(unitId: number, pdu: Buffer): Promise<Buffer> {
        const link = this.link?.isOpen ? this.link : await this.connect();
        try {
            return await link.exchange(unitId, pdu);
        } catch (error) {
            this.hungUp = !link.isOpen;
            // Nothing comes late on another connection; a serial line stays open, for others are on it.
            if (this.options.endpoint.transport === 'tcp' || !link.isOpen) this.abandon(link);
            throw this.failure(error);
        } finally {
            this.usedAt = this.clock.monotonic();
        }
    }

    /** Whether a request failed because its connection was old, and not for the device's sake. */
    private mayHaveGone(idleMs: number): boolean {
        if (this.options.endpoint.transport !== 'tcp') return false;
        return idleMs >= LONG_IDLE_MS || (idleMs >= IDLE_MS && this.hungUp);
    }

    private failure(error: unknown): UpsError {
        if (this.closed) return new UpsError('interrupted', {}, { cause: error });
        return asUpsError(error, 'device-silent', { host: this.place });
    }

    private async connect(): Promise<TcpLink | RtuLink> {
        if (this.clock.monotonic() < this.pausedUntil && this.lastFailure) throw this.lastFailure;
        if (this.closed) throw new UpsError('interrupted');
        this.abandon(this.link);
        const { timeoutMs, endpoint } = this.options;
        const options = { clock: this.clock, place: this.place, timeoutMs };
        const link =
            endpoint.transport === 'tcp'
                ? new TcpLink(options, this.transport)
                : new RtuLink(options, this.transport, this.doubts);
        try {
            await this.inTime(link.opened, timeoutMs);
            if (this.closed) throw new UpsError('interrupted');
        } catch (error) {
            void link.close();
            this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pauseMs * 2));
            this.pausedUntil = this.clock.monotonic() + this.pauseMs;
            this.lastFailure = this.failure(error);
            throw this.lastFailure;
        }
        this.pauseMs = 0;
        this.link = link;
        return link;
    }

    private abandon(link: TcpLink | RtuLink | undefined): void {
        if (!link) return;
        if (link === this.link) this.link = undefined;
        void link.close();
    }

    private async inTime<T>(work: Promise<T>, ms: number): Promise<T> {
        let timer: TimerHandle;
        let interrupt = () => {};
        const late = new Promise<never>((_, reject) => {
            timer = this.clock.setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
            interrupt = () => reject(new UpsError('interrupted'));
            this.interrupts.add(interrupt);
        });
        // What fails after its time is up has been told already.
        work.catch(() => {});
        try {
            return await Promise.race([work, late]);
        } finally {
            this.interrupts.delete(interrupt);
            this.clock.clearTimeout(timer);
        }
    }
}

function transportTo(endpoint: TcpEndpoint | RtuEndpoint): ByteTransport {
    return endpoint.transport === 'tcp'
        ? new TcpTransport(endpoint.host, endpoint.port)
        : new SerialTransport(endpoint);
}

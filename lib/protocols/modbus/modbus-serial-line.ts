import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { ByteTransport } from '../shared/byte-transport';
import { modbusSerial } from '../shared/packages';
import { SerialTransport } from '../shared/serial-transport';
import { TcpTransport } from '../shared/tcp-transport';
import { UnansweredRequests } from './unanswered-requests';
import { hostOf } from './endpoint';
import { exceptionOf, type ModbusBlock, type ModbusLine } from './line';
import type { ModbusLink } from './link';
import { ModbusClient, type ModbusRequests } from './modbus-client';
import { RequestQueue } from './request-queue';
import { RtuClient } from './rtu-client';
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
    /** Time limit for connecting, and for each answer from the first byte sent to the last byte received. */
    timeoutMs: number;
}

/** Most waiting requests: enough for 31 units on a serial line. */
const MOST_WAITING = 64;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
const CLOSING_MS = 1000;
/** A gateway may close a connection that was idle for this long, just when it is used again ... */
const IDLE_MS = 1000;
/** ... and a firewall may drop its state without a reset. */
const LONG_IDLE_MS = 30_000;

/** An open link with its client. */
interface Session {
    link: ModbusLink;
    requests: ModbusRequests;
}

/** A Modbus TCP connection or a serial line: modbus-serial over our own links. After an error, the link is closed and opened again. */
export class ModbusSerialLine implements ModbusLine {
    private readonly queue = new RequestQueue(MOST_WAITING);
    private readonly unansweredRequests: UnansweredRequests;
    private readonly Client = modbusSerial();
    private session: Session | undefined;
    private usedAt = 0;
    /** The last request failed because the other side closed the connection. */
    private peerClosed = false;
    private pauseMs = 0;
    private pausedUntil = -Infinity;
    private lastFailure: UpsError | undefined;
    private closed = false;
    /** Each function ends one wait early. */
    private readonly interrupts = new Set<() => void>();

    /** @param transport for tests: bytes in memory */
    constructor(
        private readonly clock: Clock,
        private readonly options: LineOptions,
        private readonly transport: ByteTransport = transportTo(options.endpoint),
    ) {
        this.unansweredRequests = new UnansweredRequests(clock);
    }

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        return this.queue.run(async () => {
            const idleMs = this.session ? this.clock.monotonic() - this.usedAt : 0;
            const ask = (requests: ModbusRequests) => requests.read(unitId, block);
            try {
                return await this.request(ask);
            } catch (error) {
                if (this.closed || isAnswer(error) || !this.mayBeStale(idleMs)) throw error;
                return await this.request(ask);
            }
        });
    }

    /** Never repeated: a write without an answer may have been carried out. */
    writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        return this.queue.run(() => this.request((requests) => requests.writeCoil(unitId, address, on)));
    }

    /** Never repeated, as `writeCoil`. */
    writeRegister(unitId: number, address: number, word: number): Promise<void> {
        return this.queue.run(() => this.request((requests) => requests.writeRegister(unitId, address, word)));
    }

    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        const link = this.session?.link;
        this.session = undefined;
        for (const interrupt of [...this.interrupts]) interrupt();
        // The serial port must be free before the next user opens it.
        const closing = link?.close();
        await this.queue.close();
        if (closing) await this.inTime(closing, CLOSING_MS).catch(() => undefined);
    }

    private get place(): string {
        return hostOf(this.options.endpoint);
    }

    private async request<T>(ask: (requests: ModbusRequests) => Promise<T>): Promise<T> {
        const { link, requests } = this.session?.link.isOpen ? this.session : await this.connect();
        try {
            return await ask(requests);
        } catch (error) {
            if (isAnswer(error)) throw error;
            this.peerClosed = !link.isOpen;
            // On a new connection no late answer can arrive. A serial line stays open, since other units use it.
            if (this.options.endpoint.transport === 'tcp' || !link.isOpen) this.abandon(link);
            throw this.failure(error);
        } finally {
            this.usedAt = this.clock.monotonic();
        }
    }

    /** Whether a request may have failed because its connection was idle too long, not because of the device. */
    private mayBeStale(idleMs: number): boolean {
        if (this.options.endpoint.transport !== 'tcp') return false;
        return idleMs >= LONG_IDLE_MS || (idleMs >= IDLE_MS && this.peerClosed);
    }

    private failure(error: unknown): UpsError {
        if (this.closed) return new UpsError('interrupted', {}, { cause: error });
        return asUpsError(error, 'device-silent', { host: this.place });
    }

    private async connect(): Promise<Session> {
        if (this.clock.monotonic() < this.pausedUntil && this.lastFailure) throw this.lastFailure;
        if (this.closed) throw new UpsError('interrupted');
        this.abandon(this.session?.link);
        const { timeoutMs } = this.options;
        const session = this.begin();
        const { link } = session;
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
        this.session = session;
        return session;
    }

    private begin(): Session {
        const { timeoutMs, endpoint } = this.options;
        const { place } = this;
        const options = { clock: this.clock, place, timeoutMs };
        if (endpoint.transport === 'tcp') {
            const link = new TcpLink(options, this.transport);
            return { link, requests: new ModbusClient(this.Client, link, place) };
        }
        const link = new RtuLink(options, this.transport, this.unansweredRequests);
        return {
            link,
            requests: new RtuClient(new ModbusClient(this.Client, link, place), link, this.unansweredRequests),
        };
    }

    private abandon(link: ModbusLink | undefined): void {
        if (!link) return;
        if (link === this.session?.link) this.session = undefined;
        void link.close();
    }

    private async inTime<T>(work: Promise<T>, ms: number): Promise<T> {
        let timer: TimerHandle;
        let interrupt = () => {};
        const late = new Promise<never>((_, reject) => {
            timer = this.clock.setTimeout(() => reject(silentFor(this.place, ms)), ms);
            interrupt = () => reject(new UpsError('interrupted'));
            this.interrupts.add(interrupt);
        });
        // A failure after the time limit was already reported.
        work.catch(() => {});
        try {
            return await Promise.race([work, late]);
        } finally {
            this.interrupts.delete(interrupt);
            this.clock.clearTimeout(timer);
        }
    }
}

function silentFor(host: string, ms: number): UpsError {
    return new UpsError('device-silent', { host, why: 'timeout', reason: said('noAnswerInMs', { ms }) });
}

/** Whether the failure is an answer of the device: then the link is fine. */
function isAnswer(error: unknown): boolean {
    return exceptionOf(error) !== undefined || (error instanceof UpsError && error.code === 'protocol');
}

function transportTo(endpoint: TcpEndpoint | RtuEndpoint): ByteTransport {
    return endpoint.transport === 'tcp'
        ? new TcpTransport(endpoint.host, endpoint.port)
        : new SerialTransport(endpoint);
}

import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock, TimerHandle } from '../../core/clock';
import { ClientSession } from './client-session';
import type { UnitLookup } from './device';
import { noFaults, type ModbusFaults } from './faults';
import { RtuParser, rtuFrame } from './framing';
import type { ModbusServerEvents } from './tcp-server';

/**
 * Silence that ends a frame of unknown length, ms: much longer than the 3.5 characters of the standard, since operating systems
 * deliver the bytes of a serial port in chunks.
 */
const SILENCE_MS = 50;

export interface ModbusRtuServerOptions {
    clock: Clock;
    units: UnitLookup;
    /** An open line, from the package `serialport` or any other byte stream. The owner closes it. */
    line: Duplex;
    /** What the line is called where a write is told, e.g. its path. */
    name?: string;
    faults?: ModbusFaults;
}

/**
 * A Modbus RTU server on a serial line, which may have other devices. (The server of modbus-serial overwrites the checksum of
 * each frame before it checks it, and would answer damaged requests.)
 */
export class ModbusRtuServer extends EventEmitter<ModbusServerEvents> {
    readonly faults: ModbusFaults;
    /** Number of requests answered, or suppressed by a fault. */
    requests = 0;
    private readonly parser = new RtuParser();
    private readonly session: ClientSession;
    private timer: TimerHandle;
    private readonly listen = (chunk: Buffer) => this.take(chunk);

    constructor(private readonly options: ModbusRtuServerOptions) {
        super();
        const { clock, units, line } = options;
        this.faults = options.faults ?? noFaults();
        this.session = new ClientSession({
            clock,
            client: options.name ?? '',
            units,
            faults: this.faults,
            frame: ({ unitId }, pdu) => rtuFrame(unitId, pdu),
            send: (bytes) => line.write(this.faults.damaged ? damaged(bytes) : bytes),
            onRequest: () => this.requests++,
            onFailure: (error) => this.emit('failure', error),
            serial: true,
        });
    }

    start(): void {
        this.options.line.on('data', this.listen);
    }

    /** Idempotent; the line stays open. */
    stop(): void {
        this.options.line.off('data', this.listen);
        this.options.clock.clearTimeout(this.timer);
        this.session.end();
    }

    private take(chunk: Buffer): void {
        const { clock } = this.options;
        clock.clearTimeout(this.timer);
        for (const frame of this.parser.push(chunk)) this.session.take(frame);
        this.timer = clock.setTimeout(() => {
            for (const frame of this.parser.silence()) this.session.take(frame);
        }, SILENCE_MS);
    }
}

function damaged(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy[copy.length - 1]! ^= 0xff;
    return copy;
}

import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock, TimerHandle } from '../../core/clock';
import { Conversation } from './conversation';
import type { UnitLookup } from './device';
import { noFaults, type ModbusFaults } from './faults';
import { RtuParser, rtuFrame } from './framing';
import type { ModbusServerEvents } from './tcp-server';

/**
 * The end of a frame whose length is not known, milliseconds: much more than the 3.5 characters of the standard, because a serial port of an
 * operating system hands its bytes over in pieces.
 */
const SILENCE_MS = 50;

export interface ModbusRtuServerOptions {
    clock: Clock;
    units: UnitLookup;
    /** An open line, of the `serialport` package or anything else that carries bytes both ways. It stays its owner's to close. */
    line: Duplex;
    faults?: ModbusFaults;
}

/**
 * A Modbus RTU server on a serial line that may have other devices on it. (modbus-serial's own one gives every frame that it gets the right
 * checksum before it checks it, so it would answer damaged requests, too.)
 */
export class ModbusRtuServer extends EventEmitter<ModbusServerEvents> {
    readonly faults: ModbusFaults;
    /** Requests answered, or meant to be. */
    requests = 0;
    private readonly parser = new RtuParser();
    private readonly conversation: Conversation;
    private timer: TimerHandle;
    private readonly listen = (chunk: Buffer) => this.take(chunk);

    constructor(private readonly options: ModbusRtuServerOptions) {
        super();
        const { clock, units, line } = options;
        this.faults = options.faults ?? noFaults();
        this.conversation = new Conversation({
            clock,
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

    /** Idempotent; the line is left open. */
    stop(): void {
        this.options.line.off('data', this.listen);
        this.options.clock.clearTimeout(this.timer);
        this.conversation.end();
    }

    private take(chunk: Buffer): void {
        const { clock } = this.options;
        clock.clearTimeout(this.timer);
        for (const frame of this.parser.push(chunk)) this.conversation.take(frame);
        this.timer = clock.setTimeout(() => {
            for (const frame of this.parser.silence()) this.conversation.take(frame);
        }, SILENCE_MS);
    }
}

function damaged(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy[copy.length - 1]! ^= 0xff;
    return copy;
}

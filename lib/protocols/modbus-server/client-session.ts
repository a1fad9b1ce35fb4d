import type { Clock, TimerHandle } from '../../core/clock';
import { EXCEPTION, type UnitLookup } from './device';
import type { ModbusFaults } from './faults';
import type { RequestFrame } from './framing';
import { answerTo, exceptionTo } from './pdu';

/** Most answers waiting on one connection: impatient clients repeat requests to a slow device. */
const MOST_PENDING = 16;
/** Function codes from here on are exceptions (Modbus Application Protocol 1.1b3, section 4.1). */
const ANSWERS = 0x80;

export interface ClientSessionOptions {
    clock: Clock;
    /** Its address, or the path of the line. */
    client: string;
    units: UnitLookup;
    faults: ModbusFaults;
    /** Adds the frame to an answer and sends it. */
    send: (bytes: Buffer) => void;
    frame: (request: RequestFrame, pdu: Buffer) => Buffer;
    onRequest: (request: RequestFrame) => void;
    onFailure: (error: unknown) => void;
    /** On a serial line, a request to unit 0 is a broadcast and gets no answer; and the line continues after a stall. */
    serial: boolean;
}

/** Answers the requests of one client in order, with the faults of the device. */
export class ClientSession {
    private stalled = false;
    private ended = false;
    private readonly pending = new Set<TimerHandle>();

    constructor(private readonly options: ClientSessionOptions) {}

    take(request: RequestFrame): void {
        const { units, faults, clock, client, serial, onRequest, onFailure } = this.options;
        const { unitId, pdu } = request;
        const device = units(unitId);
        if (!device) return;
        // On a serial line this is an answer: of another device, or our own one echoed by the adapter. Answering it would cause
        // an endless loop.
        if (serial && (pdu[0] ?? 0) >= ANSWERS) return;
        if (this.stalled && faults.stallAfter === undefined && serial) this.stalled = false;
        if (this.ended || faults.silent || this.stalled) return;
        onRequest(request);
        const busy = faults.busy > 0;
        if (busy) faults.busy--;
        const answer = busy ? exceptionTo(pdu, EXCEPTION.busy) : answerTo(pdu, device, onFailure, client);
        if (serial && unitId === 0) return;
        const bytes = this.options.frame(request, answer);
        if (!faults.slowMs) return this.sendAnswer(bytes);
        if (this.pending.size >= MOST_PENDING) return;
        const timer = clock.setTimeout(() => {
            this.pending.delete(timer);
            this.sendAnswer(bytes);
        }, faults.slowMs);
        this.pending.add(timer);
    }

    /** Sends nothing any more. Idempotent. */
    end(): void {
        this.ended = true;
        for (const timer of this.pending) this.options.clock.clearTimeout(timer);
        this.pending.clear();
    }

    private sendAnswer(bytes: Buffer): void {
        const { faults, send } = this.options;
        if (this.stalled) return;
        if (faults.stallAfter === undefined) return send(bytes);
        this.stalled = true;
        const part = bytes.subarray(0, Math.min(faults.stallAfter, bytes.length - 1));
        if (part.length) send(part);
    }
}

import type { TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said, failureText, type Told } from '../../core/language/sentence';
import { reasonOf, type Reason } from '../../core/reasons';
import { rtuFrame } from '../modbus-server/framing';
import type { ByteConnection, ByteTransport } from '../shared/byte-transport';
import { Pauses } from '../shared/pauses';
import { answers, isException, isRead, shapeOf, thirdByteOf } from './answer-shape';
import type { UnansweredRequests } from './unanswered-requests';
import type { ModbusLink } from './link';
import { RtuAnswers, type RtuFrame } from './rtu-frames';
import type { LinkOptions } from './tcp-link';

/**
 * Pause after a request without an answer, so that no request collides with a late answer: the device's time limit, within these
 * bounds, or until the late answer has come. (The shape identifies still later answers, see UnansweredRequests.)
 */
const SHORTEST_SETTLING_MS = 500;
const LONGEST_SETTLING_MS = 1000;

interface Pending {
    unitId: number;
    pdu: Buffer;
    /** Number of copies of a write that are still to be treated as an echo. */
    echoes: number;
    resolve(answer: Buffer): void;
    reject(error: UpsError): void;
}

/** A serial line with Modbus RTU devices (Modbus over Serial Line 1.02). */
export class RtuLink implements ModbusLink {
    /** Whether the adapter echoes our requests; undefined: unknown. */
    echoes?: boolean;
    private readonly incoming = new RtuAnswers();
    private readonly connection: ByteConnection;
    private readonly pauses: Pauses;
    private pending?: Pending;
    /** Ends the pause because the late answer has come. */
    private arrived?: () => void;
    private isNew = true;
    private over = false;

    /** @param unansweredRequests unanswered requests of this line, kept when it is opened again */
    constructor(
        private readonly options: LinkOptions,
        transport: ByteTransport,
        private readonly unansweredRequests: UnansweredRequests,
    ) {
        this.pauses = new Pauses(options.clock);
        this.connection = transport.open({
            data: (bytes) => this.take(bytes),
            closed: (reason) => this.end(reason ? failureText(reason) : said('portClosed'), reasonOf(reason)),
        });
    }

    get isOpen(): boolean {
        return !this.over;
    }

    get opened(): Promise<void> {
        return this.connection.opened;
    }

    async exchange(unitId: number, pdu: Buffer): Promise<Buffer> {
        if (this.isNew) {
            // The former user of the line may have left a request unanswered: wait for its answer to pass.
            await this.pauses.wait(Math.min(this.options.timeoutMs, SHORTEST_SETTLING_MS));
            this.isNew = false;
        }
        return this.ask(unitId, pdu);
    }

    async close(): Promise<void> {
        this.over = true;
        this.pending?.reject(new UpsError('interrupted'));
        this.pauses.end();
        this.arrived?.();
        await this.connection.close();
    }

    private async ask(unitId: number, pdu: Buffer): Promise<Buffer> {
        if (this.over) throw this.failure('device-silent', said('portClosed'));
        const { clock, timeoutMs } = this.options;
        const frame = rtuFrame(unitId, pdu);
        this.incoming.expect(frame);
        const answer = new Promise<Buffer>((resolve, reject) => {
            this.pending = { unitId, pdu, echoes: !isRead(pdu) && this.echoes ? 1 : 0, resolve, reject };
        });
        let late = false;
        const timer: TimerHandle = clock.setTimeout(() => {
            late = true;
            this.pending?.reject(this.failure('device-silent', said('noAnswerInMs', { ms: timeoutMs }), 'line-silent'));
        }, timeoutMs);
        try {
            this.connection.write(frame);
            return await answer;
        } catch (error) {
            if (!late) throw error;
            throw await this.unanswered(unitId, pdu);
        } finally {
            this.pending = undefined;
            clock.clearTimeout(timer);
        }
    }

    /** Waits until the line is quiet. @returns the error to report */
    private async unanswered(unitId: number, pdu: Buffer): Promise<UpsError> {
        const { clock, timeoutMs } = this.options;
        const onlyEcho = this.pending?.echoes === 0 && (isRead(pdu) ? this.incoming.echoed : this.echoes === true);
        this.pending = undefined;
        this.unansweredRequests.add(unitId, shapeOf(pdu));
        const began = clock.monotonic();
        const settling = Math.max(SHORTEST_SETTLING_MS, Math.min(timeoutMs, LONGEST_SETTLING_MS));
        let afterMs: number | undefined;
        const heard = new Promise<void>((resolve) => {
            this.arrived = () => {
                if (!this.unansweredRequests.of(unitId).includes(shapeOf(pdu)))
                    afterMs = timeoutMs + clock.monotonic() - began;
                resolve();
            };
        });
        const pauses = new Pauses(clock);
        await Promise.race([heard, pauses.wait(settling)]);
        pauses.end();
        this.arrived = undefined;
        if (this.over) return this.failure('device-silent', said('portClosed'));
        if (afterMs !== undefined) {
            return this.failure('device-silent', said('modbus.late', { after: Math.round(afterMs), limit: timeoutMs }));
        }
        // A damaged answer has arrived: no late answer will come.
        if (this.incoming.hasFragmentOf(unitId, pdu[0]!, thirdByteOf(pdu))) {
            this.unansweredRequests.drop(unitId, shapeOf(pdu));
            return this.failure('device-silent', said('modbus.damaged'));
        }
        if (onlyEcho) return this.failure('only-echo', said('modbus.echo'));
        return this.failure('device-silent', said('noAnswerInMs', { ms: timeoutMs }), 'line-silent');
    }

    private take(bytes: Uint8Array): void {
        for (const frame of this.incoming.push(bytes)) {
            if (this.pending) this.match(this.pending, frame);
            else this.tooLate(frame);
        }
        if (this.incoming.echoed) this.echoes = true;
    }

    private match(pending: Pending, { unitId, pdu }: RtuFrame): void {
        if (unitId !== pending.unitId) return;
        if (!answers(pending.pdu, pdu)) {
            this.settle(unitId, pdu);
            return;
        }
        if (pending.echoes > 0) {
            pending.echoes--;
            return;
        }
        // The exception may be the late answer to an earlier request: then the answer to this one is still to come.
        if (isException(pdu) && this.settle(unitId, pdu)) this.unansweredRequests.add(unitId, shapeOf(pending.pdu));
        if (isRead(pending.pdu)) this.echoes = this.incoming.echoed;
        pending.resolve(pdu);
    }

    private tooLate({ unitId, pdu }: RtuFrame): void {
        if (this.settle(unitId, pdu)) this.arrived?.();
    }

    /** Whether the answer belongs to an unanswered request; if several match, it settles the oldest. */
    private settle(unitId: number, pdu: Buffer): boolean {
        const code = pdu[0]! & 0x7f;
        const refused = isException(pdu);
        const exact = code < 5 ? `${code} ${pdu[1]}` : pdu.toString('hex');
        return this.unansweredRequests.settle(unitId, (shape) => (refused ? codeOf(shape) === code : shape === exact));
    }

    private end(reason: Told, why: Reason = 'cut'): void {
        this.over = true;
        this.pending?.reject(this.failure('device-silent', reason, why));
        this.arrived?.();
    }

    private failure(code: 'device-silent' | 'only-echo', reason: Told, why?: Reason): UpsError {
        return new UpsError(code, { host: this.options.place, ...(why ? { why } : {}), reason });
    }
}

/** The function code of a shape: `3 8`, or a write in hex, `05…`. */
function codeOf(shape: string): number {
    return shape.includes(' ') ? Number(shape.split(' ')[0]) : parseInt(shape.slice(0, 2), 16);
}

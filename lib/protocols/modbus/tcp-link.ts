import type { Clock } from '../../core/clock';
import { reasonFor, UpsError } from '../../core/errors';
import { said, failureText, type Told } from '../../core/language/sentence';
import { reasonOf, type Reason } from '../../core/reasons';
import { MbapParser, mbapFrame, type RequestFrame } from '../modbus-server/framing';
import type { ByteConnection, ByteTransport } from '../shared/byte-transport';
import { answers } from './answer-shape';
import type { ModbusLink } from './link';

export interface LinkOptions {
    clock: Clock;
    /** Host or path, for errors. */
    place: string;
    /** Time limit from the first byte sent to the last byte received. */
    timeoutMs: number;
}

interface Pending {
    unitId: number;
    pdu: Buffer;
    transaction: number;
    resolve(answer: Buffer): void;
    reject(error: UpsError): void;
}

/**
 * A Modbus TCP connection. Each request has a transaction number; an answer with another number, or from another unit, is
 * ignored. After a timeout the caller must close the connection: on a new one, no late answer can arrive.
 */
export class TcpLink implements ModbusLink {
    private readonly parser = new MbapParser();
    private readonly connection: ByteConnection;
    private pending?: Pending;
    private transaction = Math.floor(Math.random() * 0x10000);
    private over = false;
    /** Units that have answered on this connection. */
    private readonly heard = new Set<number>();

    constructor(
        private readonly options: LinkOptions,
        transport: ByteTransport,
    ) {
        this.connection = transport.open({
            data: (bytes) => this.take(bytes),
            closed: (reason) => this.end(reason ? failureText(reason) : said('closed'), reasonOf(reason)),
        });
    }

    get isOpen(): boolean {
        return !this.over;
    }

    get opened(): Promise<void> {
        return this.connection.opened;
    }

    async exchange(unitId: number, pdu: Buffer): Promise<Buffer> {
        if (this.over) throw this.silent(said('closed'), 'cut');
        const { clock, timeoutMs } = this.options;
        this.transaction = (this.transaction + 1) & 0xffff;
        const { transaction } = this;
        const answer = new Promise<Buffer>((resolve, reject) => {
            this.pending = { unitId, pdu, transaction, resolve, reject };
        });
        const timer = clock.setTimeout(
            () => this.fail(this.unanswered(unitId, said('noAnswerInMs', { ms: timeoutMs }))),
            timeoutMs,
        );
        try {
            this.connection.write(mbapFrame({ transaction, unitId, pdu }, pdu));
            return await answer;
        } finally {
            this.pending = undefined;
            clock.clearTimeout(timer);
        }
    }

    async close(): Promise<void> {
        this.over = true;
        this.fail(new UpsError('interrupted'));
        await this.connection.close();
    }

    private take(bytes: Uint8Array): void {
        let frames: RequestFrame[];
        try {
            frames = this.parser.push(Buffer.from(bytes));
        } catch (error) {
            // The next frame cannot be found any more.
            this.end(reasonFor(error));
            void this.connection.close();
            return;
        }
        for (const { transaction, unitId, pdu } of frames) {
            const { pending } = this;
            if (pending?.transaction !== transaction || pending.unitId !== unitId) continue;
            this.heard.add(unitId);
            if (answers(pending.pdu, pdu)) pending.resolve(pdu);
            else pending.reject(this.silent(said('modbus.other')));
        }
    }

    private end(reason: Told, why: Reason = 'cut'): void {
        this.over = true;
        this.fail(this.silent(reason, why));
    }

    private fail(error: UpsError): void {
        this.pending?.reject(error);
    }

    /** The host has taken the connection: where this unit has never answered on it, its id may be wrong. One that has answered may be gone, with its host. */
    private unanswered(unit: number, reason: Told): UpsError {
        if (this.heard.has(unit)) return this.silent(reason, 'timeout');
        return new UpsError('device-silent', {
            host: this.options.place,
            why: 'no-unit' satisfies Reason,
            unit,
            reason,
        });
    }

    private silent(reason: Told, why?: Reason): UpsError {
        return new UpsError('device-silent', { host: this.options.place, ...(why ? { why } : {}), reason });
    }
}

import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { AnswerInDoubt } from '../shared/answer-in-doubt';
import type { ByteConnection, ByteTransport } from '../shared/byte-transport';
import { KeptConnection } from '../shared/kept-connection';
import { OwedAnswers } from '../shared/owed-answers';
import { Pauses } from '../shared/pauses';
import { FrameReader, encodeFrame, type DeltaFrame } from './frame';

export interface DeltaLineOptions {
    clock: Clock;
    transport: ByteTransport;
    /** Path or host:port, for errors and messages. */
    name: string;
    /** Pause between the bytes of a command, for firmware that reads slowly. Default 0. */
    byteDelayMs?: number;
}

/** Quiet time after the stated length: a frame may be longer than it states. About seven characters at 2400 baud. */
const SETTLE_MS = 30;
/** Quiet time that ends a frame shorter than it states; serial servers deliver in chunks. */
const QUIET_MS = 300;
/** After a timeout: bytes on their way come before the next request. */
const DRAIN_MS = 100;
/**
 * Consecutive timeouts without a single byte, after which the line is opened again: it may be dead without an error (a serial
 * server that was restarted).
 */
const DEAD_AFTER = 4;

interface Pending {
    id: number;
    answer: AnswerInDoubt<number, DeltaFrame>;
    resolve(frame: DeltaFrame): void;
    reject(error: UpsError): void;
}

/**
 * One serial line with all its UPSs. Sends one request at a time, in order, each with its own deadline. A UPS that does not
 * answer, or stops within a frame, costs the others one timeout. No answer tells to which command it belongs: after a timeout, what that UPS says
 * next counts only when no late answer can be meant (`OwedAnswers`). The first request opens the line; it is kept open, and opened
 * again after a failure with growing pauses.
 */
export class DeltaLine {
    private readonly reader = new FrameReader();
    private readonly kept: KeptConnection;
    private queue: Promise<unknown> = Promise.resolve();
    private pending?: Pending;
    private readonly owed: OwedAnswers<number>;
    private quiet?: TimerHandle;
    private drain = false;
    private silentTimeouts = 0;
    /** The speed that a UPS was told to use; the port itself is opened with the configured speed. */
    private speed?: number;
    private readonly pauses: Pauses;

    constructor(private readonly options: DeltaLineOptions) {
        this.pauses = new Pauses(options.clock);
        const isAlike = (one: number, other: number) => one === other;
        this.owed = new OwedAnswers({ clock: options.clock, isAlike, isInOrder: false });
        this.kept = new KeptConnection({
            ...options,
            data: (bytes) => this.take(bytes),
            lost: (failure) => this.settle(({ reject }) => reject(failure)),
            prepare: async (connection) => {
                if (this.speed !== undefined) await connection.setBaudRate?.(this.speed);
            },
        });
    }

    get name(): string {
        return this.options.name;
    }

    get speedChangeable(): boolean {
        return this.options.transport.speedChangeable;
    }

    /**
     * Sends a command and waits for the answer of that UPS: a frame of type A, R or D.
     * @param timeoutMs from the first byte sent to the end of the answer
     * @throws UpsError device-silent, interrupted, and errors of opening the line
     */
    ask(id: number, type: 'P' | 'S', data: string, timeoutMs: number): Promise<DeltaFrame> {
        const turn = this.queue.then(() => this.exchange(id, encodeFrame(id, type, data), timeoutMs));
        this.queue = turn.catch(() => undefined);
        return turn;
    }

    /** Changes our side only, not the UPSs. @throws UpsError not-supported, device-refused */
    setBaudRate(baudRate: number): Promise<void> {
        const turn = this.queue.then(async () => {
            const connection = await this.kept.open();
            if (!connection.setBaudRate) throw new UpsError('not-supported', { device: this.name, command: 'UBR' });
            await connection
                .setBaudRate(baudRate)
                .catch((error: unknown) => Promise.reject(asUpsError(error, 'device-refused', { host: this.name })));
            this.speed = baudRate;
        });
        this.queue = turn.catch(() => undefined);
        return turn;
    }

    /** Ends requests in progress. Idempotent; takes at most as long as closing the transport. */
    close(): Promise<void> {
        const closed = this.kept.close();
        this.settle((pending) => pending.reject(new UpsError('interrupted')));
        this.pauses.end();
        return closed;
    }

    private async exchange(id: number, bytes: Buffer, timeoutMs: number): Promise<DeltaFrame> {
        const connection = await this.kept.open();
        if (this.drain) await this.pauses.wait(DRAIN_MS);
        this.drain = false;
        if (this.kept.isClosing) throw new UpsError('interrupted');
        if (!this.kept.isReady) throw this.kept.failure;
        this.reader.reset();
        const { clock } = this.options;
        let deadline: TimerHandle;
        const sent = { request: bytes.toString('latin1'), kind: id, at: clock.monotonic() };
        const answer = new Promise<DeltaFrame>((resolve, reject) => {
            const decided = (frame: DeltaFrame) => this.settle((pending) => pending.resolve(frame));
            const inDoubt = new AnswerInDoubt<number, DeltaFrame>(clock, this.owed, sent, decided);
            this.pending = { id, answer: inDoubt, resolve, reject };
            deadline = clock.setTimeout(() => this.timeOut(id, timeoutMs), timeoutMs);
        });
        // `write` may take as long as the answer; a rejection in the meantime is handled by the `await` below.
        answer.catch(() => undefined);
        try {
            await this.write(connection, bytes);
            return await answer;
        } finally {
            clock.clearTimeout(deadline);
        }
    }

    private async write(connection: ByteConnection, bytes: Buffer): Promise<void> {
        const { byteDelayMs = 0 } = this.options;
        if (!byteDelayMs) return connection.write(bytes);
        for (const [index] of bytes.entries()) {
            if (!this.pending) return;
            connection.write(bytes.subarray(index, index + 1));
            await this.pauses.wait(byteDelayMs);
        }
    }

    private timeOut(id: number, ms: number): void {
        const { pending } = this;
        if (!pending || pending.answer.isHeld) return;
        this.owed.owe(pending.answer.sent, ms);
        const reason = this.reader.state === 'none' ? said('noAnswerInTime') : said('brokeOff');
        this.silentTimeouts++;
        this.drain = true;
        const why = this.speedChangeable ? 'line-silent' : 'timeout';
        const failure = new UpsError('device-silent', { host: `${this.name} UPS ${id}`, why, reason });
        this.settle(({ reject }) => reject(failure));
        if (this.silentTimeouts >= DEAD_AFTER) {
            this.silentTimeouts = 0;
            void this.kept.drop();
        }
    }

    private take(bytes: Uint8Array): void {
        this.silentTimeouts = 0;
        const { clock } = this.options;
        clock.clearTimeout(this.quiet);
        this.quiet = undefined;
        for (const frame of this.reader.push(bytes)) this.answer(frame);
        const { state } = this.reader;
        if (state === 'none') return;
        this.quiet = clock.setTimeout(
            () => {
                const frame = this.reader.flush();
                if (frame) this.answer(frame);
            },
            state === 'complete' ? SETTLE_MS : QUIET_MS,
        );
    }

    private answer(frame: DeltaFrame): void {
        const { pending } = this;
        // An echo of a command.
        if (frame.type === 'P' || frame.type === 'S') return;
        if (pending && frame.id === pending.id) pending.answer.take(frame);
        // A late one, of this UPS or of another.
        else this.owed.came(frame.id);
    }

    private settle(how: (pending: Pending) => void): void {
        const { pending } = this;
        this.pending = undefined;
        this.options.clock.clearTimeout(this.quiet);
        this.quiet = undefined;
        pending?.answer.end();
        if (pending) how(pending);
    }
}

import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { FrameShape } from '../device-map/device-map';
import type { ByteTransport } from '../shared/byte-transport';
import { AnswerInDoubt } from '../shared/answer-in-doubt';
import { KeptConnection } from '../shared/kept-connection';
import { OwedAnswers } from '../shared/owed-answers';
import { Pauses } from '../shared/pauses';
import { isAlike } from './alike';
import { FrameReader } from './frame-reader';
import { toHex } from './hex';

export interface FrameLineOptions {
    clock: Clock;
    transport: ByteTransport;
    /** Path or host:port, for errors and messages. */
    name: string;
}

/** Quiet time within a frame that shows that it was none: serial servers deliver in chunks, with pauses between. */
const QUIET_MS = 300;
/** Consecutive timeouts without a single byte, after which the line is opened again: it may be dead without an error. */
const DEAD_AFTER = 4;

interface Pending {
    reader: FrameReader;
    answer: AnswerInDoubt<FrameShape, Uint8Array>;
    resolve(frame: Uint8Array): void;
    reject(error: UpsError): void;
}

/**
 * A line to one device that answers requests with frames: one request at a time, each with its own deadline. The first request opens the line;
 * it is kept open, and opened again after a failure. An answer that comes too late must not be taken for that to the next request: a TCP connection is
 * opened anew after a time-out; on every line, the late answer is waited for once more, as long as its deadline was, and what comes after the next
 * request counts only when no late one can be meant (`OwedAnswers`).
 */
export class FrameLine {
    private readonly kept: KeptConnection;
    private readonly pauses: Pauses;
    private queue: Promise<unknown> = Promise.resolve();
    private pending?: Pending;
    private readonly owed: OwedAnswers<FrameShape>;
    /** Finds late answers between the requests. */
    private readonly late = new Map<FrameShape, FrameReader>();
    /** Called when a late answer has come. */
    private lateCame?: () => void;
    private dropping?: Promise<void>;
    private quiet?: TimerHandle;
    private silentTimeouts = 0;

    constructor(private readonly options: FrameLineOptions) {
        this.pauses = new Pauses(options.clock);
        this.owed = new OwedAnswers({ clock: options.clock, isAlike, isInOrder: true });
        this.kept = new KeptConnection({
            ...options,
            data: (bytes) => this.take(bytes),
            lost: (failure) => this.settle(({ reject }) => reject(failure)),
        });
    }

    get name(): string {
        return this.options.name;
    }

    /**
     * Sends a request and waits for its answer.
     * @param timeoutMs clock ms from the request to the end of the answer
     * @returns the whole frame, with its start and its checksum, which is right
     * @throws UpsError device-silent, protocol (frames came, and all were damaged), interrupted, and errors of opening the line
     */
    ask(request: Uint8Array, answer: FrameShape, timeoutMs: number): Promise<Uint8Array> {
        const turn = this.queue.then(() => this.exchange(request, answer, timeoutMs));
        this.queue = turn.catch(() => undefined);
        return turn;
    }

    /** Ends requests in progress. Idempotent; takes at most as long as closing the transport. */
    close(): Promise<void> {
        const closed = this.kept.close();
        this.settle(({ reject }) => reject(new UpsError('interrupted')));
        this.pauses.end();
        this.lateCame?.();
        return closed;
    }

    private async exchange(request: Uint8Array, shape: FrameShape, timeoutMs: number): Promise<Uint8Array> {
        await this.dropping;
        const connection = await this.kept.open();
        await this.lateAnswer();
        if (this.kept.isClosing) throw new UpsError('interrupted');
        if (!this.kept.isReady) throw this.kept.failure;
        const { clock } = this.options;
        let deadline: TimerHandle;
        this.late.clear();
        const sent = { request: toHex(request), kind: shape, at: clock.monotonic() };
        const frame = new Promise<Uint8Array>((resolve, reject) => {
            const decided = (answer: Uint8Array) => this.settle((pending) => pending.resolve(answer));
            const answer = new AnswerInDoubt<FrameShape, Uint8Array>(clock, this.owed, sent, decided);
            this.pending = { reader: new FrameReader(shape), answer, resolve, reject };
            deadline = clock.setTimeout(() => this.timeOut(timeoutMs), timeoutMs);
        });
        try {
            connection.write(request);
            return await frame;
        } finally {
            clock.clearTimeout(deadline);
        }
    }

    private async lateAnswer(): Promise<void> {
        const { clock } = this.options;
        const ms = this.owed.quietMs;
        if (ms === 0) return;
        await new Promise<void>((resolve) => {
            const timer = clock.setTimeout(resolve, ms);
            this.lateCame = () => {
                clock.clearTimeout(timer);
                resolve();
            };
        });
        this.lateCame = undefined;
    }

    private timeOut(ms: number): void {
        const { pending } = this;
        if (!pending || pending.answer.isHeld) return;
        const { brokeOff, damaged } = pending.reader;
        this.found(pending, pending.reader.skip());
        if (this.pending !== pending || pending.answer.isHeld) return;
        this.silentTimeouts++;
        this.owed.owe(pending.answer.sent, ms);
        this.settle(({ reject }) => reject(this.failure(damaged, brokeOff)));
        const isTcp = !this.options.transport.speedChangeable;
        if (!isTcp && this.silentTimeouts < DEAD_AFTER) return;
        this.silentTimeouts = 0;
        this.dropping = this.kept.drop();
    }

    /** Hands on a frame, and those behind it. */
    private found({ reader, answer }: Pending, first: Uint8Array | undefined): void {
        for (let frame = first; frame && this.pending?.answer === answer; frame = reader.next()) answer.take(frame);
    }

    private failure(damaged: boolean, begun: boolean): UpsError {
        const { name: host, transport } = this.options;
        if (damaged) return new UpsError('protocol', { host, reason: said('frames.damaged') });
        const reason = begun ? said('brokeOff') : said('noAnswerInTime');
        return new UpsError('device-silent', {
            host,
            why: transport.speedChangeable ? 'line-silent' : 'timeout',
            reason,
        });
    }

    private take(bytes: Uint8Array): void {
        this.silentTimeouts = 0;
        const { clock } = this.options;
        clock.clearTimeout(this.quiet);
        this.quiet = undefined;
        const { pending } = this;
        if (!pending) return this.takeLate(bytes);
        this.found(pending, pending.reader.push(bytes));
        if (this.pending !== pending || !pending.reader.isPartial) return;
        this.quiet = clock.setTimeout(() => this.found(pending, pending.reader.skip()), QUIET_MS);
    }

    private takeLate(bytes: Uint8Array): void {
        for (const shape of this.owed.kinds) {
            const reader = this.late.get(shape) ?? new FrameReader(shape);
            this.late.set(shape, reader);
            let some = false;
            for (let frame = reader.push(bytes); frame; frame = reader.next()) some = this.owed.came(shape) || some;
            if (some) break;
        }
        if (this.owed.kinds.length === 0) this.lateCame?.();
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

import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { FrameShape } from '../device-map/device-map';
import type { ByteTransport } from '../shared/byte-transport';
import { KeptConnection } from '../shared/kept-connection';
import { Pauses } from '../shared/pauses';
import { FrameReader } from './frame-reader';

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
    resolve(frame: Uint8Array): void;
    reject(error: UpsError): void;
}

/** What a request that was not answered in time still owes. */
interface Owed {
    reader: FrameReader;
    /** Clock.monotonic() until which it is waited for. */
    until: number;
    came?: () => void;
}

/**
 * A line to one device that answers requests with frames: one request at a time, each with its own deadline. The first request opens the line;
 * it is kept open, and opened again after a failure. An answer that comes too late is waited for once more, as long as its deadline was, before
 * the next request: it must not be taken for the answer to that.
 */
export class FrameLine {
    private readonly kept: KeptConnection;
    private readonly pauses: Pauses;
    private queue: Promise<unknown> = Promise.resolve();
    private pending?: Pending;
    private owed?: Owed;
    private quiet?: TimerHandle;
    private silentTimeouts = 0;

    constructor(private readonly options: FrameLineOptions) {
        this.pauses = new Pauses(options.clock);
        this.kept = new KeptConnection({
            ...options,
            data: (bytes) => this.take(bytes),
            lost: (failure) => {
                this.owed = undefined;
                this.settle(({ reject }) => reject(failure));
            },
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
        this.owed?.came?.();
        return closed;
    }

    private async exchange(request: Uint8Array, shape: FrameShape, timeoutMs: number): Promise<Uint8Array> {
        const connection = await this.kept.open();
        await this.lateAnswer();
        if (this.kept.isClosing) throw new UpsError('interrupted');
        if (!this.kept.isReady) throw this.kept.failure;
        const { clock } = this.options;
        let deadline: TimerHandle;
        const reader = new FrameReader(shape);
        const frame = new Promise<Uint8Array>((resolve, reject) => {
            this.pending = { reader, resolve, reject };
            deadline = clock.setTimeout(() => this.timeOut(shape, timeoutMs), timeoutMs);
        });
        try {
            connection.write(request);
            return await frame;
        } finally {
            clock.clearTimeout(deadline);
        }
    }

    private async lateAnswer(): Promise<void> {
        const { owed } = this;
        if (!owed) return;
        const { clock } = this.options;
        await new Promise<void>((resolve) => {
            const timer = clock.setTimeout(resolve, Math.max(0, owed.until - clock.monotonic()));
            owed.came = () => {
                clock.clearTimeout(timer);
                resolve();
            };
        });
        this.owed = undefined;
    }

    private timeOut(shape: FrameShape, ms: number): void {
        const { pending } = this;
        if (!pending) return;
        const { brokeOff, damaged } = pending.reader;
        const rescued = pending.reader.skip();
        if (rescued) return this.settle(({ resolve }) => resolve(rescued));
        this.silentTimeouts++;
        this.owed = { reader: new FrameReader(shape), until: this.options.clock.monotonic() + ms };
        this.settle(({ reject }) => reject(this.failure(damaged, brokeOff)));
        if (this.silentTimeouts < DEAD_AFTER) return;
        this.silentTimeouts = 0;
        this.owed = undefined;
        void this.kept.drop();
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
        const { pending, owed } = this;
        if (!pending) {
            // The late answer has come, and nothing more is owed.
            if (!owed?.reader.push(bytes)) return;
            owed.came?.();
            this.owed = undefined;
            return;
        }
        const frame = pending.reader.push(bytes);
        if (frame) return this.settle(({ resolve }) => resolve(frame));
        if (!pending.reader.isPartial) return;
        this.quiet = clock.setTimeout(() => {
            const hidden = pending.reader.skip();
            if (hidden) this.settle(({ resolve }) => resolve(hidden));
        }, QUIET_MS);
    }

    private settle(how: (pending: Pending) => void): void {
        const { pending } = this;
        this.pending = undefined;
        this.options.clock.clearTimeout(this.quiet);
        this.quiet = undefined;
        if (pending) how(pending);
    }
}

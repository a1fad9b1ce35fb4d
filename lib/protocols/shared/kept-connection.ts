import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { SentenceError, failureText, said } from '../../core/language/sentence';
import { reasonOf } from '../../core/reasons';
import type { ByteConnection, ByteTransport } from './byte-transport';

export interface KeptConnectionOptions {
    clock: Clock;
    transport: ByteTransport;
    /** Path or host:port, for errors and messages. */
    name: string;
    data(bytes: Uint8Array): void;
    /** The open connection broke; not called for `drop` and `close`. */
    lost(failure: UpsError): void;
    /** What is set anew on each connection, before it is used. */
    prepare?(connection: ByteConnection): Promise<void>;
}

const OPEN_MS = 5000;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 15_000;

/** A connection that the first user opens, that is kept open, and opened again after a failure with growing pauses. */
export class KeptConnection {
    private connection?: ByteConnection;
    private ready = false;
    private backoffMs = 0;
    private retryAt = -Infinity;
    private lastFailure?: UpsError;
    private closing?: Promise<void>;

    constructor(private readonly options: KeptConnectionOptions) {}

    get isReady(): boolean {
        return this.ready;
    }

    get isClosing(): boolean {
        return this.closing !== undefined;
    }

    /** Why it is not open, for a user who finds it lost. */
    get failure(): UpsError {
        return this.lastFailure ?? new UpsError('device-silent', { host: this.options.name });
    }

    /** @throws UpsError device-silent, interrupted; within a pause at once, with the failure before it */
    async open(): Promise<ByteConnection> {
        if (this.closing) throw new UpsError('interrupted');
        if (this.connection && this.ready) return this.connection;
        const { clock, transport, name, data, prepare } = this.options;
        if (this.lastFailure && clock.monotonic() < this.retryAt) throw this.lastFailure;
        const connection: ByteConnection = transport.open({
            data,
            closed: (reason) => {
                if (this.connection === connection) this.lost(reason);
            },
        });
        this.connection = connection;
        try {
            await this.inTime(connection.opened);
            // `close` was called while the line was opening.
            if (this.closing) throw new UpsError('interrupted');
            if (this.connection !== connection) throw new SentenceError(said('lineClosed'));
            await prepare?.(connection);
            this.ready = true;
            this.backoffMs = 0;
            this.lastFailure = undefined;
            return connection;
        } catch (error) {
            await this.drop();
            if (this.closing) throw new UpsError('interrupted');
            this.lastFailure = asUpsError(error, 'device-silent', { host: name });
            this.backoffMs = Math.min(LONGEST_BACKOFF_MS, this.backoffMs * 2 || FIRST_BACKOFF_MS);
            this.retryAt = clock.monotonic() + this.backoffMs;
            throw this.lastFailure;
        }
    }

    /** Closes it; the next user opens it again at once. */
    async drop(): Promise<void> {
        const { connection } = this;
        this.connection = undefined;
        this.ready = false;
        await connection?.close();
    }

    /** For good. Idempotent; takes at most as long as closing the transport. */
    close(): Promise<void> {
        this.closing ??= this.drop();
        return this.closing;
    }

    private async inTime(work: Promise<void>): Promise<void> {
        const { clock, name } = this.options;
        let timer: TimerHandle;
        const late = new Promise<never>((_, reject) => {
            timer = clock.setTimeout(() => reject(notOpened(name)), OPEN_MS);
        });
        try {
            await Promise.race([work, late]);
        } finally {
            clock.clearTimeout(timer);
        }
    }

    private lost(cause: Error | undefined): void {
        const { name } = this.options;
        this.connection = undefined;
        this.ready = false;
        const reason = cause ? failureText(cause) : said('lineClosed');
        this.options.lost(new UpsError('device-silent', { host: name, why: reasonOf(cause) ?? 'cut', reason }));
    }
}

function notOpened(host: string): UpsError {
    return new UpsError('device-silent', { host, why: 'timeout', reason: said('notOpened') });
}

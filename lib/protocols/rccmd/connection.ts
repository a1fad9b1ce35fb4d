import type { Clock, TimerHandle } from '../../core/clock';
import { RccmdParser, type ParsedMessage } from './codec';
import type { NetworkStream, StreamHandlers } from '../shared/network';

export interface RccmdConnectionOptions {
    idleMs: number;
    lifeMs: number;
    maxBytes: number;
    message(message: ParsedMessage): void;
    refused(reason: 'not-a-message' | 'too-long'): void;
    /** The connection has ended in whatever way. Called exactly once. */
    gone(): void;
}

/** Time for the peer to close its side after we have closed ours, ms. */
const LINGER_MS = 1000;

/** One accepted connection, with limits for bytes, silence and duration. */
export class RccmdConnection implements StreamHandlers {
    private readonly parser = new RccmdParser();
    private bytes = 0;
    /** `finishing`: our side is closed and further data is ignored; the peer has not closed its side yet. */
    private phase: 'open' | 'finishing' | 'over' = 'open';
    private idle: TimerHandle;
    private readonly life: TimerHandle;

    constructor(
        private readonly clock: Clock,
        private readonly stream: NetworkStream,
        private readonly options: RccmdConnectionOptions,
    ) {
        this.life = clock.setTimeout(() => this.lifeExpired(), options.lifeMs);
        this.watchSilence();
    }

    data(bytes: Uint8Array): void {
        if (this.phase !== 'open') return;
        this.bytes += bytes.length;
        if (this.bytes > this.options.maxBytes) {
            this.destroy(true);
            this.options.refused('too-long');
            return;
        }
        this.watchSilence();
        this.report(() => this.parser.push(bytes));
    }

    ended(): void {
        this.complete();
    }

    closed(error?: string): void {
        if (this.phase === 'over') return;
        const cut = this.phase === 'open' && error !== undefined && this.parser.incomplete;
        this.destroy();
        // A message that was cut by a broken connection is not acted upon.
        if (cut) this.options.refused('not-a-message');
    }

    destroy(reset = false): void {
        if (this.phase === 'over') return;
        this.phase = 'over';
        this.clock.clearTimeout(this.idle);
        this.clock.clearTimeout(this.life);
        this.stream.destroy(reset);
        this.options.gone();
    }

    /**
     * After a silence, a message in one chunk is complete: some senders keep the connection open. A text in several chunks may be
     * incomplete, since TCP retransmits for longer than this silence; its beginning could be another command.
     */
    private silent(): void {
        if (!this.parser.unfinished) this.complete();
    }

    private lifeExpired(): void {
        if (!this.parser.unfinished) return this.complete();
        // A reset: an orderly close would look like a delivery to the sender.
        this.destroy(true);
        this.options.refused('not-a-message');
    }

    /** Treats the received bytes as complete. */
    private complete(): void {
        if (this.phase !== 'open') return;
        this.phase = 'finishing';
        this.report(() => this.parser.end());
        this.clock.clearTimeout(this.idle);
        // A peer that never closes must not occupy a place for ever.
        this.idle = this.clock.setTimeout(() => this.destroy(), LINGER_MS);
        this.stream.finish();
    }

    private report(parse: () => ParsedMessage[]): void {
        const before = this.parser.garbage;
        for (const message of parse()) this.options.message(message);
        if (this.parser.garbage > before) this.options.refused('not-a-message');
    }

    private watchSilence(): void {
        this.clock.clearTimeout(this.idle);
        this.idle = this.clock.setTimeout(() => this.silent(), this.options.idleMs);
    }
}

import type { Clock, TimerHandle } from '../../core/clock';
import { RccmdParser, type ParsedMessage } from './codec';
import type { RccmdStream, StreamHandlers } from './network';

export interface IncomingOptions {
    idleMs: number;
    lifeMs: number;
    maxBytes: number;
    message(message: ParsedMessage): void;
    refused(reason: 'not-a-message' | 'too-long'): void;
    /** The connection is over, however it ended. Exactly once. */
    gone(): void;
}

/** One accepted connection: bounded in bytes, silence and life. */
export class Incoming implements StreamHandlers {
    private readonly parser = new RccmdParser();
    private bytes = 0;
    private over = false;
    private idle: TimerHandle;
    private readonly life: TimerHandle;

    constructor(
        private readonly clock: Clock,
        private readonly stream: RccmdStream,
        private readonly options: IncomingOptions,
    ) {
        this.life = clock.setTimeout(() => this.complete(), options.lifeMs);
        this.watchSilence();
    }

    data(bytes: Uint8Array): void {
        if (this.over) return;
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
        if (this.over) return;
        this.destroy();
        // A broken connection may have cut a message short: what is incomplete is not acted upon.
        if (error && this.parser.incomplete) this.options.refused('not-a-message');
    }

    destroy(reset = false): void {
        if (this.over) return;
        this.over = true;
        this.clock.clearTimeout(this.idle);
        this.clock.clearTimeout(this.life);
        this.stream.destroy(reset);
        this.options.gone();
    }

    /** The peer has said all it had to say, or has fallen silent: what is there counts as whole. */
    private complete(): void {
        if (this.over) return;
        this.report(() => this.parser.end());
        if (this.over) return;
        this.over = true;
        this.clock.clearTimeout(this.idle);
        this.clock.clearTimeout(this.life);
        this.stream.finish();
        this.options.gone();
    }

    private report(parse: () => ParsedMessage[]): void {
        const before = this.parser.garbage;
        for (const message of parse()) this.options.message(message);
        if (this.parser.garbage > before) this.options.refused('not-a-message');
    }

    private watchSilence(): void {
        this.clock.clearTimeout(this.idle);
        this.idle = this.clock.setTimeout(() => this.complete(), this.options.idleMs);
    }
}

import type { TimerHandle } from '../../lib/core/clock';
import type { ByteConnection, ByteHandlers, ByteTransport } from '../../lib/protocols/shared/byte-transport';
import type { Duramax } from '../../simulators/duramax/duramax';
import { RequestReader } from '../../simulators/duramax/wire';
import type { FakeClock } from './fake-clock';

/** A line in memory with a simulated DURAmax at its end, or with whatever `answer` gives. Every byte that is sent is kept. */
export class MemoryFrameLine implements ByteTransport {
    readonly speedChangeable: boolean = true;
    /** Each request, hex without blanks. */
    readonly sent: string[] = [];
    opens = 0;
    /** Refuses connections with this. */
    down?: Error;
    /** Bytes in hex; undefined: none come. */
    answer?: (request: string) => string | undefined;
    private handlers?: ByteHandlers;

    constructor(
        private readonly clock: FakeClock,
        private readonly device?: Duramax,
    ) {}

    open(handlers: ByteHandlers): ByteConnection {
        this.opens++;
        this.handlers = handlers;
        let closed = false;
        const reader = new RequestReader();
        const late: TimerHandle[] = [];
        const say = (bytes: Uint8Array) => {
            // In two pieces, split where it hurts.
            const cut = Math.floor(bytes.length / 2);
            for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)])
                if (!closed && part.length > 0) handlers.data(part);
        };
        return {
            opened: this.down ? Promise.reject(this.down) : Promise.resolve(),
            write: (bytes) => {
                const request = Buffer.from(bytes).toString('hex');
                this.sent.push(request);
                const told = this.answer?.(request);
                if (told !== undefined) return queueMicrotask(() => say(Buffer.from(told.replace(/ /g, ''), 'hex')));
                if (this.answer || !this.device) return;
                const { device, clock } = this;
                for (const each of reader.push(bytes)) {
                    const answer = device.receive(each);
                    if (answer) late.push(clock.setTimeout(() => say(answer), device.faults.delayMs));
                }
            },
            close: async () => {
                closed = true;
                for (const timer of late) this.clock.clearTimeout(timer);
            },
        };
    }

    /** Bytes that nobody asked for, hex. */
    say(hex: string): void {
        this.handlers?.data(Buffer.from(hex.replace(/ /g, ''), 'hex'));
    }

    /** The other side ends the connection. */
    drop(): void {
        this.handlers?.closed(new Error('reset'));
    }
}

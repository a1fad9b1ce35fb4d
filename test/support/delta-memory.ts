import { FrameReader } from '../../lib/protocols/delta/frame';
import type { ByteConnection, ByteHandlers, ByteTransport } from '../../lib/protocols/shared/byte-transport';
import type { DeltaUps } from '../../simulators/delta-ups/delta-ups';

/** A serial line in memory with simulated UPSs on it, or with whatever `answer` gives to a frame. */
export class MemoryDeltaLine implements ByteTransport {
    readonly speedChangeable: boolean = true;
    readonly sent: string[] = [];
    opens = 0;
    closes = 0;
    baudRate = 2400;
    /** Refuses connections with this. */
    down?: Error;
    answer?: (request: string) => string | undefined;
    private handlers?: ByteHandlers;

    constructor(private readonly upses: readonly DeltaUps[] = []) {}

    open(handlers: ByteHandlers): ByteConnection {
        this.opens++;
        // A port is opened with the speed that was configured, whatever it had before.
        this.baudRate = 2400;
        this.handlers = handlers;
        let closed = false;
        const reader = new FrameReader();
        return {
            opened: this.down ? Promise.reject(this.down) : Promise.resolve(),
            write: (bytes) => {
                reader.push(bytes);
                if (reader.state !== 'complete') return;
                const frame = reader.flush()!;
                const request = `${frame.type} ${frame.id} ${frame.data}`;
                this.sent.push(request);
                const text = this.answer?.(request);
                const answer =
                    text === undefined
                        ? this.upses.map((ups) => (this.heard(ups) ? ups.receive(frame) : undefined)).find(Boolean)
                        : Buffer.from(text, 'latin1');
                if (!answer) return;
                // In two pieces, split where it hurts.
                const cut = Math.floor(answer.length / 2);
                queueMicrotask(() => {
                    for (const part of [answer.subarray(0, cut), answer.subarray(cut)]) {
                        if (!closed && part.length > 0) handlers.data(part);
                    }
                });
            },
            setBaudRate: async (baudRate) => {
                this.baudRate = baudRate;
            },
            close: async () => {
                closed = true;
                this.closes++;
            },
        };
    }

    /** Bytes that nobody asked for. */
    say(text: string): void {
        this.handlers?.data(Buffer.from(text, 'latin1'));
    }

    /** The other side ends the connection. */
    drop(): void {
        this.handlers?.closed(new Error('reset'));
    }

    /** A UPS at another speed hears nothing. */
    private heard(ups: DeltaUps): boolean {
        return ups.memory.baudRate === this.baudRate;
    }
}

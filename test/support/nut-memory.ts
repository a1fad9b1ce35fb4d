import type { NutConnection, NutHandlers, NutTransport } from '../../lib/protocols/nut/transport';

/** upsd in memory: `answer` gives the lines to a request, or undefined for silence. */
export class MemoryUpsd implements NutTransport {
    readonly asked: string[] = [];
    connections = 0;
    /** Refuses connections with this. */
    down?: Error;
    secured = false;
    private handlers?: NutHandlers;

    constructor(public answer: (request: string) => string[] | undefined) {}

    open(handlers: NutHandlers): NutConnection {
        this.connections++;
        this.handlers = handlers;
        let closed = false;
        return {
            opened: this.down ? Promise.reject(this.down) : Promise.resolve(),
            write: (text) => {
                const request = text.trimEnd();
                this.asked.push(request);
                const lines = this.answer(request);
                // In two pieces, split where it hurts.
                const bytes = Buffer.from((lines ?? []).map((line) => `${line}\n`).join(''));
                const cut = Math.floor(bytes.length / 2);
                queueMicrotask(() => {
                    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
                        if (!closed && part.length > 0) handlers.data(part);
                    }
                });
            },
            startTls: () => {
                this.secured = true;
                return Promise.resolve();
            },
            close: () => {
                closed = true;
            },
        };
    }

    /** More lines of an answer that goes on. */
    push(lines: string[]): void {
        this.handlers?.data(Buffer.from(lines.map((line) => `${line}\n`).join('')));
    }

    /** upsd ends the connection. */
    drop(): void {
        this.handlers?.closed();
    }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';

const LONGEST_BODY = 4096;

export interface WebServerOptions {
    clock: Clock;
    /** 0: any free port; read `port` after `start()`. */
    port: number;
    address: string;
    /** Asked at each request. `slowMs`: delay of the answer, ms of the clock. */
    faults(): { silent: boolean; slowMs: number };
    answer(request: IncomingMessage, body: string, response: ServerResponse): void;
}

/** The HTTP server of a simulated device. */
export class WebServer {
    private boundPort: number;
    private server?: Server;
    private readonly pending = new Set<TimerHandle>();

    constructor(private readonly options: WebServerOptions) {
        this.boundPort = options.port;
    }

    get port(): number {
        return this.boundPort;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    async start(): Promise<void> {
        const { boundPort: port } = this;
        const { address } = this.options;
        const server = createServer((request, response) => {
            // An error of a client's connection only closes this connection.
            this.serve(request, response).catch(() => response.destroy());
        });
        try {
            server.listen(port, address);
            await once(server, 'listening');
        } catch (cause) {
            const forbidden = (cause as NodeJS.ErrnoException).code === 'EACCES';
            throw new UpsError(forbidden ? 'port-forbidden' : 'port-in-use', { port, address }, { cause });
        }
        this.server = server;
        this.boundPort = (server.address() as AddressInfo).port;
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        const { server } = this;
        this.server = undefined;
        for (const timer of this.pending) this.options.clock.clearTimeout(timer);
        this.pending.clear();
        if (!server) return;
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const body = await bodyOf(request);
        const { clock, faults, answer } = this.options;
        const { silent, slowMs } = faults();
        if (silent) return;
        if (!slowMs) return answer(request, body, response);
        const timer = clock.setTimeout(() => {
            this.pending.delete(timer);
            answer(request, body, response);
        }, slowMs);
        this.pending.add(timer);
    }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    let body = '';
    for await (const chunk of request) {
        body += String(chunk);
        if (body.length > LONGEST_BODY) throw new Error('too much');
    }
    return body;
}

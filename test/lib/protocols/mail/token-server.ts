import { createServer as createPlain } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CERTIFICATE } from './smtp-sink';

export interface TokenRequest {
    form: Record<string, string>;
    authorization: string | undefined;
    path: string;
}

type Answer = { status?: number; body?: string | object; headers?: Record<string, string> } | 'silence';

/** A token server on an unused port of 127.0.0.1 that answers what it is told to. */
export class TokenServer {
    readonly requests: TokenRequest[] = [];
    answer: (request: TokenRequest) => Answer = () => ({
        body: { access_token: `token-${this.requests.length}`, expires_in: 3600, token_type: 'Bearer' },
    });
    private server?: Server;

    constructor(private readonly secure = true) {}

    get url(): string {
        const { port } = this.server!.address() as AddressInfo;
        return `${this.secure ? 'https' : 'http'}://127.0.0.1:${port}/token`;
    }

    async start(): Promise<this> {
        const key = readFileSync(join(__dirname, '../../../support/certs/localhost-key.pem'));
        const create = this.secure
            ? (listener: Parameters<typeof createServer>[1]) => createServer({ key, cert: CERTIFICATE }, listener)
            : (createPlain as never as (listener: Parameters<typeof createServer>[1]) => Server);
        this.server = create((request, response) => {
            let body = '';
            request.on('data', (part: Buffer) => (body += part.toString()));
            request.on('end', () => {
                const seen = {
                    form: Object.fromEntries(new URLSearchParams(body)),
                    authorization: request.headers.authorization,
                    path: request.url ?? '',
                };
                this.requests.push(seen);
                const answer = this.answer(seen);
                if (answer === 'silence') return;
                const { status = 200, body: content = '', headers = {} } = answer;
                response.writeHead(status, headers);
                response.end(typeof content === 'string' ? content : JSON.stringify(content));
            });
        });
        await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
        return this;
    }

    async stop(): Promise<void> {
        const server = this.server;
        this.server = undefined;
        server?.closeAllConnections();
        if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    }
}

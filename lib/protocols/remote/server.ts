import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { UpsError } from '../../core/errors';
import { plainAddress } from '../../core/addresses/ip';
import { said } from '../../core/language/sentence';
import type { AllowedSenders } from '../shared/senders';
import type { Endpoint, Failed, Listener } from '../shared/listener';
import { MOST_BODY_BYTES } from './call';
import type { RequestVerifier, OutgoingReply } from './request-verifier';
import type { RateLimit } from '../shared/rate-limit';

/** Most open connections; one that is idle is closed after `PATIENCE_MS`. */
const MOST_CONNECTIONS = 64;
const PATIENCE_MS = 10_000;

export interface RemoteServerOptions {
    at: Endpoint;
    /** Key and certificate; undefined: plain HTTP. */
    tls: TlsOptions | undefined;
    senders: AllowedSenders;
    rate: RateLimit;
    /** Limit for each address; further connections are dropped before a byte is read or a key is exchanged. */
    connections?: RateLimit;
    verifier: RequestVerifier;
}

/** Listens for calls. @throws UpsError port-in-use, port-forbidden, config-invalid (address, certificate) */
export async function listen(options: RemoteServerOptions, failed: Failed): Promise<Listener> {
    const { at, tls, connections } = options;
    const handler = (request: IncomingMessage, response: ServerResponse) => serve(options, request, response);
    const limits = { maxHeaderSize: 8192, connectionsCheckingInterval: 2000 };
    let server: Server;
    try {
        server = tls
            ? createTlsServer({ ...tls, ...limits, handshakeTimeout: PATIENCE_MS }, handler)
            : createPlainServer(limits, handler);
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UpsError('config-invalid', {
            property: 'tls',
            value: reason,
            expected: said('expected.keyAndCertificate'),
        });
    }
    // Includes sockets in the TLS handshake, which the HTTP server does not know yet.
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
        if (connections && connections.take(plainAddress(socket.remoteAddress ?? '')) > 0) {
            socket.destroy();
            return;
        }
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.headersTimeout = PATIENCE_MS / 2;
    server.requestTimeout = PATIENCE_MS;
    server.keepAliveTimeout = 1000;
    server.maxRequestsPerSocket = 100;
    await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, at)));
        server.listen({ host: at.address, port: at.port }, resolve);
    });
    server.removeAllListeners('error');
    server.on('error', (error) => {
        // Without file descriptors, the server would keep the port and block a new one.
        void closeServer(server, sockets);
        failed(error.message);
    });
    const { address, port } = server.address() as AddressInfo;
    let closing: Promise<void> | undefined;
    return {
        at: { address, port },
        close: () => (closing ??= closeServer(server, sockets)),
    };
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
    });
}

function serve(options: RemoteServerOptions, request: IncomingMessage, response: ServerResponse): void {
    const { senders, rate, verifier } = options;
    const address = plainAddress(request.socket.remoteAddress ?? '');
    const answer = ({ status, headers, body }: OutgoingReply, drop = false) => {
        if (response.destroyed || response.headersSent) return;
        if (drop) response.once('finish', () => request.destroy());
        response.writeHead(status, {
            ...headers,
            'content-length': body.length,
            ...(drop ? { connection: 'close' } : {}),
        });
        response.end(body);
    };
    // A peer may disconnect at any moment; without these listeners, the error would end Node-RED.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (!senders.allows(address)) {
        answer(verifier.refuse('unsigned', said('call.address'), address, { status: 403 }), true);
        return;
    }
    const after = rate.take(address);
    if (after) {
        answer(verifier.refuse('too-many', said('call.after', { time: { seconds: after } }), address, { after }), true);
        return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MOST_BODY_BYTES) {
            chunks.push(chunk);
            return;
        }
        chunks.length = 0;
        if (response.headersSent) return;
        answer(verifier.refuse('too-large', said('call.bytes', { most: MOST_BODY_BYTES }), address), true);
    });
    request.on('end', () => {
        if (size > MOST_BODY_BYTES) return;
        const { method = '', url = '', headers } = request;
        answer(verifier.judge({ method, path: url, headers, body: Buffer.concat(chunks), address }));
    });
}

function listenError(error: NodeJS.ErrnoException, { address, port }: Endpoint): UpsError {
    if (error.code === 'EADDRINUSE') return new UpsError('port-in-use', { port, address }, { cause: error });
    if (error.code === 'EACCES') return new UpsError('port-forbidden', { port }, { cause: error });
    const data = { property: 'address', value: address, expected: said('expected.ownAddress') };
    return new UpsError('config-invalid', data, { cause: error });
}

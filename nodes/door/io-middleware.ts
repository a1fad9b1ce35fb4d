import { request as askHttp, type IncomingHttpHeaders, type Server } from 'node:http';
import { request as askHttps, Server as HttpsServer } from 'node:https';

/** A socket of the dashboard's socket.io server, so far as it is needed here. */
interface Socket {
    handshake: { headers: IncomingHttpHeaders };
    nsp: { server: { path(): string; httpServer: Server } };
}

const PATIENCE_MS = 5000;
/** Headers of the connection itself: the question has a connection of its own. */
const OF_CONNECTION = new Set(['connection', 'upgrade', 'content-length', 'transfer-encoding', 'expect']);

/**
 * For `dashboard.ioMiddleware` in settings.js: whoever gets the dashboard's page gets its socket, and nobody else. Whatever guards the page
 * (`httpNodeAuth`, a function of your own, `dashboard.middleware`) decides: for each new socket, this server is asked for the page's set-up with the
 * headers of the socket. A page of another site is refused.
 * How to set it: docs/door.md.
 */
const ioMiddleware = (socket: Socket, next: (error?: Error) => void): void => {
    const { headers } = socket.handshake;
    if (!isSameOrigin(headers)) {
        next(new Error('not from a page of this server'));
        return;
    }
    mayGetPage(socket).then(
        (may) => next(may ? undefined : new Error('not allowed to see the dashboard')),
        (error: Error) => next(error),
    );
};

function isSameOrigin({ origin, host, 'x-forwarded-host': forwarded }: IncomingHttpHeaders): boolean {
    if (origin === undefined) return true;
    const own = [host, ...String(forwarded ?? '').split(',')].map((each) => (each ?? '').trim().toLowerCase());
    try {
        return own.filter(Boolean).includes(new URL(origin).host.toLowerCase());
    } catch {
        return false;
    }
}

function mayGetPage({ handshake, nsp }: Socket): Promise<boolean> {
    const { httpServer } = nsp.server;
    const address = httpServer.address();
    if (address === null) return Promise.resolve(false);
    const path = nsp.server.path().replace(/\/socket\.io\/?$/, '/_setup');
    const headers = Object.fromEntries(
        Object.entries(handshake.headers).filter(
            ([name]) => !OF_CONNECTION.has(name) && !name.startsWith('sec-websocket-'),
        ),
    );
    const place =
        typeof address === 'string' ? { socketPath: address } : { host: ownHost(address.address), port: address.port };
    return new Promise((resolve, reject) => {
        // It asks itself: its certificate is its own, whatever name it is for.
        const secure = httpServer instanceof HttpsServer;
        const options = { ...place, path, headers, timeout: PATIENCE_MS, agent: false };
        const asked = secure ? askHttps({ ...options, rejectUnauthorized: false }) : askHttp(options);
        asked.on('response', (response) => {
            response.destroy();
            resolve(response.statusCode === 200);
        });
        asked.on('timeout', () => asked.destroy(new Error('the dashboard did not answer')));
        asked.on('error', reject);
        asked.end();
    });
}

/** A server that listens everywhere listens on loopback. */
function ownHost(address: string): string {
    if (address === '0.0.0.0') return '127.0.0.1';
    return address === '::' ? '::1' : address;
}

export = ioMiddleware;

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import ioMiddleware from '../../nodes/door/io-middleware';

describe('the middleware of the dashboard socket', () => {
    let server: Server;
    let asked: IncomingMessage[];
    /** What the server answers to who asks for the page. */
    let answer: (request: IncomingMessage) => number;

    beforeEach(async () => {
        asked = [];
        server = createServer((request, response) => {
            asked.push(request);
            response.statusCode = answer(request);
            response.end('{}');
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    });
    afterEach(() => {
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
    });

    const connect = (headers: Record<string, string>, path = '/x/dashboard/socket.io') =>
        new Promise<Error | undefined>((done) => {
            ioMiddleware({ handshake: { headers }, nsp: { server: { path: () => path, httpServer: server } } }, done);
        });
    const withPassword = ({ headers }: IncomingMessage) => (headers.authorization === 'Basic right' ? 200 : 401);

    it('lets in who gets the page with the same headers, and nobody else', async () => {
        answer = withPassword;
        assert.equal(await connect({ host: 'a', authorization: 'Basic right', cookie: 'b=c' }), undefined);
        assert.match((await connect({ host: 'a', authorization: 'Basic wrong' }))!.message, /not allowed/);
        assert.match((await connect({ host: 'a' }))!.message, /not allowed/);
        assert.equal(asked[0]!.url, '/x/dashboard/_setup');
        assert.equal(asked[0]!.headers.cookie, 'b=c');
    });

    it('lets nobody in who is sent to a log-in, or on an error', async () => {
        for (const status of [301, 302, 403, 404, 500]) {
            answer = () => status;
            assert.ok((await connect({ host: 'a' })) instanceof Error, String(status));
        }
    });

    it('refuses the page of another site without asking', async () => {
        answer = () => 200;
        for (const origin of ['http://elsewhere.example', 'null', 'http://a.example'])
            assert.ok((await connect({ host: 'a', origin })) instanceof Error, origin);
        assert.equal(asked.length, 0);
        assert.equal(await connect({ host: 'a:1880', origin: 'http://a:1880' }), undefined);
        const proxied = { host: '127.0.0.1:1880', origin: 'https://ups.example', 'x-forwarded-host': 'ups.example' };
        assert.equal(await connect(proxied), undefined);
    });

    it('passes on a websocket without the headers of its connection', async () => {
        answer = () => 200;
        const headers = { host: 'a', connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x' };
        assert.equal(await connect(headers), undefined);
        assert.deepEqual([asked[0]!.headers.upgrade, asked[0]!.headers['sec-websocket-key']], [undefined, undefined]);
    });
});

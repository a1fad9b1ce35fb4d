import assert from 'node:assert/strict';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import sinon from 'sinon';
import { SystemClock } from '../../../../lib/core/clock';
import { sendSyslog } from '../../../../lib/protocols/syslog/sender';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';
import { freePort } from '../../../support/free-port';

describe('Syslog over UDP', () => {
    let server: UdpSocket;
    const received: string[] = [];

    beforeEach(async () => {
        received.length = 0;
        server = createSocket('udp4').on('message', (bytes) => received.push(String(bytes)));
        server.bind(0, '127.0.0.1');
        await once(server, 'listening');
    });
    afterEach(() => {
        sinon.restore();
        server.close();
    });
    const send = (host: string, signal: AbortSignal) =>
        sendSyslog(
            { host, port: server.address().port, transport: 'udp', framing: 'octets', timeoutMs: 5000 },
            Buffer.from('mains failed'),
            new SystemClock(),
            signal,
        );

    it('is sent', async () => {
        await send('127.0.0.1', new AbortController().signal);
        await eventually(() => received.length === 1);
        assert.deepEqual(received, ['mains failed']);
    });

    it('opens no socket, and sends nothing, once it was given up while the name was looked up', async () => {
        let found!: (addresses: { address: string; family: number }[]) => void;
        const lookup = sinon.stub(dns, 'lookup') as sinon.SinonStub;
        lookup.returns(new Promise((resolve) => (found = resolve)));
        const stop = new AbortController();
        const sent = send('syslog.example.org', stop.signal);
        stop.abort();
        await assert.rejects(sent, { code: 'interrupted' });
        const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
        const before = sockets();
        found([{ address: '127.0.0.1', family: 4 }]);
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(lookup.callCount, 1);
        assert.equal(sockets(), before, 'a socket that nobody will close');
        // What was sent before this one would have come before it.
        server.send('afterwards', server.address().port, '127.0.0.1');
        await eventually(() => received.length > 0);
        assert.deepEqual(received, ['afterwards']);
    });

    describe('to a name with addresses of both families', () => {
        const both = (host: string) => {
            const lookup = sinon.stub(dns, 'lookup') as sinon.SinonStub;
            lookup.resolves([
                { address: '::1', family: 6 },
                { address: '127.0.0.1', family: 4 },
            ]);
            return host;
        };
        const other = createSocketOf(() => server.address().port);

        it('reaches the server that listens at one of them, whichever it is', async () => {
            await send(both('one.example.org'), new AbortController().signal);
            await eventually(() => received.length === 1);
            await send('one.example.org', new AbortController().signal);
            await eventually(() => received.length === 2);
            assert.deepEqual(received, ['mains failed', 'mains failed'], 'and reaches it once');
        });

        it('goes to both where both take it', async () => {
            const six = await other.open();
            await send(both('two.example.org'), new AbortController().signal);
            await eventually(() => received.length === 1 && six.length === 1);
        });

        it('finds a server that has moved to the other address', async () => {
            await send(both('moves.example.org'), new AbortController().signal);
            await eventually(() => received.length === 1);
            const six = await other.open();
            const port = server.address().port;
            await new Promise<void>((done) => server.close(done));
            await sendTo('moves.example.org', port);
            await eventually(() => six.length === 1);
            server = createSocket('udp4').bind(0, '127.0.0.1');
            await once(server, 'listening');
        });
        afterEach(() => other.close());
    });

    it('says so when the machine refuses it', async () => {
        const port = await freePort();
        await assert.rejects(sendTo('127.0.0.1', port), { code: 'host-unreachable' });
    });
});

describe('a syslog message by TCP whose node closes', () => {
    let server: Server;
    let peer: Socket | undefined;
    let received: string;
    let clock: FakeClock;

    beforeEach(async () => {
        [peer, received, clock] = [undefined, '', new FakeClock()];
        server = createServer({ allowHalfOpen: true }, (socket) => {
            peer = socket.on('data', (bytes) => (received += String(bytes))).on('error', () => {});
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => {
        peer?.destroy();
        server.close();
    });

    function send(signal: AbortSignal): Promise<void> {
        const { port } = server.address() as AddressInfo;
        const target = { host: '127.0.0.1', port, transport: 'tcp', framing: 'lines', timeoutMs: 60_000 } as const;
        return sendSyslog(target, Buffer.from('mains failed'), clock, signal);
    }

    it('is sent, and not interrupted, when the server takes it a little later', async () => {
        const stop = new AbortController();
        const sent = send(stop.signal);
        await eventually(() => received === 'mains failed\n');
        stop.abort();
        await clock.advance(5000);
        peer!.end();
        await sent;
        assert.equal(clock.pending, 0);
    });

    it('is interrupted after 10 s by a server that says nothing', async () => {
        const stop = new AbortController();
        const sent = send(stop.signal);
        await eventually(() => received !== '');
        stop.abort();
        const over = assert.rejects(sent, { code: 'interrupted' });
        await clock.advance(10_000);
        await over;
        assert.equal(clock.pending, 0);
    });
});
function sendTo(host: string, port: number): Promise<void> {
    const target = { host, port, transport: 'udp', framing: 'octets', timeoutMs: 5000 } as const;
    return sendSyslog(target, Buffer.from('mains failed'), new SystemClock(), new AbortController().signal);
}

/** A server at ::1, at the port of another one. */
function createSocketOf(port: () => number) {
    let socket: UdpSocket | undefined;
    return {
        async open(): Promise<string[]> {
            const heard: string[] = [];
            socket = createSocket('udp6').on('message', (bytes) => heard.push(String(bytes)));
            socket.bind(port(), '::1');
            await once(socket, 'listening');
            return heard;
        },
        close: () => {
            socket?.close();
            socket = undefined;
        },
    };
}

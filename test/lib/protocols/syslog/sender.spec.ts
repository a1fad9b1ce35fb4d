import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import sinon from 'sinon';
import { SystemClock } from '../../../../lib/core/clock';
import { sendSyslog } from '../../../../lib/protocols/syslog/sender';

describe('Syslog over UDP', () => {
    let server: Socket;
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
        await once(server, 'message');
        assert.deepEqual(received, ['mains failed']);
    });

    it('opens no socket, and sends nothing, once it was given up while the name was looked up', async () => {
        let found!: (address: { address: string; family: number }) => void;
        const lookup = sinon.stub(dns, 'lookup') as sinon.SinonStub;
        lookup.returns(new Promise((resolve) => (found = resolve)));
        const stop = new AbortController();
        const sent = send('syslog.example.org', stop.signal);
        stop.abort();
        await assert.rejects(sent, { code: 'interrupted' });
        const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
        const before = sockets();
        found({ address: '127.0.0.1', family: 4 });
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(lookup.callCount, 1);
        assert.deepEqual(received, []);
        assert.equal(sockets(), before, 'a socket that nobody will close');
    });
});

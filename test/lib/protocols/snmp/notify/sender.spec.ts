import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { HostAddress, type ResolvedAddress } from '../../../../../lib/protocols/snmp/host-address';
import type { Notification } from '../../../../../lib/protocols/snmp/notify/notification';
import { notify, type NotifyReceiver } from '../../../../../lib/protocols/snmp/notify/sender';
import { eventually } from '../../../../support/eventually';
import { FakeClock } from '../../../../support/fake-clock';

const notification: Notification = { trap: 4, about: 'test', varbinds: [] };
const engine = { id: '8000000001020304', boots: 1, seconds: () => 1 };

describe('SNMP notification sender', () => {
    let socket: Socket;
    let heard: number;
    let port: number;

    beforeEach(async () => {
        heard = 0;
        socket = createSocket('udp4').on('message', () => heard++);
        await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
        ({ port } = socket.address());
    });
    afterEach(() => void socket.close());

    it('sends nothing any more when the name is known only after the node was closed', async () => {
        let known: (address: ResolvedAddress) => void = () => undefined;
        const clock = new FakeClock();
        const host = new HostAddress('nms', 60_000, () => new Promise((resolve) => (known = resolve)), clock);
        const to: NotifyReceiver = {
            ...{ host, port, version: '2c', inform: false, community: 'public', timeoutMs: 60_000, retries: 0 },
        };
        const abort = new AbortController();
        const sending = notify(to, notification, engine, 1, clock, abort.signal);
        abort.abort();
        await assert.rejects(sending, { code: 'interrupted' });
        known({ address: '127.0.0.1', family: 4 });

        // One that is not given up arrives; it was sent later, so nothing can be on its way behind it.
        const local = { ...to, host: new HostAddress('127.0.0.1', 1000) };
        await notify(local, notification, engine, 1, clock, new AbortController().signal);
        await eventually(() => heard > 0);
        assert.equal(heard, 1);
        assert.equal(clock.pending, 0);
    });

    it('that has sent an inform when its node closes waits for the acknowledgement', async () => {
        const clock = new FakeClock();
        const host = new HostAddress('127.0.0.1', 60_000);
        const to: NotifyReceiver = {
            ...{ host, port, version: '2c', inform: true, community: 'public', timeoutMs: 60_000, retries: 0 },
        };
        let acknowledge = () => {};
        socket.on('message', (packet, { port: sender }) => {
            // An InformRequest (RFC 3416 section 3) is acknowledged by the same variables in a Response.
            const at = packet.indexOf(0xa6);
            acknowledge = () => socket.send(Buffer.from(packet).fill(0xa2, at, at + 1), sender, '127.0.0.1');
        });
        const abort = new AbortController();
        const sending = notify(to, notification, engine, 1, clock, abort.signal);
        await eventually(() => heard === 1);
        abort.abort();
        acknowledge();
        await sending;
        assert.equal(clock.pending, 0);

        const second = new AbortController();
        const unanswered = notify(to, notification, engine, 1, clock, second.signal);
        await eventually(() => heard === 2);
        second.abort();
        const over = assert.rejects(unanswered, { code: 'interrupted' });
        await clock.advance(10_000);
        await over;
        assert.equal(clock.pending, 0);
    });
});

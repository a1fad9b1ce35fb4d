import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import snmp from 'net-snmp';
import sinon from 'sinon';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { TrapReceivers } from '../../../../lib/protocols/snmp/traps';
import { FakeClock } from '../../../support/fake-clock';

describe('a flood of traps', () => {
    afterEach(() => sinon.restore());

    it('is not parsed beyond what a device has to say, and stays a hint to poll', async () => {
        const clock = new FakeClock();
        let dgram: { createSocket(type: string): Socket } | undefined;
        sinon.stub(snmp, 'createReceiver').callsFake(((options: { dgramModule: typeof dgram }) => {
            dgram = options.dgramModule;
            return { close: () => {}, getAuthorizer: () => ({ addUser: () => {}, deleteUser: () => {} }) };
        }) as never);
        let hints = 0;
        const subscription = new TrapReceivers(clock).register({
            port: 1162,
            from: new HostAddress('127.0.0.1', 1000),
            hint: () => hints++,
            warning: () => assert.fail('no warning'),
        });
        await clock.advance(0);
        const socket = dgram!.createSocket('udp4');
        try {
            let parsed = 0;
            socket.on('message', () => parsed++);
            const come = () => socket.emit('message', Buffer.from('x'), { address: '127.0.0.1' } as never);
            for (let n = 0; n < 20_000; n++) come();
            assert.deepEqual([parsed, hints], [600, 1]);
            await clock.advance(50);
            assert.equal(hints, 2, 'what came last is looked at as well');
            await clock.advance(60_000);
            come();
            assert.equal(parsed, 601);
        } finally {
            socket.close();
            subscription.cancel();
        }
    });
});

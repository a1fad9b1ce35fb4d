import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import type { UpsError } from '../../../../lib/core/errors';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { TrapReceivers, type TrapSubscription } from '../../../../lib/protocols/snmp/traps';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';
import { freePort } from '../../../support/free-port';

const HERE = '127.0.0.1';

describe('a subscription to traps', () => {
    let port: number;
    let clock: FakeClock;
    let receivers: TrapReceivers;
    let heard: { hints: number; warnings: UpsError[] };
    const sockets: Socket[] = [];
    const subscriptions: TrapSubscription[] = [];

    beforeEach(async () => {
        port = await freePort();
        clock = new FakeClock();
        receivers = new TrapReceivers(clock);
        heard = { hints: 0, warnings: [] };
    });

    afterEach(() => {
        for (const subscription of subscriptions.splice(0)) subscription.cancel();
        for (const socket of sockets.splice(0)) socket.close();
    });

    function subscribe(from = new HostAddress(HERE, 1000)): TrapSubscription {
        const subscription = receivers.register({
            port,
            address: HERE,
            from,
            hint: () => heard.hints++,
            warning: (error) => heard.warnings.push(error),
        });
        subscriptions.push(subscription);
        return subscription;
    }

    /** Whether it says within a few turns of the event loop that it listens. */
    async function saysSo({ listening }: TrapSubscription): Promise<boolean> {
        let said = false;
        void listening.then(() => (said = true));
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        return said;
    }

    async function hold(): Promise<Socket> {
        const socket = createSocket('udp4');
        await new Promise<void>((resolve) => socket.bind(port, HERE, resolve));
        return socket;
    }

    it('tells when it listens: what is sent from then on is heard', async () => {
        await subscribe().listening;
        const socket = createSocket('udp4');
        sockets.push(socket);
        socket.send('a trap, however garbled', port, HERE);
        await eventually(() => heard.hints === 1);
    });

    it('to a device whose name is being looked up listens when its address is known', async () => {
        let answer = (_: { address: string; family: number }) => {};
        const asked = new Promise<{ address: string; family: number }>((resolve) => (answer = resolve));
        const subscription = subscribe(new HostAddress('card.example', 1000, () => asked));
        await subscribe().listening;
        assert.equal(await saysSo(subscription), false);
        answer({ address: HERE, family: 4 });
        await subscription.listening;
    });

    it('does not say so while another process has the port, and does when that has given it back', async () => {
        const holder = await hold();
        const subscription = subscribe();
        await eventually(() => heard.warnings.length === 1);
        assert.equal(await saysSo(subscription), false);
        await new Promise<void>((resolve) => holder.close(resolve));
        await clock.advance(30_000);
        await subscription.listening;
    });
});

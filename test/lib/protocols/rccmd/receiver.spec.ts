import { strict as assert } from 'node:assert';
import {
    RccmdReceiver,
    type ReceivedCommand,
    type ReceiverState,
    type Refusal,
} from '../../../../lib/protocols/rccmd/receiver';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryNetwork } from '../../../support/memory-network';

const SHUTDOWN = 'CONNECT TO RCCMD (SEND) MSG_SHUTDOWN';

async function setUp(senders = '10.0.0.0/24', options: { taken?: string[]; maxConnections?: number } = {}) {
    const clock = new FakeClock();
    const network = new MemoryNetwork(clock);
    for (const port of options.taken ?? []) network.taken.add(port);
    const commands: ReceivedCommand[] = [];
    const refusals: Refusal[] = [];
    const states: ReceiverState[] = [];
    const receiver = new RccmdReceiver(
        network,
        clock,
        {
            addresses: ['0.0.0.0'],
            port: 6003,
            transport: 'both',
            senders: new AllowedSenders(senders),
            maxConnections: options.maxConnections,
        },
        {
            command: (command) => commands.push(command),
            refused: (refusal) => refusals.push(refusal),
            state: (state) => states.push(state),
        },
    );
    receiver.start();
    await clock.advance(0);
    return { clock, network, receiver, commands, refusals, states };
}

/** A fresh look, which the compiler does not take for the one before. */
const stateNow = (receiver: RccmdReceiver): string => receiver.state.state;
const bytes = (text: string) => Buffer.from(text);

describe('RCCMD receiver', () => {
    it('takes a message by TCP when its sender has said all, and tells where it arrived', async () => {
        const { network, commands, states, clock } = await setUp();
        const peer = network.dial('::ffff:10.0.0.1', '::ffff:10.0.0.9');
        peer.handlers!.data(bytes('CONNECT TO RCCMD (SEND) MSG_EXEC'));
        peer.handlers!.data(bytes('UTE MSG_TEXT go'));
        assert.equal(commands.length, 0);
        peer.handlers!.ended!();
        assert.deepEqual(commands, [
            {
                verb: 'MSG_EXECUTE',
                text: 'go',
                raw: 'CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT go',
                sender: '10.0.0.1',
                senderPort: 40_000,
                address: '10.0.0.9',
                port: 6003,
                transport: 'tcp',
            },
        ]);
        assert.equal(peer.state, 'finished');
        assert.deepEqual(states.map(({ state }) => state).slice(-1), ['listening']);
        peer.handlers!.closed();
        assert.equal(clock.pending, 0);
    });

    it('takes one by UDP', async () => {
        const { network, commands } = await setUp();
        network.datagram('10.0.0.2', `${SHUTDOWN}\r\n\0`);
        assert.deepEqual(
            commands.map(({ verb, sender, address, transport }) => [verb, sender, address, transport]),
            [['MSG_SHUTDOWN', '10.0.0.2', undefined, 'udp']],
        );
    });

    it('takes the copies of a datagram, as a sender sends them against loss, for one message', async () => {
        const { network, commands, clock } = await setUp();
        for (let copy = 0; copy < 10; copy++) {
            network.datagram('10.0.0.2', SHUTDOWN);
            await clock.advance(200);
        }
        assert.equal(commands.length, 1);
        network.datagram('10.0.0.3', SHUTDOWN);
        network.datagram('10.0.0.2', 'CONNECT TO RCCMD (SEND) MSG_WAKEUP');
        network.datagram('10.0.0.2', SHUTDOWN, 40_001);
        assert.equal(commands.length, 4, 'other senders, other words, another sending');
        await clock.advance(5000);
        network.datagram('10.0.0.2', SHUTDOWN);
        assert.equal(commands.length, 5, 'and the same words said anew later');
        assert.equal(clock.pending, 0);
    });

    it('drops what a sender floods it with unread, whether datagrams or connections, and hears the others', async () => {
        const { network, commands, refusals, clock } = await setUp();
        for (let n = 0; n < 20_000; n++) {
            network.datagram('10.0.0.2', `CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT ${n}`);
        }
        assert.equal(commands.length, 1200);
        assert.deepEqual([...new Set(refusals.map(({ reason }) => reason))], ['too-many']);
        assert.ok(refusals.length <= 21, `${refusals.length} told`);
        const peer = network.dial('10.0.0.2');
        assert.equal(peer.state, 'reset');
        network.datagram('10.0.0.3', SHUTDOWN);
        assert.equal(commands.at(-1)!.sender, '10.0.0.3');
        await clock.advance(60_000);
        network.datagram('10.0.0.2', SHUTDOWN);
        assert.equal(commands.at(-1)!.verb, 'MSG_SHUTDOWN', 'and is heard again when it has calmed down');
        assert.equal(commands.length, 1202);
    });

    it('takes no more of all senders together than it can', async () => {
        const { network, commands } = await setUp();
        for (let n = 0; n < 20_000; n++) network.datagram(`10.0.0.${n % 200}`, `CONNECT TO RCCMD (SEND) V${n}`);
        assert.equal(commands.length, 6000);
    });

    it('takes what has come from a sender that falls silent without closing', async () => {
        const { network, commands, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        peer.handlers!.data(bytes(SHUTDOWN));
        await clock.advance(1999);
        assert.equal(commands.length, 0);
        await clock.advance(1);
        assert.deepEqual([commands.length, peer.state], [1, 'finished']);
        peer.handlers!.data(bytes(`\n${SHUTDOWN}\n`));
        assert.equal(commands.length, 1, 'nothing after the close');
        await clock.advance(1000);
        assert.equal(peer.state, 'destroyed', 'though the sender never closes');
        assert.equal(clock.pending, 0);
    });

    it('does not act on a message that its connection has left unfinished without a word', async () => {
        const { network, commands, refusals, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        // The rest is lost on the way, and TCP tries for longer than 2 s: "reboot-display" is another program than "reboot".
        peer.handlers!.data(bytes('CONNECT TO RCCMD (SEND) MSG_EXECUTE '));
        peer.handlers!.data(bytes('MSG_TEXT reboot'));
        await clock.advance(6000);
        assert.deepEqual([commands.length, peer.state], [0, 'open']);
        peer.handlers!.data(bytes('-display'));
        peer.handlers!.ended!();
        assert.deepEqual(
            commands.map(({ text }) => text),
            ['reboot-display'],
        );

        const gone = network.dial('10.0.0.1');
        gone.handlers!.data(bytes('CONNECT TO RCCMD (SEND) MSG_EXECUTE '));
        gone.handlers!.data(bytes('MSG_TEXT reboot'));
        await clock.advance(20_000);
        assert.deepEqual([commands.length, gone.state], [1, 'reset'], 'its sender sees that it was not taken');
        assert.deepEqual(refusals.map(({ reason }) => reason).slice(-1), ['not-a-message']);

        const long = network.dial('10.0.0.1');
        long.handlers!.data(bytes(`CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT ${'x'.repeat(1400)}`));
        await clock.advance(20_000);
        assert.deepEqual([commands.length, long.state], [1, 'reset'], 'more than one segment holds');
        assert.equal(clock.pending, 0);
    });

    it('takes a verb that came in pieces, for it says what is to be done', async () => {
        const { network, commands, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        for (const piece of ['CONNECT TO RC', 'CMD (SEND) MSG_SHUT', 'DOWN']) peer.handlers!.data(bytes(piece));
        await clock.advance(2000);
        assert.deepEqual(
            commands.map(({ verb }) => verb),
            ['MSG_SHUTDOWN'],
        );
    });

    it('takes a whole line from a sender that keeps its connection open, in however many pieces it came', async () => {
        const { network, commands, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        for (const char of `${SHUTDOWN}\n`) peer.handlers!.data(bytes(char));
        assert.equal(commands.length, 1);
        await clock.advance(3000);
        assert.deepEqual([commands.length, peer.state], [1, 'destroyed']);
        assert.equal(clock.pending, 0);
    });

    it('ends a connection that drips on for ever', async () => {
        const { network, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        for (let second = 0; second < 15; second++) {
            peer.handlers!.data(bytes('x'));
            await clock.advance(1000);
        }
        assert.equal(peer.state, 'finished');
        await clock.advance(1000);
        assert.equal(clock.pending, 0);
    });

    it('refuses strangers so that they notice, and reports it', async () => {
        const { network, commands, refusals } = await setUp();
        const peer = network.dial('10.0.1.1');
        peer.handlers!.data(bytes(`${SHUTDOWN}\n`));
        network.datagram('10.0.1.2', SHUTDOWN);
        assert.deepEqual([peer.state, commands.length], ['reset', 0]);
        assert.deepEqual(
            refusals.map(({ sender, transport, reason }) => [sender, transport, reason]),
            [
                ['10.0.1.1', 'tcp', 'sender-not-allowed'],
                ['10.0.1.2', 'udp', 'sender-not-allowed'],
            ],
        );
    });

    it('reports no flood of refusals, but counts it', async () => {
        const { network, refusals, clock } = await setUp();
        for (let n = 0; n < 1000; n++) network.datagram('10.0.1.2', 'junk');
        assert.equal(refusals.length, 20);
        await clock.advance(5000);
        network.datagram('10.0.1.2', 'junk');
        assert.equal(refusals.at(-1)!.unreported, 980);
    });

    it('does not act on a message that a broken connection cut short', async () => {
        const { network, commands, refusals, clock } = await setUp();
        const peer = network.dial('10.0.0.1');
        peer.handlers!.data(bytes(`${SHUTDOWN}\nCONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT a`));
        peer.handlers!.closed('ECONNRESET');
        assert.deepEqual(
            commands.map(({ verb }) => verb),
            ['MSG_SHUTDOWN'],
        );
        assert.equal(refusals.length, 1);
        assert.equal(clock.pending, 0);
    });

    it('drops a sender that floods, and the oldest connection when there are too many', async () => {
        const { network, commands, refusals } = await setUp(undefined, { maxConnections: 2 });
        const flood = network.dial('10.0.0.1');
        for (let n = 0; n < 100; n++) flood.handlers!.data(Buffer.alloc(1000, 'x'));
        assert.deepEqual([flood.state, refusals.map(({ reason }) => reason)], ['reset', ['too-long']]);
        const peers = [1, 2, 3].map(() => network.dial('10.0.0.1'));
        assert.deepEqual(
            peers.map(({ state }) => state),
            ['reset', 'open', 'open'],
        );
        peers[2]!.handlers!.data(bytes(`${SHUTDOWN}\n`));
        assert.equal(commands.length, 1);
    });

    it('says that its port is taken, tries again with growing pauses, and listens once it is free', async () => {
        const { network, states, receiver, clock, commands } = await setUp(undefined, { taken: ['tcp:6003'] });
        assert.deepEqual(
            [receiver.state.state, receiver.state.state === 'waiting' && receiver.state.error.code],
            ['waiting', 'port-in-use'],
        );
        network.datagram('10.0.0.1', SHUTDOWN);
        assert.equal(commands.length, 1, 'UDP works meanwhile');
        const before = states.length;
        await clock.advance(1000 + 2000 + 4000);
        assert.equal(states.length, before + 3);
        network.taken.clear();
        await clock.advance(8000);
        assert.equal(stateNow(receiver), 'listening');
        network.failing.tcp!('EIO');
        assert.equal(stateNow(receiver), 'waiting');
        await clock.advance(1000);
        assert.equal(stateNow(receiver), 'listening');
    });

    it('stops at once in any state, and says nothing after it', async () => {
        const { network, receiver, clock, commands, states } = await setUp();
        const peer = network.dial('10.0.0.1');
        await receiver.stop();
        await receiver.stop();
        assert.equal(peer.state, 'destroyed');
        peer.handlers!.data(bytes(`${SHUTDOWN}\n`));
        assert.deepEqual([clock.pending, commands.length, states.at(-1)!.state], [0, 0, 'closed']);
        assert.throws(() => network.dial('10.0.0.1'));

        const waiting = await setUp(undefined, { taken: ['tcp:6003', 'udp:6003'] });
        await waiting.receiver.stop();
        assert.equal(waiting.clock.pending, 0);
    });
});

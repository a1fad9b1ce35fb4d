import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import { encodeMessage } from '../../../../lib/protocols/rccmd/codec';
import type { Host } from '../../../../lib/protocols/shared/host';
import { hostKey } from '../../../../lib/protocols/shared/hosts';
import { RccmdSender, type HostOutcome, type SendRequest } from '../../../../lib/protocols/rccmd/sender';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryNetwork, type MemoryHost } from '../../../support/memory-network';
import { allInEnglish } from '../../../support/in-english';

const payload = encodeMessage({ verb: 'MSG_SHUTDOWN', text: '' });

function setUp(behaviours: MemoryHost[]) {
    const clock = new FakeClock();
    const network = new MemoryNetwork(clock);
    const hosts: Host[] = behaviours.map((_, n) => ({ host: `10.0.${n >> 8}.${n & 255}`, port: 6003 }));
    hosts.forEach((host, n) => network.hosts.set(hostKey(host), behaviours[n]!));
    const sender = new RccmdSender(network, clock);
    const send = (request: Partial<SendRequest> = {}) => {
        const sending = sender.send({ hosts, payload, transport: 'tcp', ...request });
        sending.catch(() => undefined);
        return sending;
    };
    const finish = async (sending: Promise<HostOutcome[]>) => {
        await clock.advance(60_000);
        assert.equal(clock.pending, 0);
        assert.equal(network.openStreams, 0);
        return sending;
    };
    return { clock, network, hosts, send, finish };
}

const many = (count: number, behaviour: MemoryHost['behaviour']): MemoryHost[] =>
    Array.from({ length: count }, () => ({ behaviour }));

describe('RCCMD sender by TCP', () => {
    it('tells per host how it went, in the order of the list', async () => {
        const { network, send, finish } = setUp([
            { behaviour: 'serve', answer: 'OK\r\nbye' },
            { behaviour: 'refuse' },
            { behaviour: 'silent' },
            { behaviour: 'hang' },
            { behaviour: 'reset', answer: 'x' },
            { behaviour: 'hang', answer: 'taken' },
        ]);
        const outcomes = await finish(send());
        assert.deepEqual(
            outcomes.map(({ host, ok, attempts, answer, error }) => [host, ok, attempts, answer, error]),
            [
                ['10.0.0.0', true, 1, 'OK..bye', undefined],
                ['10.0.0.1', false, 3, undefined, 'ECONNREFUSED'],
                ['10.0.0.2', false, 3, undefined, 'timeout'],
                ['10.0.0.3', false, 3, undefined, 'unconfirmed'],
                ['10.0.0.4', false, 3, 'x', 'ECONNRESET'],
                ['10.0.0.5', true, 1, 'taken', undefined],
            ],
        );
        assert.equal(network.delivered[0]!.bytes, 'CONNECT TO RCCMD (SEND) MSG_SHUTDOWN');
        // 3 s, 0.5 s, 3 s, 1 s, 3 s
        assert.equal(outcomes[2]!.ms, 10_500);
    });

    it('does not repeat what must not run twice, once the bytes were taken', async () => {
        const { network, send, finish } = setUp([{ behaviour: 'hang' }, { behaviour: 'silent' }]);
        const [hanging, silent] = await finish(send({ repeatUnconfirmed: false }));
        assert.deepEqual([hanging!.attempts, hanging!.error], [1, 'unconfirmed']);
        assert.equal(network.delivered.length, 1);
        assert.equal(silent!.attempts, 3);
    });

    it('does not repeat it either when the host took the bytes and then broke the connection', async () => {
        const { network, send, finish } = setUp([{ behaviour: 'reset' }, { behaviour: 'refuse' }]);
        const [reset, refused] = await finish(send({ repeatUnconfirmed: false }));
        assert.deepEqual([reset!.ok, reset!.attempts, reset!.error], [false, 1, 'ECONNRESET']);
        assert.equal(network.delivered.length, 1);
        assert.equal(refused!.attempts, 3, 'nothing was sent to this one');
    });

    it('reaches a host that comes up between tries', async () => {
        const { clock, network, hosts, send, finish } = setUp([{ behaviour: 'refuse' }]);
        const sending = send();
        await clock.advance(300);
        network.hosts.set(hostKey(hosts[0]!), { behaviour: 'serve' });
        const [outcome] = await finish(sending);
        assert.deepEqual([outcome!.ok, outcome!.attempts], [true, 2]);
    });

    it('serves all that answer at once, though the dead ones come first', async () => {
        const { network, send, finish } = setUp([...many(100, 'silent'), ...many(400, 'serve')]);
        const outcomes = await finish(send());
        const served = outcomes.filter(({ ok }) => ok);
        assert.equal(served.length, 400);
        assert.ok(Math.max(...served.map(({ ms }) => ms)) <= 300, 'all served within 300 ms');
        assert.equal(network.delivered.length, 400);
        assert.ok(network.mostOpen <= 140);
    });

    it('serves all that answer even when dead ones have used up all sockets', async () => {
        const { network, send, finish } = setUp([...many(300, 'silent'), ...many(100, 'hang'), ...many(50, 'serve')]);
        const outcomes = await finish(send({ parallel: 16, maxOpen: 64, retries: 0 }));
        assert.ok(outcomes.slice(400).every(({ ok, ms }) => ok && ms < 1500));
        assert.ok(network.mostOpen <= 64);
        // Those who had to make room were given their full time later, and count as tried once.
        assert.ok(outcomes.slice(0, 400).every(({ ok, attempts, error }) => !ok && attempts === 1 && error));
    });

    it('keeps to its limit of parallel attempts', async () => {
        const { network, send, finish } = setUp(many(200, 'serve'));
        await finish(send({ parallel: 8 }));
        assert.equal(network.mostOpen, 8);
    });

    it('reports each served host at once, and after an interruption sends to the others only', async () => {
        const { clock, network, hosts, send, finish } = setUp([
            { behaviour: 'serve' },
            { behaviour: 'silent' },
            { behaviour: 'serve' },
        ]);
        const abort = new AbortController();
        const served: string[] = [];
        const sending = send({ onServed: (key) => served.push(key), signal: abort.signal });
        await clock.advance(100);
        assert.deepEqual(served, [hostKey(hosts[0]!), hostKey(hosts[2]!)]);
        abort.abort();
        await assert.rejects(sending, (error: unknown) => error instanceof UpsError && error.code === 'interrupted');
        assert.deepEqual([clock.pending, network.openStreams], [0, 0]);

        network.hosts.set(hostKey(hosts[1]!), { behaviour: 'serve' });
        const outcomes = await finish(send({ served, onServed: (key) => served.push(key) }));
        assert.deepEqual(
            outcomes.map(({ ok, attempts }) => [ok, attempts]),
            [
                [true, 0],
                [true, 1],
                [true, 0],
            ],
        );
        assert.equal(network.delivered.length, 3);
    });

    for (const code of ['event-over', 'mains-failed-again'] as const)
        it(`gives nobody a first byte after ${code}, and finishes who is in the middle`, async () => {
            const { clock, network, hosts, send, finish } = setUp([
                { behaviour: 'serve' },
                { behaviour: 'silent' },
                { behaviour: 'refuse' },
                { behaviour: 'serve', latency: 200 },
                { behaviour: 'hang', answer: 'going', latency: 60 },
                { behaviour: 'hang', latency: 60 },
            ]);
            const end = new AbortController();
            const served: string[] = [];
            const sending = send({ retries: Infinity, onServed: (key) => served.push(key), signal: end.signal });
            await clock.advance(100);
            end.abort(new UpsError(code));
            for (const host of hosts.slice(1, 4)) network.hosts.set(hostKey(host), { behaviour: 'serve' });
            const outcomes = await finish(sending);
            assert.deepEqual(
                outcomes.map(({ ok, error }) => [ok, allInEnglish(error)]),
                [
                    [true, undefined],
                    [false, 'ended meanwhile'],
                    [false, 'ended meanwhile'],
                    [false, 'ended meanwhile'],
                    [true, undefined],
                    [false, 'ended meanwhile'],
                ],
            );
            assert.deepEqual(
                network.delivered.map(({ key }) => key),
                [hosts[0]!, hosts[4]!, hosts[5]!].map(hostKey),
            );
            assert.equal(served.length, 2);
        });

    it('goes on for as long as it takes, at most 15 s apart, and delays nobody by it', async () => {
        const { clock, network, hosts, send } = setUp([{ behaviour: 'refuse' }, { behaviour: 'serve' }]);
        const sending = send({ retries: Infinity });
        await clock.advance(7_200_000);
        assert.ok(network.attempts.get(hostKey(hosts[0]!))! >= 480);
        assert.equal(network.delivered[0]!.at < 100, true);
        network.hosts.set(hostKey(hosts[0]!), { behaviour: 'serve' });
        await clock.advance(15_100);
        assert.equal((await sending)[0]!.ok, true);
    });

    it('is patient no longer than told, and stops at a client that takes the bytes and never says so', async () => {
        const { clock, network, hosts, send } = setUp([{ behaviour: 'refuse' }, { behaviour: 'hang' }]);
        const sending = send({ retries: Infinity, patienceMs: 600_000 });
        await clock.advance(601_000);
        const [refused, hanging] = await sending;
        assert.deepEqual([refused!.error, hanging!.error, hanging!.attempts], ['ECONNREFUSED', 'unconfirmed', 3]);
        assert.ok(network.attempts.get(hostKey(hosts[0]!))! > 40);
    });

    it('does nothing when aborted before it began, and serves all when the journal fails', async () => {
        const { network, send, finish } = setUp(many(3, 'serve'));
        await assert.rejects(finish(send({ signal: AbortSignal.abort() })), UpsError);
        assert.equal(network.delivered.length, 0);
        const broken = () => {
            throw new Error('disk full');
        };
        await assert.rejects(finish(send({ onServed: broken })), /disk full/);
        assert.equal(network.delivered.length, 3, 'a full disk keeps no host from its shutdown');
    });

    it('keeps little of an endless answer', async () => {
        const { send, finish } = setUp([{ behaviour: 'serve', answer: 'y'.repeat(100_000) }]);
        assert.equal((await finish(send()))[0]!.answer?.length, 1024);
    });

    it('has nothing to do for an empty list', async () => {
        const { send, finish } = setUp([]);
        assert.deepEqual(await finish(send()), []);
    });
});

describe('RCCMD sender by UDP', () => {
    it('sends once per address, and says what the network refused', async () => {
        const { network, send, finish } = setUp([{ behaviour: 'serve' }, { behaviour: 'refuse' }]);
        const outcomes = await finish(send({ transport: 'udp', broadcast: true, retries: 1 }));
        assert.deepEqual(
            outcomes.map(({ ok, attempts, error }) => [ok, attempts, error]),
            [
                [true, 1, undefined],
                [false, 2, 'ENETUNREACH'],
            ],
        );
        assert.deepEqual(
            network.datagrams.map(({ key, broadcast }) => [key, broadcast]),
            [['10.0.0.0:6003', true]],
        );
    });

    it('sends copies 200 ms apart when asked to', async () => {
        const { network, send, finish } = setUp([{ behaviour: 'serve' }]);
        await finish(send({ transport: 'udp', copies: 3 }));
        assert.deepEqual(
            network.datagrams.map(({ at }) => at),
            [0, 200, 400],
        );
    });
});

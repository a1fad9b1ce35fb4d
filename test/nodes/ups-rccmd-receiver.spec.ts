import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import { encodeMessage } from '../../lib/protocols/rccmd/codec';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { RccmdSender } from '../../lib/protocols/rccmd/sender';
import siteNode = require('../../nodes/config/ups-site');
import receiverNode = require('../../nodes/jobs/ups-rccmd-receiver');
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

interface Heard {
    topic: string;
    payload: string;
    rccmd: Record<string, unknown>;
}

interface Shown {
    shape?: string;
    text?: string;
}

const sender = new RccmdSender(new NetNetwork(), new SystemClock());

function hold(port = 0): Promise<Server> {
    const server = createServer();
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

async function freePort(): Promise<number> {
    const server = await hold();
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

describe('ups-rccmd-receiver', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'rccmd-receiver-'));
        port = await freePort();
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(config: Record<string, unknown> = {}, site: Record<string, unknown> = {}, ready = true) {
        const receiver = {
            id: 'r',
            type: 'ups-rccmd-receiver',
            name: 'ears',
            site: 's',
            z: 'f',
            wires: [['yes'], ['no']],
        };
        const settings = { address: '127.0.0.1', port, senders: '127.0.0.1', ...config };
        const flow = [
            { id: 's', type: 'ups-site', name: 'Hall', directory, ...site },
            { ...receiver, ...settings },
            { id: 'yes', type: 'helper', z: 'f', wires: [] },
            { id: 'no', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load([siteNode, receiverNode] as never, flow as never);
        const node = helper.getNode('r');
        const collect = (id: string) => {
            const heard: Heard[] = [];
            helper.getNode(id).on('input', (message) => void heard.push(message as unknown as Heard));
            return heard;
        };
        const accepted = collect('yes');
        const refused = collect('no');
        if (ready) await eventually(listens);
        return { accepted, refused, node };
    }

    const shown = () => (helper.getNode('r').status as unknown as { args: [Shown][] }).args.map(([status]) => status);
    const listens = () => shown().some(({ shape }) => shape === 'dot');
    /** As another machine of the loopback network. */
    const sendFrom = (localAddress: string, verb: string) =>
        new Promise<void>((resolve, reject) => {
            const socket = connect({ host: '127.0.0.1', port, localAddress });
            socket.once('error', reject).once('close', () => resolve());
            socket.resume().end(encodeMessage({ verb, text: '' }));
        });
    const send = async (verb: string, text = '', transport: 'tcp' | 'udp' = 'tcp') => {
        const payload = encodeMessage({ verb, text });
        const [outcome] = await sender.send({ hosts: [{ host: '127.0.0.1', port }], payload, transport, retries: 0 });
        return outcome!;
    };
    const log = () =>
        theFlow()
            .registry.site('s')!
            .store.logEntries()
            .map(({ text }) => text)
            .reverse();

    it('sends on what it hears by TCP and UDP, and writes it into the event log', async () => {
        const { accepted } = await load({ transport: 'both' });
        await send('MSG_MESSAGE', 'Mains failed');
        await eventually(() => accepted.length === 1);
        const { topic, payload, rccmd } = accepted[0]!;
        assert.deepEqual([topic, payload], ['MSG_MESSAGE', 'Mains failed']);
        assert.deepEqual(
            [rccmd.verb, rccmd.text, rccmd.sender, rccmd.address, rccmd.port, rccmd.transport, rccmd.decision],
            ['MSG_MESSAGE', 'Mains failed', '127.0.0.1', '127.0.0.1', port, 'tcp', 'accepted'],
        );
        assert.equal(rccmd.raw, 'CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT Mains failed');
        await send('MSG_TRAP', 'x', 'udp');
        await eventually(() => accepted.length === 2);
        assert.deepEqual([accepted[1]!.rccmd.transport, accepted[1]!.rccmd.address], ['udp', undefined]);
        assert.match(log()[0]!, /RCCMD MSG_MESSAGE “Mains failed” from 127\.0\.0\.1: accepted/);
    });

    it('hears nobody by default', async () => {
        const { accepted, refused } = await load({ senders: '' });
        assert.equal((await send('MSG_SHUTDOWN')).ok, false);
        await eventually(() => refused.length === 1);
        assert.deepEqual(
            [refused[0]!.topic, refused[0]!.rccmd.decision, accepted.length],
            ['sender-not-allowed', 'refused', 0],
        );
        assert.match(log()[0]!, /refused: this sender is not allowed/);
    });

    it('executes what is on its list, and tells how it ended', async () => {
        const file = join(directory, 'done');
        const script = "require('fs').writeFileSync(process.argv[1], 'yes')";
        const { accepted, refused } = await load({
            actions: [{ verb: 'MSG_EXECUTE', text: 'stop', command: process.execPath, args: ['-e', script, file] }],
        });
        await send('MSG_EXECUTE', `stop; touch ${directory}/pwned`);
        await eventually(() => refused.length === 1);
        assert.match(String(refused[0]!.rccmd.reason), /command-not-allowed/);
        await send('MSG_EXECUTE', 'stop');
        await eventually(
            () => accepted.length === 1 && log().some((text) => /exit code 0 \(MSG_EXECUTE from/.test(text)),
            10_000,
        );
        assert.equal(readFileSync(file, 'utf8'), 'yes');
        assert.equal(existsSync(join(directory, 'pwned')), false);
    });

    it('only says what it would execute in a dry run', async () => {
        const file = join(directory, 'done');
        const command = { verb: 'MSG_SHUTDOWN', command: '/usr/bin/touch', args: [file] };
        const { accepted } = await load({ actions: [command] }, { dryRun: true });
        await send('MSG_SHUTDOWN');
        await eventually(() => accepted.length === 1);
        assert.equal(accepted[0]!.rccmd.dryRun, true);
        await eventually(() => log().some((text) => text.includes(`/usr/bin/touch ${file}`)));
        assert.equal(existsSync(file), false);
    });

    it('holds a shutdown for its redundancy group, also over a restart, and tells when a wakeup is too late', async () => {
        const group = { members: '127.0.0.1, 127.0.0.2', senders: '127.0.0.0/8', shutdownVerb: 'MSG_DOWN' };
        const first = await load(group);
        await sendFrom('127.0.0.1', 'MSG_DOWN');
        await eventually(() => first.refused.length === 1);
        assert.equal(first.refused[0]!.rccmd.decision, 'held');
        assert.deepEqual(first.refused[0]!.rccmd.group, { said: 1, quorum: 2, members: 2 });
        await sendFrom('127.0.0.3', 'MSG_DOWN');
        await eventually(() => first.refused.length === 2);
        assert.equal(first.refused[1]!.rccmd.decision, 'refused');
        await eventually(() => shown().some(({ text }) => text?.includes('1/2')));
        await time.unload();

        const second = await load(group);
        await sendFrom('127.0.0.2', 'MSG_DOWN');
        await eventually(() => second.accepted.length === 1);
        assert.deepEqual([second.accepted[0]!.topic, second.accepted[0]!.rccmd.action], ['MSG_DOWN', 'shutdown']);
        await sendFrom('127.0.0.2', 'MSG_WAKEUP');
        await eventually(() => second.refused.length === 1);
        assert.equal(second.refused[0]!.rccmd.decision, 'too-late');
    });

    it('lets a member withdraw its shutdown', async () => {
        const { accepted, refused } = await load({ members: '127.0.0.1, 127.0.0.2', senders: '127.0.0.0/8' });
        const words: [string, string][] = [
            ['127.0.0.1', 'MSG_SHUTDOWN'],
            ['127.0.0.1', 'MSG_WAKEUP'],
            ['127.0.0.2', 'MSG_SHUTDOWN'],
        ];
        for (const [n, [from, verb]] of words.entries()) {
            await sendFrom(from, verb);
            await eventually(() => accepted.length + refused.length === n + 1);
        }
        assert.deepEqual(
            accepted.map(({ rccmd }) => rccmd.decision),
            ['withdrawn'],
        );
        assert.deepEqual(
            refused.map(({ rccmd }) => rccmd.decision),
            ['held', 'held'],
        );
    });

    it('listens to this machine alone unless told otherwise, and at several addresses when told so', async () => {
        const reach = async (host: string) => {
            const payload = encodeMessage({ verb: 'MSG_LOG', text: 'x' });
            const [outcome] = await sender.send({ hosts: [{ host, port }], payload, transport: 'tcp', retries: 0 });
            return outcome!.ok;
        };
        const reached = async (address: string | undefined) => {
            await load({ address });
            const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
            const answers = await Promise.all(hosts.map(reach));
            await time.unload();
            return answers;
        };
        assert.deepEqual(await reached(undefined), [true, false, false]);
        assert.deepEqual(await reached(''), [true, false, false]);
        assert.deepEqual(await reached('127.0.0.1, 127.0.0.3'), [true, false, true]);
        assert.deepEqual(await reached('0.0.0.0'), [true, true, true]);
    });

    it('says that its port is taken, and listens once it is free', async () => {
        const holder = await hold(port);
        const { node } = await load({ transport: 'tcp' }, {}, false);
        const warnings = node.warn as unknown as { args: string[][] };
        await eventually(() =>
            warnings.args.some(([text]) => text!.includes('port-in-use') && text!.includes(String(port))),
        );
        await new Promise((resolve) => holder.close(resolve));
        await eventually(listens);
        assert.equal((await send('MSG_LOG', 'x')).ok, true);
    });

    it('gives its port back when it is closed, even with a connection open', async () => {
        await load();
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        await eventually(() => socket.readyState === 'open');
        await time.unload();
        const again = await hold(port);
        await new Promise((resolve) => again.close(resolve));
        socket.destroy();
    });

    it('does not listen with wrong settings, and says so', async () => {
        const wrong = [
            { senders: 'localhost' },
            { members: '127.0.0.1', quorum: 2 },
            { actions: [{ verb: 'MSG_EXECUTE', command: 'reboot' }] },
            { shutdownVerb: 'a b' },
        ];
        for (const config of wrong) {
            const { node } = await load(config, {}, false);
            const errors = node.error as unknown as { args: string[][] };
            assert.equal(errors.args.length, 1, JSON.stringify(config));
            assert.equal((await send('MSG_LOG')).error, 'ECONNREFUSED');
            await time.unload();
        }
    });

    it('forgets a vote that is not said again, by default after half an hour; an older choice of hours holds', async () => {
        const vote = async (settings: object, minutesAgo: number) => {
            await load();
            const said = { '127.0.0.2': time.clock.now() - minutesAgo * 60_000 };
            theFlow().registry.site('s')!.store.setValue('r', 'redundancy', { said });
            await time.unload();
            const { accepted, refused } = await load({ members: '127.0.0.1, 127.0.0.2', ...settings });
            await send('MSG_SHUTDOWN');
            await eventually(() => accepted.length + refused.length === 1);
            await time.unload();
            return ([...accepted, ...refused][0]!.rccmd.group as { said: number }).said;
        };
        assert.equal(await vote({}, 29), 2);
        assert.equal(await vote({}, 31), 1);
        assert.equal(await vote({ expireHours: 24 }, 31), 1);
        assert.equal(await vote({ expireHours: 2 }, 31), 2);
        assert.equal(await vote({ expireMinutes: 0 }, 100_000), 2);
    });
});

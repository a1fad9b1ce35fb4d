import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';
import { SystemClock } from '../../lib/core/clock';
import { encodeMessage } from '../../lib/protocols/rccmd/codec';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { RccmdReceiver, type ReceivedCommand } from '../../lib/protocols/rccmd/receiver';
import { RccmdSender } from '../../lib/protocols/rccmd/sender';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';
import { inEnglish } from '../support/in-english';

const clock = new SystemClock();
const network = new NetNetwork();
const sender = new RccmdSender(network, clock);
const TEXT = 'Powerfail on UPS (5): “Störung”';
const BYTES = Buffer.from(`CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT ${TEXT}`);

async function freeTcpPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

async function freePort(): Promise<number> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(resolve));
    return port;
}

describe('RCCMD judged by socat', function () {
    this.timeout(20_000);
    let socat: string;
    const started: ChildProcess[] = [];
    before(function () {
        socat = requirePeer(this, 'socat');
    });
    afterEach(() => {
        for (const child of started.splice(0)) child.kill('SIGKILL');
    });

    /** Runs socat; `-dd` makes it say on stderr when it listens. */
    function run(...args: string[]) {
        const child = spawn(socat, ['-dd', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
        started.push(child);
        const seen = { child, stdout: Buffer.alloc(0), stderr: '', exitCode: undefined as number | null | undefined };
        child.stdout.on('data', (bytes: Buffer) => (seen.stdout = Buffer.concat([seen.stdout, bytes])));
        child.stderr.on('data', (bytes: Buffer) => (seen.stderr += String(bytes)));
        child.on('exit', (code) => (seen.exitCode = code));
        return seen;
    }

    it('sends by TCP exactly the bytes of the message, and then the end of the stream', async () => {
        const port = await freeTcpPort();
        const peer = run('-u', `TCP4-LISTEN:${port},bind=127.0.0.1`, 'STDOUT');
        await eventually(() => /listening on/.test(peer.stderr), 5000);
        const hosts = [{ host: '127.0.0.1', port }];
        const [outcome] = await sender.send({
            hosts,
            payload: encodeMessage({ verb: 'MSG_MESSAGE', text: TEXT }),
            transport: 'tcp',
        });
        assert.deepEqual([outcome!.ok, outcome!.attempts, outcome!.error], [true, 1, undefined]);
        await eventually(() => peer.exitCode !== undefined, 5000);
        assert.deepEqual([peer.exitCode, peer.stdout], [0, BYTES]);
    });

    it('keeps what the peer answers', async () => {
        const port = await freeTcpPort();
        const peer = run(`TCP4-LISTEN:${port},bind=127.0.0.1`, 'SYSTEM:cat >/dev/null; echo RCCMD OK');
        await eventually(() => /listening on/.test(peer.stderr), 5000);
        const hosts = [{ host: '127.0.0.1', port }];
        const [outcome] = await sender.send({ hosts, payload: BYTES, transport: 'tcp' });
        assert.deepEqual([outcome!.ok, outcome!.answer], [true, 'RCCMD OK.']);
    });

    it('broadcasts one datagram with exactly the bytes of the message', async () => {
        const port = await freePort();
        const peer = run('-u', `UDP4-RECV:${port}`, 'STDOUT');
        await eventually(() => /starting data transfer/.test(peer.stderr), 5000);
        const hosts = [{ host: '127.255.255.255', port }];
        const [outcome] = await sender.send({ hosts, payload: BYTES, transport: 'udp', broadcast: true });
        assert.equal(outcome!.ok, true, inEnglish(outcome!.error));
        await eventually(() => peer.stdout.length > 0, 5000);
        assert.deepEqual(peer.stdout, BYTES);
    });

    describe('as a sender', () => {
        let receiver: RccmdReceiver;
        let commands: ReceivedCommand[];
        beforeEach(async () => {
            commands = [];
            receiver = new RccmdReceiver(
                network,
                clock,
                {
                    addresses: ['127.0.0.1'],
                    port: 0,
                    transport: 'both',
                    senders: new AllowedSenders('127.0.0.1'),
                    idleMs: 500,
                },
                { command: (command) => commands.push(command), refused: () => undefined, state: () => undefined },
            );
            receiver.start();
            await eventually(() => receiver.state.state === 'listening');
        });
        afterEach(() => receiver.stop());
        const port = (transport: 'tcp' | 'udp') => ('at' in receiver.state ? receiver.state.at[transport]!.port : 0);
        const heard = () => commands.map(({ verb, text, transport }) => `${transport} ${verb} ${text}`);

        it('is heard by TCP, several messages in pieces, and with the connection left open', async () => {
            const peer = run('-', `TCP4:127.0.0.1:${port('tcp')}`);
            const stdin = peer.child.stdin!;
            stdin.write('rubbish\r\nCONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT one\r\nCONNECT TO RC');
            await eventually(() => commands.length === 1, 5000);
            stdin.write('CMD (SEND) MSG_SHUTDOWN');
            await eventually(() => commands.length === 2, 5000);
            assert.deepEqual(heard(), ['tcp MSG_LOG one', 'tcp MSG_SHUTDOWN ']);
        });

        it('is heard by UDP', async () => {
            const peer = run('-u', '-', `UDP4-SENDTO:127.0.0.1:${port('udp')}`);
            peer.child.stdin!.end(BYTES);
            await eventually(() => commands.length === 1, 5000);
            assert.deepEqual(heard(), [`udp MSG_MESSAGE ${TEXT}`]);
        });
    });
});
